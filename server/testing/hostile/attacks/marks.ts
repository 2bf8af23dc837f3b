import type { Origin, PersonId, Province, RoomId } from "#protocol/ids";
import { mintId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { until } from "../../until.ts";
import { type Attack, type Tried, wordsFor } from "../attack.ts";
import { held } from "../disk.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";

const MB = 1024 * 1024;
/** A write-ahead log has its bound; whatever grows with what is said goes beyond it. */
const MOST_GROWN = 24 * MB;
const BATCH = 1_000;

/** How far others have come in rooms that are there, and in rooms, members and events that are not. */
export const marks: Attack = {
  name: "marks",
  tries: "says marks and debts of rooms, members and events that are not there, without end",
  async run(field) {
    return [...(await invented(field)), ...(await ofOthers(field))];
  },
};

const random = (field: Field): string => mintId(Math.floor(field.random() * 2 ** 40));

/** Says marks to a province, a batch at a time, as if they were the newest of all. */
class Telling {
  private since = 0;
  constructor(
    private readonly field: Field,
    private readonly to: Province,
    private readonly origin: Origin,
  ) {}

  say(all: readonly Mark[]): void {
    for (let at = 0; at < all.length; at += BATCH) {
      const some = all.slice(at, at + BATCH);
      const message = {
        t: "marks",
        origin: this.origin,
        file: 0,
        since: this.since,
        upto: this.since + 1,
        marks: some,
      };
      this.field.hostile.say(this.to, message);
      this.since++;
    }
  }
}

async function invented(field: Field): Promise<Tried[]> {
  const { hostile, honest, here } = field;
  const room = await field.rooms.make("shared");
  const { origin } = await field.official(here).say(room, "to be marked");
  await field.rooms.caughtUpEverywhere();
  const before = honest.map((code) => held(field.site(code).data));
  const e = field.person(hostile.province, WHO.clerk).id;
  const tried: Tried[] = [];
  for (const to of honest) {
    const telling = new Telling(field, to, hostile.life());
    const mark = (of: RoomId, holder: PersonId, life: Origin, n: number): Mark => ({
      ...{ room: of, holder, kind: field.pick(["d", "r"] as const), origin: life, n },
    });
    const all: Mark[] = [];
    for (let i = 0; i < 20_000; i++) {
      const which = Math.floor(field.random() * 4);
      if (which === 0) all.push(mark(random(field), e, hostile.life(), 2 ** 32 - 1));
      else if (which === 1) all.push(mark(room, random(field), origin, 1));
      else if (which === 2) all.push(mark(room, e, hostile.life("zz"), 1 + i));
      else all.push({ room: random(field), holder: hostile.province, kind: "s", origin: hostile.life(), n: 1 + i });
    }
    telling.say(all);
    for (let i = 0; i < 10_000; i++)
      hostile.say(to, { t: "owed", room: random(field), origin: hostile.life(), n: 2 ** 31 });
    for (let i = 0; i < 300; i++) hostile.say(to, { t: "ask-marks", file: i % 16, since: 0 });
  }
  await field.rooms.caughtUpEverywhere();
  for (const [i, code] of honest.entries()) {
    const [was, is] = [before[i] as ReturnType<typeof held>, held(field.site(code).data)];
    const grown = { bytes: is.bytes - was.bytes, rows: is.marks - was.marks, rooms: is.rooms - was.rooms };
    const words = `${(grown.bytes / MB).toFixed(1)} MB, ${grown.rows} marks, ${grown.rooms} rooms more at ${code}`;
    // Beacons and what the honest write meanwhile make a few of each.
    const succeeded = grown.bytes > MOST_GROWN || grown.rows > 2_000 || grown.rooms > 50;
    tried.push({
      name: `20,000 marks and 10,000 debts of nothing, at ${code}`,
      succeeded,
      ...(succeeded && { saw: words }),
    });
  }
  const { marks: shown } = await field.official(here).detail(room);
  const strange = shown.filter(
    ({ holder, origin: of }) =>
      of.startsWith("zz") || ![...field.people, ...provinces(field)].some(({ id }) => id === holder),
  );
  tried.push({
    name: "members who are not there in a room's marks",
    succeeded: strange.length > 0,
    ...(strange.length > 0 && { saw: `${strange.length} of them` }),
  });
  return tried;
}

const provinces = (field: Field) => [...field.honest, field.hostile.province].map((id) => ({ id }));

/** Marks of honest officials and provinces, beyond what is written and within it. */
async function ofOthers(field: Field): Promise<Tried[]> {
  const { hostile, here, there } = field;
  const [author, other] = [field.official(here), field.official(there)];
  const tried: Tried[] = [];
  for (const standing of ["shared", "closed"] as const) {
    const room = await field.rooms.make(standing);
    const { origin, n } = await author.say(room, "not read by anybody");
    await field.rooms.caughtUpEverywhere();
    const said: [string, Mark][] = [
      ["read by another", { room, holder: other.person, kind: "r", origin, n }],
      ["delivered to another", { room, holder: other.person, kind: "d", origin, n }],
      ["stored at another", { room, holder: there, kind: "s", origin, n }],
      ["read far beyond", { room, holder: other.person, kind: "r", origin, n: n + 1_000 }],
      ["stored far beyond", { room, holder: hostile.province, kind: "s", origin, n: n + 1_000 }],
    ];
    const stored = new Set((await author.detail(room)).marks.map((mark) => JSON.stringify(mark)));
    for (const [, mark] of said) new Telling(field, here, hostile.life()).say([mark]);
    await field.rooms.caughtUpEverywhere();
    const { marks: shown } = await author.detail(room);
    for (const [name, mark] of said) {
      const more = shown.filter((one) => !stored.has(JSON.stringify(one)));
      const beyond = name.endsWith("beyond");
      // Stored there in truth: that it is said, too, changes nothing.
      const seen = more.filter(
        (one) =>
          one.holder === mark.holder &&
          one.kind === mark.kind &&
          one.origin === origin &&
          (beyond ? one.n > n : one.n >= n),
      );
      const succeeded = seen.length > 0 && !(mark.kind === "s" && !beyond);
      const admitted = standing === "shared" && mark.kind !== "s" && !beyond;
      tried.push({
        name: `${name}, ${standing}`,
        succeeded,
        ...(succeeded && { saw: JSON.stringify(seen[0]) }),
        ...(admitted && { admitted: "R160" }),
      });
    }
    // A mark beyond the log may begin a new life, three times a day: what is written goes on crossing.
    const text = field.canary();
    await author.say(room, text);
    const crossed = await until(
      async () => (await wordsFor(other, room)).includes(text),
      "what was written after false marks",
    ).catch(() => undefined);
    tried.push({
      name: `what is written after false marks does not cross, ${standing}`,
      succeeded: crossed === undefined,
    });
  }
  return tried;
}
