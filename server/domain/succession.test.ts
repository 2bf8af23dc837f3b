import { expect, test } from "bun:test";
import type { Charge, Post } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { decodeRecord, KIND } from "#protocol/record";
import { type ControlOp, directRoomId, postRoomId } from "#protocol/room";
import { openHouse, refusal } from "../testing/house-under-test.ts";
import { Succession } from "./succession.ts";

const title = { en: "Deputy Commissioner Quetta", ur: "ڈپٹی کمشنر کوئٹہ" };
const DAY = 86_400_000;
const toPost: ControlOp = { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dcq"] };

const open = async () => {
  const house = openHouse("is");
  const { store, rooms, wall } = house;
  const [ayesha, imran, sana] = [
    await house.enter("is", "Ayesha"),
    await house.enter("is", "Imran"),
    await house.enter("is", "Sana"),
  ];
  const post: Post = { id: "dcq", province: "is", unit: "quetta", title };
  await store.write(DIRECTORY_ROOM, ({ tables }) => tables.offices.putPost(post));
  let count = 0;
  const charge = async (person: PersonId, from: number, to: number | null = null, over: Partial<Charge> = {}) => {
    const given: Charge = { id: mintId(++count), post: "dcq", person, kind: "regular", from, to, ...over };
    await store.write(DIRECTORY_ROOM, ({ tables }) => tables.offices.putCharge(given));
    return given;
  };
  const sleeps: { work: () => void; ms: number }[] = [];
  const start = () => {
    const succession = new Succession(
      store,
      rooms,
      () => wall.ms,
      (what, cause) => {
        throw new Error(`${what} ${cause}`);
      },
      (work, ms) => {
        const sleep = { work, ms };
        sleeps.push(sleep);
        return () => sleeps.splice(sleeps.indexOf(sleep), 1);
      },
    );
    succession.start();
    return succession;
  };
  const room = await postRoomId(ayesha, "dcq");
  const members = (of: RoomId = room) =>
    [...(store.room(of)?.members.values() ?? [])].map(
      ({ person, post }) => `${nameOf(person)}${post ? `=${post}` : ""}`,
    );
  const nameOf = (person: PersonId) => store.person(person)?.name.en ?? "";
  const wake = () => {
    for (const { work } of sleeps.splice(0)) work();
  };
  return { house, store, wall, ayesha, imran, sana, charge, sleeps, start, room, members, wake };
};

test("on transfer the successor gets the room with its history, the predecessor loses it; a private one stays (R71)", async () => {
  const { house, store, wall, ayesha, imran, sana, charge, start, room, members } = await open();
  const held = await charge(imran, wall.ms - DAY);
  const succession = start();
  await house.change(ayesha, room, toPost);
  await house.say(ayesha, room, "The road is cut.");
  const direct = await house.change(ayesha, await directRoomId(ayesha, imran), {
    ...{ op: "create", kind: "direct", name: "", history: "all", members: [imran] },
  });
  expect(direct.state).toBe("done");
  expect(members()).toEqual(["Ayesha", "Imran=dcq"]);
  const left: string[] = [];
  store.onCommit((committed) => left.push(...committed.left.map(({ person }) => person)));

  wall.ms += 1000;
  await charge(imran, held.from, wall.ms, { id: held.id });
  await charge(sana, wall.ms);
  await succession.settled();
  expect(members()).toEqual(["Ayesha", "Sana=dcq"]);
  expect(left).toEqual([imran]);
  const { records } = house.reading.page(sana, room, {}, 10);
  const said = records.map(decodeRecord).filter(({ kind }) => kind === KIND.message);
  expect(said.map(({ body }) => new TextDecoder().decode(body))).toEqual(["The road is cut."]);
  expect(await refusal(Promise.resolve().then(() => house.reading.page(imran, room, {}, 10)))).toBe("forbidden");
  expect(members(await directRoomId(ayesha, imran))).toEqual(["Ayesha", "Imran"]);
  await succession.stop();
});

test("a charge begins and ends by its date, on one timer, and nothing is written twice (R71)", async () => {
  const { house, store, wall, ayesha, imran, sana, charge, sleeps, start, room, members, wake } = await open();
  await charge(imran, wall.ms - DAY, wall.ms + 600_000);
  await charge(sana, wall.ms + 900_000);
  const succession = start();
  await house.change(ayesha, room, toPost);
  expect(sleeps.map(({ ms }) => ms)).toEqual([600_000]);
  wall.ms += 600_000;
  wake();
  await succession.settled();
  expect(members()).toEqual(["Ayesha"]);
  expect(sleeps.map(({ ms }) => ms)).toEqual([300_000]);
  // A timer that comes too soon changes nothing and sleeps again.
  wall.ms += 299_000;
  wake();
  await succession.settled();
  expect([members(), sleeps.map(({ ms }) => ms)]).toEqual([["Ayesha"], [1000]]);
  wall.ms += 1000;
  wake();
  await succession.settled();
  expect(members()).toEqual(["Ayesha", "Sana=dcq"]);
  expect(sleeps).toEqual([]);
  expect(store.room(room)?.cseq).toBe(3);
  succession.dates();
  await succession.settled();
  expect(store.room(room)?.cseq).toBe(3);
  await succession.stop();
});

test("what passed while the node was off is made up for at the start (R71)", async () => {
  const { house, wall, ayesha, imran, sana, charge, start, room, members } = await open();
  await charge(imran, wall.ms - DAY, wall.ms + 1000);
  await charge(sana, wall.ms + 1000);
  await house.change(ayesha, room, toPost);
  expect(members()).toEqual(["Ayesha", "Imran=dcq"]);
  wall.ms += DAY;
  const succession = start();
  await succession.settled();
  expect(members()).toEqual(["Ayesha", "Sana=dcq"]);
  await succession.stop();
});

test("who retires leaves the post's rooms, and a group keeps the place under its own history (R72)", async () => {
  const { house, store, wall, ayesha, imran, sana, charge, start, members } = await open();
  await charge(imran, wall.ms - DAY);
  const succession = start();
  const group = await house.group(ayesha, [], "joined");
  await house.change(ayesha, group, { op: "add", members: [], posts: ["dcq"] });
  await house.say(ayesha, group, "before");
  expect(members(group)).toEqual(["Ayesha", "Imran=dcq"]);
  const retired = { ...store.person(imran), state: "retired" } as Parameters<typeof house.directory.put>[0];
  await store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(retired));
  await succession.settled();
  expect(members(group)).toEqual(["Ayesha"]);
  expect(store.room(group)?.posts).toEqual([{ post: "dcq", role: "member" }]);

  wall.ms += 1000;
  await charge(sana, wall.ms);
  await succession.settled();
  expect(members(group)).toEqual(["Ayesha", "Sana=dcq"]);
  await house.say(ayesha, group, "after");
  const { records } = house.reading.page(sana, group, {}, 10);
  expect(records.map(decodeRecord).filter(({ kind }) => kind === KIND.message)).toHaveLength(1);
  await succession.stop();
});

test("a room with a post is there for its two alone, whoever asks twice, and for who once held the post (R73)", async () => {
  const { house, wall, ayesha, imran, sana, charge, room } = await open();
  await charge(imran, wall.ms - DAY);
  expect(await refusal(house.change(ayesha, mintId(9), toPost))).toBe("fix");
  expect(await refusal(house.change(ayesha, room, { ...toPost, posts: ["nowhere"] }))).toBe("fix");
  await house.change(ayesha, room, toPost);
  expect(await refusal(house.change(ayesha, room, toPost))).toBe("done");
  expect(house.store.room(room)?.cseq).toBe(1);
  expect(await refusal(house.say(sana, room, "I was never here"))).toBe("elsewhere");
  expect(house.reading.summary(ayesha, room)).toMatchObject({ kind: "post", post: "dcq", size: 2 });
});
