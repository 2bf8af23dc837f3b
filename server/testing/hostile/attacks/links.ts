import { DIRECTORY_ROOM } from "#protocol/ids";
import { decodeRecord, roomIn } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { until } from "../../until.ts";
import { type Attack, type Tried, whoReads } from "../attack.ts";
import { WHO } from "../people.ts";

/** The links themselves: what it asks for that is not its own, and bytes that are no message. */
export const links: Attack = {
  name: "links",
  tries: "asks for rooms that are not its own, and sends what is no frame",
  async run(field) {
    const { hostile, honest, here, there } = field;
    const closed = await field.rooms.make("closed");
    const secret = field.canary();
    const { origin, n } = await field.official(here).say(closed, secret);
    const open = await field.rooms.make("shared");
    for (const to of honest)
      for (const room of [closed, open])
        for (const [after, upto] of [
          [0, n],
          [0, 2 ** 31],
          [n - 1, n],
        ])
          for (const asks of [1, 2]) {
            hostile.say(to, { t: "want", room, origin, after, upto });
            hostile.say(to, { t: "ask-marks", file: asks, since: 0 });
            hostile.say(to, { t: "ask-marks", file: 0, since: 0, of: origin });
          }
    await field.rooms.caughtUpEverywhere();
    const all = () => [...hostile.records, ...hostile.heard.flatMap((heard) => heard.records)];
    await until(
      () => all().some((bytes) => roomIn(bytes) === open),
      "a room that the hostile province has a member in",
    );
    const records = all();
    const told = JSON.stringify(hostile.heard.map(({ message }) => message));
    const isTold = records.some((bytes) => roomIn(bytes) === closed) || told.includes(closed);
    const tried: Tried[] = [{ name: "asks for a room of others", succeeded: isTold }];

    const text = field.canary();
    const record = hostile.record(open, field.person(hostile.province, WHO.clerk).id, text, {
      stamp: stampOf(Date.now()),
    });
    const half = record.slice(0, 90);
    const long = record.slice();
    new DataView(long.buffer).setUint32(4, 2 ** 31);
    const junk = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(field.random() * 256));
    const nowhere = { ...decodeRecord(record), room: DIRECTORY_ROOM };
    for (const to of honest) {
      for (const bytes of [half, long, junk(1), junk(300), junk(40_000)]) await hostile.logBytes(to, bytes);
      for (const bytes of [
        half,
        junk(3),
        junk(4),
        junk(5_000),
        Uint8Array.of(255, 255, 255, 255),
        Uint8Array.of(0, 0, 0, 2, 123, 125),
      ])
        hostile.sayBytes(to, bytes);
      for (const lie of LIES) hostile.say(to, lie);
      await hostile.log([to], [hostile.record(nowhere.room, nowhere.sender, "not of the directory")]);
    }
    await hostile.log(honest, [record]);
    await field.rooms.caughtUpEverywhere();
    const readers = await whoReads([field.official(here), field.official(there)], open, text);
    tried.push({ name: "nonsense stops what is behind it", succeeded: readers.length < 2 });
    tried.push({ name: "nonsense ends a node", succeeded: field.crashes.length > 0 });
    return tried;
  },
};

const ID = "0".repeat(31);
const LIES: Record<string, unknown>[] = [
  { t: "beat", origin: "is-000000000", hears: true, marks: Array.from({ length: 1_000 }, () => 2 ** 52) },
  { t: "beat", origin: 7 },
  { t: "marks", origin: "pb-000000000", file: 0, since: 0, upto: 2 ** 53, marks: [null, {}, { room: "__proto__" }] },
  { t: "marks", origin: "sd-000000000", file: 2 ** 31, since: 0, upto: 1, marks: [] },
  { t: "owed", room: `${ID}1`, origin: "sd-000000000", n: 2 ** 53 },
  { t: "want", room: "__proto__", origin: "constructor", after: 0, upto: 1 },
  { t: "fill", room: `${ID}1`, origin: "sd-000000000", base: 2 ** 40, hash: "x", state: { room: null } },
  { t: "request", request: { change: null } },
  { t: "request", request: { id: `${ID}1`, room: `${ID}2`, change: { op: "create", kind: "group", members: "all" } } },
  { t: "outcome", id: `${ID}1`, person: `${ID}1`, outcome: { __proto__: null } },
  { t: "live", message: null },
  { t: "live", message: { t: "call", is: "leg", leg: null } },
  { t: "live", message: { t: "typing", room: "__proto__" } },
  { t: "live", message: { t: "presence", online: 7 } },
  { t: "__proto__" },
];
