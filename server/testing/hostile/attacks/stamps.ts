import type { EventRecord } from "#protocol/record";
import { STAMP_TICKS, stampMs, stampOf } from "#protocol/stamp";
import { type Attack, textOf, type Tried, whoReads } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

/** Times that are not: pinned to the end of a room, put before what was said, and falling. */
export const stamps: Attack = {
  name: "stamps",
  tries: "dates its messages far ahead, far behind, backwards, and before a removal",
  async run(field) {
    const { hostile, honest, here, there } = field;
    const e = field.person(hostile.province, WHO.clerk).id;
    const officials = [field.official(here), field.official(there)];
    const tried: Tried[] = [];
    const write = async (name: string, room: string, sender: string, stamp: number, more: Partial<Tried> = {}) => {
      const canary = field.canary();
      const record = hostile.record(room, sender, canary, { stamp });
      await hostile.log(honest, [record]);
      await field.rooms.caughtUpEverywhere();
      const readers = await whoReads(officials, room, canary);
      const saw = readers.length > 0 ? "honest officials read it" : "";
      tried.push({ name, succeeded: saw !== "", ...(saw && { saw }), ...more });
    };
    for (const [name, ms] of [
      ["six minutes and more ahead", (6 + field.random() * 30) * MINUTE],
      ["a year ahead", YEAR],
      ["in 2088", Date.UTC(2088, 0, 1) - Date.now()],
    ] as const) {
      const room = await field.rooms.make("shared");
      await write(name, room, e, stampOf(Date.now() + ms));
      tried.push(await clockAfter(field, name, room));
    }
    await write("a stamp that is no number", await field.rooms.make("shared"), e, Number.MAX_SAFE_INTEGER);
    await write("long before the room", await field.rooms.make("shared"), e, stampOf(Date.now() - YEAR));
    await write("at the beginning of time", await field.rooms.make("shared"), e, 1);
    tried.push(await falling(field, e));
    const author = field.person(here, WHO.clerk).id;
    const room = await field.rooms.make("removed");
    const before = (await field.official(here).read(room))[0] as EventRecord;
    for (const [as, sender] of [
      ["own", e],
      ["author", author],
    ] as const)
      await write(`before a removal, as ${as}`, room, sender, before.stamp + STAMP_TICKS, { admitted: "R161" });
    return tried;
  },
};

/** The honest clocks go on as they were, and what is said next stands at the end. */
async function clockAfter(field: Field, name: string, room: string): Promise<Tried> {
  const { stamp } = await field.official(field.here).say(room, "after it");
  const ahead = stampMs(stamp) - Date.now();
  const last = (await field.official(field.here).read(room)).at(-1) as EventRecord;
  const saw =
    ahead > MINUTE ? "an honest node's clock followed it" : textOf(last) === "after it" ? "" : "it stays the last";
  return { name: `${name}, and what is written next`, succeeded: saw !== "", ...(saw && { saw }) };
}

/** Two of one life, the second before the first: replicas that hear them in another order would differ. */
async function falling(field: Field, sender: string): Promise<Tried> {
  const { hostile, honest, here, there } = field;
  const room = await field.rooms.make("shared");
  const [origin, canary, stamp] = [hostile.life(), field.canary(), stampOf(Date.now())];
  const place = (n: number, at: number) => ({ origin, n, stamp: at });
  await hostile.log(honest, [
    hostile.record(room, sender, "first", place(1, stamp)),
    hostile.record(room, sender, canary, place(2, stamp - 10 * STAMP_TICKS)),
  ]);
  await field.rooms.caughtUpEverywhere();
  const readers = await whoReads([field.official(here), field.official(there)], room, canary);
  return {
    name: "falling",
    succeeded: readers.length > 0,
    ...(readers.length > 0 && { saw: "it was put before the first" }),
  };
}
