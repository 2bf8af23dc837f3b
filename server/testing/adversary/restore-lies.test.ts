import { describe, expect, test } from "bun:test";
import { generateKeyPairSync, sign } from "node:crypto";
import { type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { AT, decodeRecord, encodeRecord, HEAD_BYTES, placeIn, roomIn, stampRecord } from "#protocol/record";
import { digestAfter, signFrames, type SignedHead } from "../../domain/signed-heads.ts";
import { decodeMessage, encodeMessage, type FillHead, type SentMark } from "../../replication/message.ts";
import type { Provinces } from "./provinces.ts";
import { provincesOnDisk } from "./provinces-on-disk.ts";

const disk = provincesOnDisk();
let all: Provinces;

type Fill = { head: FillHead; records: Uint8Array[] };
/** What a lying province makes of what it is to give back; undefined: it says nothing. */
type Lie = (fill: Fill) => Fill | undefined;

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signByAnother = (text: string) =>
  sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64");

/** The records with other words in one of them, at their old place. */
const altered = (records: readonly Uint8Array[], index: number): Uint8Array[] =>
  records.map((record, i) => {
    if (i !== (index + records.length) % records.length) return record;
    const copy = record.slice();
    copy[copy.length - 1] = (copy.at(-1) as number) ^ 1;
    return copy;
  });

/** The records, numbered anew from where they began. */
function renumbered(records: readonly Uint8Array[], first: number): Uint8Array[] {
  return records.map((record, i) => {
    const copy = record.slice();
    const { origin, stamp } = placeIn(record);
    stampRecord(copy, origin, first + i, stamp);
    return copy;
  });
}

/** One record more, in the name of whoever wrote the last one. */
function invented(records: readonly Uint8Array[]): Uint8Array[] {
  const last = records.at(-1);
  if (!last) return [...records];
  const event = decodeRecord(last);
  const body = new TextEncoder().encode("never said");
  return [...records, encodeRecord({ ...event, id: "e".repeat(32), body, n: event.n + 1, stamp: event.stamp + 1 })];
}

/** A head over what is said here, signed by another key. */
function signedAnew({ head, records }: Fill): Fill {
  const last = records.at(-1);
  if (!last) return { head, records };
  const { room, origin } = head;
  const { n } = placeIn(last);
  const digest = records.reduce(digestAfter, "0".repeat(64));
  const [frame] = signFrames([[{ room, origin, n, digest }]], signByAnother);
  return { head: { ...head, signed: { n, digest, path: [], signature: frame?.signature ?? "" } }, records };
}

const unsigned = ({ head: { signed: _, ...head }, records }: Fill): Fill => ({ head, records });
let otherHead: SignedHead | undefined;
const lies: Record<string, Lie> = {
  "other words in the last record": ({ head, records }) => ({ head, records: altered(records, -1) }),
  "other words in the first record": ({ head, records }) => ({ head, records: altered(records, 0) }),
  "other words, and no signed head": ({ head, records }) => unsigned({ head, records: altered(records, -1) }),
  "other words, and a head of its own": ({ head, records }) => signedAnew({ head, records: altered(records, -1) }),
  "a record left out, the others numbered anew": ({ head, records }) => {
    const first = records[0] ? placeIn(records[0]).n : 1;
    return { head, records: renumbered([...records.slice(0, -2), ...records.slice(-1)], first) };
  },
  "two records exchanged": ({ head, records }) => {
    const first = records[0] ? placeIn(records[0]).n : 1;
    return { head, records: renumbered([...records].reverse(), first) };
  },
  "another sender": ({ head, records }) => ({
    head,
    records: records.map((record) => {
      const copy = record.slice();
      copy[AT.sender] = (copy[AT.sender] as number) ^ 1;
      return copy;
    }),
  }),
  "another stamp": ({ head, records }) => ({
    head,
    records: records.map((record) => {
      const copy = record.slice();
      copy[AT.stamp + 7] = (copy[AT.stamp + 7] as number) ^ 1;
      return copy;
    }),
  }),
  "an invented tail": ({ head, records }) => ({ head, records: invented(records) }),
  "an invented tail, and a head of its own over all": ({ head, records }) =>
    signedAnew({ head, records: invented(records) }),
  "an invented tail alone": ({ head, records }) => unsigned({ head, records: invented(records).slice(-1) }),
  "the head of another room": ({ head, records }) => {
    otherHead ??= head.signed;
    return { head: { ...head, ...(otherHead && { signed: otherHead }) }, records };
  },
  "a head that goes further than the records": ({ head, records }) => ({
    head: { ...head, ...(head.signed && { signed: { ...head.signed, n: head.signed.n + 1 } }) },
    records,
  }),
  "records of another room": ({ head, records }) => ({
    head,
    records: records.map((record) => {
      const copy = record.slice();
      copy[AT.room] = (copy[AT.room] as number) ^ 1;
      return copy;
    }),
  }),
  "a part, and never the rest": ({ head, records }) => ({ head, records: records.slice(0, 1) }),
  "a head, and no records": ({ head }) => ({ head, records: [] }),
  "no answer": () => undefined,
};

/** Punjab lies whenever it gives back to Islamabad, and says that it has `more` than it has. */
function lie(how: Lie, more = 0): void {
  otherHead = undefined;
  all.tamper = (from, to, bytes) => {
    if (from !== "pb" || to !== "is") return bytes;
    const { message, records } = decodeMessage(bytes);
    const isOwn = (origin: Origin) => provinceOf(origin) === "is" && origin !== all.at("is").store.origin;
    if (message.t === "marks") {
      const marks = message.marks.map(
        (mark): SentMark => (mark.kind === "s" && isOwn(mark.origin) ? { ...mark, n: mark.n + more } : mark),
      );
      return encodeMessage({ ...message, marks });
    }
    if (message.t !== "fill" || !isOwn(message.origin)) return bytes;
    const said = how({ head: message, records });
    return said && encodeMessage(said.head, said.records);
  };
}

const WHEN = ["the night before", "before there was anything"] as const;
type When = (typeof WHEN)[number];

interface Lost {
  rooms: RoomId[];
  /** by room, as all saw them before */
  words: Map<RoomId, string[]>;
}

/** Islamabad writes in rooms that it shares with others; then its folder is as it was before. */
async function fallBack(when: When, sharers: readonly Province[][], before: () => void = () => {}): Promise<Lost> {
  all = await disk.open();
  if (when === "before there was anything") disk.backUp();
  const rooms: RoomId[] = [];
  for (const others of sharers) rooms.push(await all.room("is", others));
  for (const room of rooms) await all.say("is", room, "kept");
  await all.quiet();
  if (when === "the night before") disk.backUp();
  for (const [i, room] of rooms.entries()) for (let n = 0; n < 3; n++) await all.say("is", room, `lost ${i} ${n}`);
  await all.quiet();
  const words = new Map(rooms.map((room) => [room, all.words("is", room)]));
  before();
  await disk.putBack();
  return { rooms, words };
}

describe("what comes back of one's own is what one signed (R200, R201)", () => {
  for (const when of WHEN)
    for (const [name, how] of Object.entries(lies)) {
      test(`from a backup of ${when}, one of two says ${name}: all comes back, as it was`, async () => {
        const { rooms, words } = await fallBack(
          when,
          [
            ["pb", "sd"],
            ["pb", "sd"],
          ],
          () => lie(how),
        );
        await all.quiet(120);
        for (const room of rooms) expect(all.words("is", room)).toEqual(words.get(room) as string[]);
        for (const room of rooms)
          for (const code of ["pb", "sd"]) expect(all.words(code, room)).toEqual(words.get(room) as string[]);
        expect(all.at("is").store.waiting()).toEqual({});
      });

      test(`from a backup of ${when}, the only one says ${name}: nothing false is there, and where something is lacking it is alarmed`, async () => {
        const { rooms, words } = await fallBack(when, [["pb"], ["pb"]], () => lie(how, 2));
        await all.quiet(120);
        for (const room of rooms) {
          const told = words.get(room) as string[];
          const shown = all.words("is", room);
          expect(told.slice(0, shown.length)).toEqual(shown);
          // Who does not answer has said nothing false.
          if (shown.length < told.length && name !== "no answer")
            expect(
              all
                .at("is")
                .alarms.filter((line) => line.startsWith("unproven"))
                .join(),
            ).toContain('"pb"');
        }
      });
    }

  test("honest provinces are not told of: all comes back, and nobody is alarmed", async () => {
    for (const when of WHEN) {
      const { rooms, words } = await fallBack(when, [["pb", "sd"], ["pb"], ["sd"]]);
      await all.quiet(40);
      for (const room of rooms) expect(all.words("is", room)).toEqual(words.get(room) as string[]);
      expect(all.at("is").alarms).toEqual([]);
      expect(all.at("is").store.person(all.of("is"))?.province).toBe("is");
    }
  });

  test("without the key nothing is one's own word, however many say the same", async () => {
    all = await disk.open();
    const room = await all.room("is", ["pb", "sd"]);
    await all.say("is", room, "said with the key");
    await all.quiet();
    await disk.empty();
    await all.quiet(60);
    expect(all.at("is").store.room(room)).toBeUndefined();
    expect(all.words("is", room)).toEqual([]);
    expect(all.at("is").alarms.filter((line) => line.startsWith("unproven")).length).toBeGreaterThan(0);
    expect(all.words("pb", room)).toContain("said with the key");
  });
});

test("the records of a fill are whole: this file's lies are lies (R200)", () => {
  const record = encodeRecord({
    ...{ id: "a".repeat(32), room: "b".repeat(32), sender: "c".repeat(32), device: "d".repeat(32) },
    ...{ kind: 1, scheme: 1, body: new TextEncoder().encode("said"), origin: "is-000000000", n: 1, stamp: 5 },
  });
  expect(record.length).toBe(HEAD_BYTES + 4);
  expect(roomIn(altered([record], 0)[0] as Uint8Array)).toBe("b".repeat(32));
  expect(Buffer.compare(altered([record], 0)[0] as Uint8Array, record)).not.toBe(0);
  expect(invented([record]).length).toBe(2);
  expect(placeIn(renumbered([record], 4)[0] as Uint8Array).n).toBe(4);
});
