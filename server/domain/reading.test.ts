import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { decodeRecord, KIND } from "#protocol/record";
import { openHouse } from "../testing/house-under-test.ts";

const words = (records: readonly Uint8Array[]) =>
  records.map(decodeRecord).map((e) => (e.kind === KIND.message ? new TextDecoder().decode(e.body) : "*"));

const open = async (history: "all" | "joined" = "all") => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = await house.group(ayesha, [], history);
  for (const text of ["one", "two", "three"]) {
    house.wall.ms += 1000;
    await house.say(ayesha, room, text);
  }
  return { house, ayesha, bilal, room, origin: house.store.origin };
};
const code = (work: () => unknown) => {
  try {
    work();
    return "done";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test("a client gets exactly what it lacks, newest first; a new one gets the newest page behind a gap", async () => {
  const { house, ayesha, room, origin } = await open();
  const lacking = house.reading.missing(ayesha, room, { [origin]: 2 }, 50);
  expect(words(lacking?.records ?? [])).toEqual(["three", "two"]);
  expect(lacking?.gap).toBe(false);
  expect(house.reading.missing(ayesha, room, { [origin]: 4 }, 50)).toBeUndefined();
  const fresh = house.reading.missing(ayesha, room, undefined, 2);
  expect(words(fresh?.records ?? [])).toEqual(["three", "two"]);
  expect(fresh).toMatchObject({ gap: true, more: true });
  const far = house.reading.missing(ayesha, room, { [origin]: 1 }, 2);
  expect(far).toMatchObject({ gap: true });
});

test("non-members see nothing by any way", async () => {
  const { house, bilal, room } = await open();
  const { reading } = house;
  expect(code(() => reading.page(bilal, room, {}, 10))).toBe("forbidden");
  expect(code(() => reading.summary(bilal, room))).toBe("forbidden");
  expect(code(() => reading.missing(bilal, room, {}, 10))).toBe("forbidden");
  expect(code(() => reading.detail(bilal, room))).toBe("forbidden");
  expect(reading.rooms(bilal)).toEqual([]);
  await reading.delivered(bilal, { [room]: { [house.store.origin]: 3 } });
  expect(house.store.marks(room, bilal)).toEqual([]);
});

test("under policy joined a later member sees what came after, and nothing before", async () => {
  const { house, ayesha, bilal, room } = await open("joined");
  house.wall.ms += 1000;
  await house.change(ayesha, room, { op: "add", members: [bilal] });
  await house.say(ayesha, room, "welcome");
  expect(words(house.reading.page(bilal, room, {}, 10).records)).toEqual(["welcome", "*"]);
  expect(words(house.reading.missing(bilal, room, {}, 50)?.records ?? [])).toEqual(["welcome", "*"]);
  expect(house.reading.summary(bilal, room).unread).toBe(1);
  expect(words(house.reading.page(ayesha, room, {}, 10).records)).toHaveLength(6);
});

test("read marks move forward only, never beyond what is here, and count as delivered too", async () => {
  const { house, ayesha, bilal, room, origin } = await open();
  await house.change(ayesha, room, { op: "add", members: [bilal] });
  expect(house.reading.summary(bilal, room).unread).toBe(3);
  await house.reading.read(bilal, room, { [origin]: 99, "pb-zzzzzzzzz": 7 });
  await house.reading.read(bilal, room, { [origin]: 1 });
  const marks = house.store.marks(room, bilal).map(({ kind, n }) => `${kind}${n}`);
  expect(marks.sort()).toEqual(["d5", "r5"]);
  expect(house.reading.summary(bilal, room).unread).toBe(0);
});

test("in a channel nobody learns how far others have read", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = mintId(1);
  await house.change(ayesha, room, { op: "create", kind: "channel", name: "Orders", history: "all", members: [bilal] });
  await house.reading.read(bilal, room, { [house.store.origin]: 1 });
  const kinds = (person: string) =>
    house.reading
      .detail(person, room)
      .marks.map((m) => m.kind)
      .sort()
      .join("");
  expect(kinds(ayesha)).toBe("s");
  expect(kinds(bilal)).toBe("drs");
});
