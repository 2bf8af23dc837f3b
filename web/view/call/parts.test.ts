import { expect, test } from "bun:test";
import type { CallNote } from "#protocol/call";
import { type NotePart, notePartText } from "#protocol/call-note";
import { deviceKey, makeKeyPair } from "../../platform/device-key.ts";
import { signedParts, told } from "./parts.ts";

const OF = "c".repeat(32);
const ROOM = "1".repeat(32);
const [AYESHA, BILAL, GHOST] = ["a", "b", "9"].map((letter) => letter.repeat(32)) as [string, string, string];
const keys = new Map<string, Awaited<ReturnType<typeof deviceKey>>>();
for (const province of ["is", "pb"]) keys.set(province, await deviceKey(await makeKeyPair(true)));
const STRANGER = await deviceKey(await makeKeyPair(true));
const keyOf = (province: string) => keys.get(province)?.spki;

type Said = Omit<NotePart, "signature">;
const said = (province: string, person: string, more: Partial<Said> = {}): Said => ({
  ...{ of: OF, room: ROOM, province, began: 1_000, ended: 9_000, declined: [] },
  people: [{ person, from: 2_000, to: 8_000 }],
  ...more,
});
const sign = async (part: Said, by = keys.get(part.province)): Promise<NotePart> => ({
  ...part,
  signature: (await by?.sign(notePartText(part))) ?? "",
});
const noteWith = (parts: unknown[], people: string[] = []): CallNote => ({
  ...{ of: OF, began: 1_000, ended: 9_000, declined: [] },
  people: people.map((person) => ({ person, from: 2_000, to: 8_000 })),
  parts: parts as NotePart[],
});
/** Each part in a note of its own, as each province writes them. */
const judged = async (note: CallNote) => {
  const notes = (note.parts ?? []).map((part) => ({ ...note, parts: [part] }));
  return told(note, await signedParts(notes, ROOM, keyOf));
};

test("a part of a record counts as the province's that signed it, and as nobody else's (R188)", async () => {
  const good = await sign(said("pb", AYESHA));
  const [line] = good.people as [NotePart["people"][number]];
  const forged: [string, unknown][] = [
    ["unsigned", { ...good, signature: undefined }],
    ["signed by no province", await sign(said("pb", GHOST), STRANGER)],
    ["signed by another province", await sign(said("pb", GHOST), keys.get("is"))],
    ["of a province that nobody knows", await sign(said("zz", GHOST), STRANGER)],
    ["of another call", await sign(said("pb", GHOST, { of: "d".repeat(32) }))],
    ["of another room", await sign(said("pb", GHOST, { room: "2".repeat(32) }))],
    ["taken for another call", { ...(await sign(said("pb", GHOST, { of: "d".repeat(32) }))), of: OF }],
    ["somebody else in it", { ...good, people: [{ ...line, person: GHOST }] }],
    ["somebody more in it", { ...good, people: [line, { ...line, person: GHOST }] }],
    ["somebody less in it", { ...good, people: [] }],
    ["another name", { ...good, people: [{ ...line, name: "Ghost" }] }],
    ["another time of coming", { ...good, people: [{ ...line, from: 1_500 }] }],
    ["another time of going", { ...good, people: [{ ...line, to: 8_500 }] }],
    ["another end", { ...good, ended: 8_999 }],
    ["another beginning", { ...good, began: 999 }],
    ["somebody who declined", { ...good, declined: [GHOST] }],
    ["under another province's name", { ...good, province: "is" }],
    ["times that no calendar has", await sign(said("pb", GHOST, { ended: 1e300 }))],
    ...[null, 1, "part", [], {}, { ...good, people: null }, { ...good, people: [null] }].map(
      (junk): [string, unknown] => ["junk", junk],
    ),
  ];
  for (const [why, part] of forged) {
    const { parts, unsigned } = await judged(noteWith([part], [GHOST]));
    expect([why, parts, unsigned.map(({ person }) => person)]).toEqual([why, [], [GHOST]]);
    // Beside it the true one stands, whichever was there first.
    for (const both of [
      [part, good],
      [good, part],
    ])
      expect([why, (await judged(noteWith(both))).parts]).toEqual([why, [good]]);
  }
});

test("the record is what all provinces signed; whom none of them did stands apart (R188)", async () => {
  const [is, pb] = [await sign(said("is", BILAL, { began: 900, ended: 9_500 })), await sign(said("pb", AYESHA))];
  const whole = await judged(noteWith([pb, is], [AYESHA, BILAL]));
  expect(whole.note).toMatchObject({ began: 900, ended: 9_500, people: [{ person: AYESHA }, { person: BILAL }] });
  expect([whole.unsigned, whole.parts.map(({ province }) => province)]).toEqual([[], ["pb", "is"]]);
  const more = await judged(noteWith([pb, is], [AYESHA, BILAL, GHOST]));
  expect(more.unsigned.map(({ person }) => person)).toEqual([GHOST]);
  // A second word of the same province changes nothing.
  const again = await sign(said("pb", GHOST));
  expect((await judged(noteWith([pb, again, is]))).parts).toEqual([pb, is]);
});

test("however much is poured over a call, its provinces' words are found among it (R188)", async () => {
  const good = await sign(said("pb", AYESHA));
  const poured = Array.from({ length: 300 }, () => ({ ...good, ended: 1 }));
  expect((await judged(noteWith([...poured, good]))).parts).toEqual([good]);
});
