import { mintId } from "#protocol/ids";
import { KIND } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { until } from "../../until.ts";
import { type Attack, textOf, type Tried, wordsFor } from "../attack.ts";
import { WHO } from "../people.ts";

interface Twin {
  name: string;
  room: string;
  id: string;
  honest: string;
  admitted?: string | undefined;
}

/** What bears the id of an honest message and says something else, before it came and after. */
export const twins: Attack = {
  name: "twins",
  tries: "writes other words under the id of an honest message, before and after it, by two lives",
  async run(field) {
    const { hostile, honest, here, there } = field;
    const author = field.official(here);
    const [a, e] = [author.person, field.person(hostile.province, WHO.clerk).id];
    const all: Twin[] = [];
    for (const when of ["before", "after"])
      for (const as of ["author", "own"])
        for (const kind of [KIND.message, KIND.note] as const)
          for (const lives of [1, 2]) {
            const room = await field.rooms.make("shared");
            const id = mintId(Date.now());
            const said = `Release the water ${field.canary()}`;
            const twin = () =>
              hostile.record(room, as === "author" ? a : e, `Do not ${field.canary()}`, {
                ...{ id, kind, stamp: stampOf(Date.now()) - Math.floor(field.random() * 4_000_000) },
              });
            const forge = async () => {
              for (let i = 0; i < lives; i++) await hostile.log(honest, [twin()]);
              await field.rooms.caughtUpEverywhere();
            };
            if (when === "before") await forge();
            // What the author is told to do about a refusal is to mint another id: then nothing is kept from anybody.
            await author.say(room, said, { id }).catch(() => {});
            if (when === "after") {
              const other = field.official(there);
              await until(
                async () => (await wordsFor(other, room)).includes(said),
                "the honest words at the other province",
              );
              await forge();
            }
            const name = `${when}, as ${as}, kind ${kind}, ${lives} lives`;
            all.push({
              ...{ name, room, id, honest: said },
              ...(when === "before" && as === "own" && { admitted: "R163" }),
            });
          }
    await field.rooms.caughtUpEverywhere();
    const tried: Tried[] = [];
    for (const one of all) {
      let saw = "";
      for (const code of [here, there]) {
        const texts = (await field.official(code).read(one.room)).filter(({ id }) => id === one.id).map(textOf);
        if (texts.some((text) => text !== one.honest)) saw = `at ${code} it reads: ${texts.join(" | ")}`;
        else if (texts.length === 0) saw = `at ${code} the honest words are gone`;
      }
      const { name, admitted } = one;
      tried.push({ name, succeeded: saw !== "", ...(saw && { saw }), ...(admitted && { admitted }) });
    }
    return tried;
  },
};
