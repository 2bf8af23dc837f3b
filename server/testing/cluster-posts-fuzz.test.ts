import { describe, expect, test } from "bun:test";
import type { Charge, Entry, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { postRoomId } from "#protocol/room";
import { Member } from "./cluster.ts";
import { MemoryNetwork } from "./memory-links.ts";
import { MemoryStore } from "./memory-store.ts";

const SEEDS = Number(process.env.BEEP_FUZZ_SEEDS ?? 25);
const FIRST = Number(process.env.BEEP_FUZZ_FROM ?? 1);
const PROVINCES = ["is", "pb", "sd"];
const HOUR = 3_600_000;

/** Transfers by order and by date, messages and new rooms, while links are cut and nodes start anew; then all is healed. */
async function run(seed: number): Promise<string[]> {
  let state = seed * 7919;
  const rng = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T;
  let time = Date.UTC(2026, 10, 22, 9);
  const now = () => time;
  const problems: string[] = [];
  const network = new MemoryNetwork(PROVINCES, 0.05);
  const stores = new Map(PROVINCES.map((province) => [province, new MemoryStore({ province })]));
  const members = new Map<Province, Member>();
  const at = (province: Province) => members.get(province) as Member;
  const begin = async (province: Province) => {
    const member = new Member(stores.get(province) as MemoryStore, PROVINCES, network, now);
    members.set(province, member);
    await member.start();
  };
  const settle = async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const turn = async (ms: number, most: number) => {
    time += Math.floor(ms);
    for (const member of members.values()) member.turn();
    await settle();
    for (let n = 0; n < most && network.pending() > 0; n++) {
      await network.deliver(rng);
      if (n % 16 === 15) await settle();
    }
    await settle();
  };
  for (const province of PROVINCES) await begin(province);
  const issue = (province: Province, ...entries: Entry[]) =>
    at(province).store.write(DIRECTORY_ROOM, (tx) => at(province).directory.issue(tx, "operator", entries));

  const people: { id: PersonId; province: Province }[] = [];
  for (const province of PROVINCES)
    for (const en of ["A", "B", "C"]) {
      const name = { en: `${en} ${province}`, ur: "" };
      const person: Person = { id: mintId(time++), province, name, post: name, unit: name };
      await at(province).enter(person);
      people.push({ id: person.id, province });
    }
  const posts = PROVINCES.map((province) => ({ id: `dc-${province}`, province }));
  for (const { id, province } of posts) {
    const name = { en: id, ur: id };
    await issue(
      province,
      { unit: { id: `u-${province}`, province, parent: null, kind: "district", name } },
      { post: { id, province, unit: `u-${province}`, title: name } },
    );
  }
  for (let i = 0; i < 10; i++) await turn(500, 5_000);

  const charges: Charge[] = [];
  const rooms = new Set<RoomId>();
  const put = async (charge: Charge) => {
    const province = posts.find(({ id }) => id === charge.post)?.province as Province;
    await issue(province, { charge });
  };
  const tolerate = (error: { code?: string }) => {
    if (!error.code) problems.push(String(error));
  };
  const act = async () => {
    const dice = rng();
    const who = pick(people);
    const post = pick(posts);
    if (dice < 0.12) {
      const from = time + Math.floor((rng() - 0.5) * HOUR);
      const to = rng() < 0.4 ? from + Math.floor(rng() * HOUR) + 1 : null;
      const home = people.filter(({ province }) => province === post.province);
      const charge: Charge = {
        id: `c${charges.length}`,
        post: post.id,
        person: pick(home).id,
        kind: "regular",
        from,
        to,
      };
      charges.push(charge);
      await put(charge).catch(tolerate);
    } else if (dice < 0.22 && charges.length > 0) {
      const charge = pick(charges);
      if (rng() < 0.3) charge.cancelled = true;
      else charge.to = Math.max(charge.from + 1, time);
      await put({ ...charge }).catch(tolerate);
    } else if (dice < 0.34) {
      const room = await postRoomId(who.id, post.id);
      const create = { op: "create", kind: "post", name: "", history: "all" } as const;
      await at(who.province)
        .change(who.id, room, { ...create, members: [], posts: [post.id] })
        .then(() => rooms.add(room), tolerate);
    } else if (dice < 0.4) {
      const room = mintId(time);
      const create = { op: "create", kind: "group", name: "Cell", history: pick(["all", "joined"] as const) } as const;
      await at(who.province)
        .change(who.id, room, { ...create, members: [pick(people).id], posts: [post.id] })
        .then(() => rooms.add(room), tolerate);
    } else if (dice < 0.65 && rooms.size > 0)
      await at(who.province)
        .say(who.id, pick([...rooms]), "words")
        .catch(tolerate);
    else if (dice < 0.71) network.cut(pick(PROVINCES), pick(PROVINCES));
    else if (dice < 0.78) network.heal(pick(PROVINCES), pick(PROVINCES));
    else if (dice < 0.81) {
      const province = pick(PROVINCES);
      await at(province).stop();
      network.restart(province);
      await begin(province);
    } else await turn(rng() * 300_000, Math.floor(rng() * 60));
  };
  for (let i = 0; i < 220; i++) await act();
  for (const a of PROVINCES) for (const b of PROVINCES) if (a !== b) network.heal(a, b);
  for (let i = 0; i < 60; i++) await turn(500, 10_000);

  for (const room of rooms) {
    const home = [...members.values()].find(({ store }) => store.room(room)?.home === store.province);
    const known = home?.store.room(room);
    if (!home || !known) {
      problems.push(`${room} has no home`);
      continue;
    }
    const seated = [...known.members.values()].filter(({ post }) => post).map(({ person }) => person);
    const due = (known.posts ?? []).flatMap(({ post }) =>
      home.store.tables.offices.holders(post, time).map(({ person }) => person),
    );
    const named = [...known.members.values()].filter(({ post }) => !post).map(({ person }) => person);
    const wanted = [...new Set(due)].filter((person) => !named.includes(person));
    if (wanted.toSorted().join() !== seated.toSorted().join())
      problems.push(`${room}: ${seated.length} sit there, ${wanted.length} hold charge`);
    for (const province of known.provinces) {
      const there = at(province).store.room(room);
      const shown = (of: typeof there) =>
        JSON.stringify([of?.cseq, [...(of?.members.values() ?? [])].map((m) => [m.person, m.post]).sort()]);
      if (shown(there) !== shown(known)) problems.push(`${room}: ${province} has other members`);
      if (known.history === "all" && at(province).log(room).join("\n") !== home.log(room).join("\n"))
        problems.push(`${room}: ${province} has another log`);
    }
  }
  for (const [province, { alarms, store }] of members) {
    problems.push(...alarms.map((alarm) => `${province}: ${alarm}`));
    for (const [dest, n] of Object.entries(store.waiting()))
      if (n > 0) problems.push(`${province}: ${n} wait for ${dest}`);
  }
  const passed = [...rooms].filter((room) =>
    [...members.values()].some(({ store }) => (store.room(room)?.cseq ?? 0) > 2),
  );
  if (passed.length < 3) problems.push("too little was tried");
  for (const member of members.values()) await member.stop();
  return problems;
}

describe("posts pass on, whatever was cut and started anew meanwhile (R71, R74)", () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++)
    test(`seed ${seed}`, async () => expect(await run(seed)).toEqual([]));
});
