import { expect, test } from "bun:test";
import type { Charge, Entry, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province } from "#protocol/ids";
import { directRoomId, postRoomId } from "#protocol/room";
import { Member } from "./cluster.ts";
import { MemoryNetwork } from "./memory-links.ts";
import { MemoryStore } from "./memory-store.ts";

const PROVINCES = ["is", "pb", "sd"];
const DAY = 86_400_000;

const open = async () => {
  let time = Date.UTC(2026, 10, 22, 9);
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const network = new MemoryNetwork(PROVINCES);
  const members = new Map<Province, Member>();
  for (const province of PROVINCES)
    members.set(province, new Member(new MemoryStore({ province }), PROVINCES, network, () => time));
  const at = (province: Province) => members.get(province) as Member;
  const settle = async () => {
    // Ids of rooms are hashed beside the event loop.
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const quiet = async (rounds = 20) => {
    for (let i = 0; i < rounds; i++) {
      time += 500;
      for (const member of members.values()) member.turn();
      await settle();
      for (let n = 0; n < 5_000 && network.pending() > 0; n++) {
        await network.deliver(random);
        if (n % 8 === 7) await settle();
      }
      await settle();
    }
  };
  for (const member of members.values()) await member.start();
  const issue = (province: Province, ...entries: Entry[]) =>
    at(province).store.write(DIRECTORY_ROOM, (tx) => at(province).directory.issue(tx, "operator", entries));
  const enter = async (province: Province, en: string): Promise<PersonId> => {
    const name = { en, ur: "" };
    const person: Person = { id: mintId(time++), province, name, post: name, unit: name };
    await at(province).enter(person);
    return person.id;
  };
  const [ayesha, imran, sana] = [await enter("is", "Ayesha"), await enter("pb", "Imran"), await enter("pb", "Sana")];
  const name = { en: "Lahore", ur: "لاہور" };
  await issue(
    "pb",
    { unit: { id: "lahore", province: "pb", parent: null, kind: "district", name } },
    {
      post: {
        id: "dcl",
        province: "pb",
        unit: "lahore",
        title: { en: "Deputy Commissioner Lahore", ur: "ڈپٹی کمشنر" },
      },
    },
  );
  const charge = (id: string, person: PersonId, from: number, to: number | null): { charge: Charge } => ({
    charge: { id, post: "dcl", person, kind: "regular", from, to },
  });
  await issue("pb", charge("c1", imran, time - DAY, null));
  await quiet();
  const words = (province: Province, room: string) =>
    at(province)
      .log(room)
      .map((line) => line.split(" ").slice(3).join(" "));
  const seats = (province: Province, room: string) =>
    Array.from(at(province).store.room(room)?.members.values() ?? [], ({ person, post }) => [person, post ?? ""]);
  const cut = (how: "cut" | "heal") => {
    for (const a of PROVINCES) for (const b of PROVINCES) if (a !== b) network[how](a, b);
  };
  const stop = async () => {
    for (const member of members.values()) await member.stop();
  };
  return { at, quiet, issue, charge, words, seats, cut, stop, ayesha, imran, sana, now: () => time };
};

test("a post is reached across provinces, and passes on while all links are cut (R70, R71, R74)", async () => {
  const { at, quiet, issue, charge, words, seats, cut, stop, ayesha, imran, sana, now } = await open();
  const room = await postRoomId(ayesha, "dcl");
  const direct = await directRoomId(ayesha, imran);
  await at("is").change(ayesha, room, {
    op: "create",
    kind: "post",
    name: "",
    history: "all",
    members: [],
    posts: ["dcl"],
  });
  await at("is").change(ayesha, direct, { op: "create", kind: "direct", name: "", history: "all", members: [imran] });
  await quiet();
  expect(at("is").store.room(room)).toMatchObject({ kind: "post", home: "pb" });
  await at("is").say(ayesha, room, "The canal has burst.");
  await at("is").say(ayesha, direct, "How is your son?");
  await quiet();
  expect(seats("pb", room)).toEqual([
    [ayesha, ""],
    [imran, "dcl"],
  ]);

  cut("cut");
  await issue("pb", charge("c1", imran, now() - DAY, now()), charge("c2", sana, now(), null));
  await at("is").say(ayesha, room, "It has reached the road.");
  await quiet();
  const after = [
    [ayesha, ""],
    [sana, "dcl"],
  ];
  expect(seats("pb", room)).toEqual(after);
  expect(seats("is", room)).toContainEqual([imran, "dcl"]);
  await at("pb").say(sana, room, "I have taken charge.");

  cut("heal");
  await quiet(40);
  expect([seats("is", room), seats("pb", room)]).toEqual([after, after]);
  expect(words("pb", room).toSorted()).toEqual(
    ["*", "*", "The canal has burst.", "It has reached the road.", "I have taken charge."].toSorted(),
  );
  expect(words("is", room)).toEqual(words("pb", room));
  expect(at("pb").store.roomsOf(imran)).toEqual([direct]);
  expect(words("pb", direct)).toEqual(["*", "How is your son?"]);
  expect(seats("pb", direct)).toHaveLength(2);
  expect(at("sd").store.room(room)).toBeUndefined();
  expect(at("sd").log(room)).toEqual([]);
  for (const province of PROVINCES) expect(at(province).alarms).toEqual([]);
  await stop();
});

test("what is written to a vacant post waits in its province, and is there for whoever comes, cut off or not (R70)", async () => {
  const { at, quiet, issue, charge, words, seats, cut, stop, ayesha, imran, sana, now } = await open();
  await issue("pb", charge("c1", imran, now() - DAY, now()));
  await quiet();
  const room = await postRoomId(ayesha, "dcl");
  await at("is").change(ayesha, room, {
    ...{ op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dcl"] },
  });
  await quiet();
  await at("is").say(ayesha, room, "Whoever comes: the gauge is broken.");
  await quiet();
  cut("cut");
  await issue("pb", charge("c2", sana, now(), null));
  await quiet();
  expect(seats("pb", room)).toEqual([
    [ayesha, ""],
    [sana, "dcl"],
  ]);
  expect(words("pb", room)).toContain("Whoever comes: the gauge is broken.");
  cut("heal");
  await quiet(40);
  expect(words("is", room)).toEqual(words("pb", room));
  expect(seats("is", room)).toEqual(seats("pb", room));
  expect(at("sd").log(room)).toEqual([]);
  for (const province of PROVINCES) expect(at(province).alarms).toEqual([]);
  await stop();
});

test("the home of a group elsewhere hands a place over when it hears of the transfer (R72)", async () => {
  const { at, quiet, issue, charge, seats, cut, stop, ayesha, imran, sana, now } = await open();
  const room = mintId(now());
  const create = {
    op: "create",
    kind: "group",
    name: "Flood cell",
    history: "all",
    members: [],
    posts: ["dcl"],
  } as const;
  await at("is").change(ayesha, room, { ...create, members: [], posts: ["dcl"] });
  await quiet();
  cut("cut");
  await issue("pb", charge("c1", imran, now() - DAY, now()));
  await quiet();
  expect(seats("pb", room)).toContainEqual([imran, "dcl"]);
  cut("heal");
  await quiet(40);
  expect([seats("is", room), seats("pb", room)]).toEqual([[[ayesha, ""]], [[ayesha, ""]]]);
  await issue("pb", charge("c2", sana, now(), null));
  await quiet(40);
  expect([seats("is", room), seats("pb", room)]).toEqual([
    [
      [ayesha, ""],
      [sana, "dcl"],
    ],
    [
      [ayesha, ""],
      [sana, "dcl"],
    ],
  ]);
  for (const province of PROVINCES) expect(at(province).alarms).toEqual([]);
  await stop();
});
