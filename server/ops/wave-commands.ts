import type { WaveStatus } from "#protocol/admin";
import type { Wave, WaveGates } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { type Command, type Context, family } from "./command.ts";
import { OpsError } from "./error.ts";
import { both, dateIn, numberIn, onePerson, oneOf, oneUnit, provinceOf, required } from "./given.ts";

const line = ({ wave, state, why, inside, invited }: WaveStatus): string =>
  [
    `${wave.id}  ${wave.place}  ${state}  ${wave.name.en} · ${wave.name.ur}  ${wave.who.kind}`,
    `inside ${inside}${wave.quota === null ? "" : ` of ${wave.quota}`}, invited ${invited}`,
    ...why,
  ].join("  ");

const named = (text: string): string[] => text.split(",").map((each) => each.trim());

async function whoIn({ desk, values }: Context): Promise<Wave["who"]> {
  const kind = oneOf(required(values, "who"), ["named", "units", "employees", "public"], "--who");
  if (kind === "named") {
    const people: string[] = [];
    for (const each of named(required(values, "people"))) people.push(await onePerson(desk, each));
    return { kind, people };
  }
  if (kind !== "units") return { kind };
  const units: string[] = [];
  for (const each of named(required(values, "units"))) units.push((await oneUnit(desk, each)).id);
  return { kind, units };
}

const add: Command = async (context) => {
  const { desk, values, out } = context;
  const gates: WaveGates = {};
  const [errors, signInMs, diskFree] = ["max-errors", "max-sign-in-ms", "min-disk"].map((name) =>
    numberIn(values, name),
  );
  if (errors !== undefined) gates.errors = errors;
  if (signInMs !== undefined) gates.signInMs = signInMs;
  if (diskFree !== undefined) gates.diskFree = diskFree;
  const places = (await desk.list<WaveStatus>({ list: "waves" })).map(({ wave }) => wave.place);
  const wave: Wave = {
    ...{
      id: mintId(Date.now()),
      province: await provinceOf(desk),
      name: both(values, "name"),
      who: await whoIn(context),
    },
    ...{ place: numberIn(values, "place") ?? Math.max(0, ...places) + 1, quota: numberIn(values, "quota") ?? null },
    ...{ opens: dateIn(values, "opens") ?? Date.now(), closes: dateIn(values, "closes") ?? null, gates, hand: "auto" },
  };
  await desk.act({ do: "put", entries: [{ wave }] });
  out.done({ wave }, wave.id);
};

const hand =
  (to: Wave["hand"], words: string): Command =>
  async ({ desk, words: given, out }) => {
    const wanted = given.join(" ");
    const all = await desk.list<WaveStatus>({ list: "waves" });
    const found = all.find(({ wave }) => wave.id === wanted || wave.name.en.toLowerCase() === wanted.toLowerCase());
    if (!found) throw new OpsError(`No wave is found by "${wanted}". See: beep wave list`);
    const wave: Wave = { ...found.wave, hand: to };
    await desk.act({ do: "put", entries: [{ wave }] });
    out.done({ wave }, `${wave.name.en}: ${words}`);
  };

const list: Command = async ({ desk, out }) => out.list(await desk.list<WaveStatus>({ list: "waves" }), line);

export const WAVE_USAGE = `  beep wave list
  beep wave add --name EN --name-ur UR --who named|units|employees|public [--people P,…] [--units U,…]
                [--opens DATE] [--closes DATE] [--quota N] [--place N]
                [--max-errors PART] [--max-sign-in-ms MS] [--min-disk BYTES]
  beep wave hold|open|close WAVE                   holds it back, lets dates and gates decide, or ends it`;

export const wave = family("wave", {
  list,
  add,
  hold: hand("hold", "held back."),
  open: hand("auto", "opens by its dates and gates."),
  close: hand("close", "closed."),
});
