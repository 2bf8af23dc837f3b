import type { PersonId, Province, RoomId } from "#protocol/ids";
import { mintId } from "#protocol/ids";
import type { ChangeLog, Store } from "../domain/ports.ts";
import { type HandLinks, Member } from "./cluster.ts";
import { MemoryNetwork } from "./memory-links.ts";

/** mulberry32: a small generator whose whole state is the seed, so that a run can be repeated. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface FuzzResult {
  acked: number;
  problems: string[];
}

/** Share of live messages that get lost on a link that holds, and of log frames that the log forgets. */
const LIVE_LOSS = 0.05;
const LOG_LOSS = 0.03;
const PEOPLE_PER_PROVINCE = 3;
const START = Date.UTC(2026, 0, 5, 9);

/**
 * One seeded life of a cluster whose every message is delivered by hand: people write, rooms are made and changed, links
 * are cut, nodes restart. Then all heals, and every province that has members in a room must hold the same log of it.
 */
export async function fuzzCluster(
  seed: number,
  open: (province: Province) => Store | Promise<Store>,
  { provinces = ["is", "pb", "sd"], steps = 400 }: { provinces?: Province[]; steps?: number } = {},
): Promise<FuzzResult> {
  const rng = random(seed);
  let time = START;
  const now = () => time;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T;
  const network = new MemoryNetwork(provinces, LIVE_LOSS);
  const links = forgetful(network, () => rng() < LOG_LOSS);
  const stores = new Map<Province, Store>();
  const members = new Map<Province, Member>();
  for (const province of provinces) {
    const store = await open(province);
    stores.set(province, store);
    members.set(province, new Member(store, provinces, links, now));
  }
  const member = (province: Province) => members.get(province) as Member;
  const problems: string[] = [];

  const settle = async () => {
    for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
  };
  const turn = async (ms: number) => {
    time += ms;
    for (const m of members.values()) m.turn();
    await settle();
  };
  const deliver = async (most: number) => {
    for (let i = 0; i < most && network.pending() > 0; i++) {
      await network.deliver(rng);
      if (i % 8 === 7) await settle();
    }
    await settle();
  };
  const quiet = async (rounds: number) => {
    for (let i = 0; i < rounds; i++) {
      await turn(500);
      await deliver(10_000);
    }
  };

  for (const m of members.values()) await m.start();
  const people: { id: PersonId; province: Province }[] = [];
  for (const province of provinces)
    for (let i = 0; i < PEOPLE_PER_PROVINCE; i++) {
      const id = mintId(time++, (bytes) =>
        bytes.forEach((_, at) => {
          bytes[at] = rng() * 256;
        }),
      );
      const name = { en: `${province} ${i}`, ur: "" };
      await member(province).enter({ id, province, name, post: name, unit: name });
      people.push({ id, province });
    }
  await quiet(10);

  const rooms: RoomId[] = [];
  const acked: { room: RoomId; id: string }[] = [];
  const mint = () =>
    mintId(time, (bytes) =>
      bytes.forEach((_, at) => {
        bytes[at] = rng() * 256;
      }),
    );
  /** Provinces that ever had a member of a room may hold its events; no other one may. */
  const everIn = new Map<RoomId, Set<Province>>();
  const refused: Record<string, number> = {};
  const tolerate = (error: { code?: string }) => {
    if (!error.code) problems.push(String(error));
    refused[error.code ?? "?"] = (refused[error.code ?? "?"] ?? 0) + 1;
  };

  const act = async () => {
    const dice = rng();
    const who = pick(people);
    const at = member(who.province);
    const room = rooms.length > 0 ? pick(rooms) : undefined;
    if (dice < 0.08 || !room) {
      const id = mint();
      const others = people.filter((p) => p.id !== who.id && rng() < 0.3).map((p) => p.id);
      const history = rng() < 0.5 ? "all" : "joined";
      await at
        .change(who.id, id, { op: "create", kind: "group", name: "room", history, members: others })
        .then(() => rooms.push(id), tolerate);
    } else if (dice < 0.14)
      await at.change(who.id, room, { op: "add", members: [pick(people).id] }, mint()).catch(tolerate);
    else if (dice < 0.17)
      await at.change(who.id, room, { op: "remove", members: [pick(people).id] }, mint()).catch(tolerate);
    else if (dice < 0.6) {
      const id = mint();
      const words = `canary ${room} ${id}`;
      await at.say(who.id, room, words, id).then(() => acked.push({ room, id }), tolerate);
      // Answers get lost: the same draft comes again, sometimes at another province.
      if (rng() < 0.1) await member(pick(provinces)).say(who.id, room, words, id).catch(tolerate);
    } else if (dice < 0.66) network.cut(pick(provinces), pick(provinces));
    else if (dice < 0.72) network.heal(pick(provinces), pick(provinces));
    else if (dice < 0.75) {
      const p = pick(provinces);
      await member(p).stop();
      network.restart(p);
      const reborn = new Member(stores.get(p) as Store, provinces, links, now);
      members.set(p, reborn);
      await reborn.start();
    } else if (dice < 0.76) network.loseInbox(pick(provinces), pick(provinces));
    else if (dice < 0.85) await turn(rng() * 2_000);
    else await deliver(Math.floor(rng() * 40));
  };
  const watch = () => {
    for (const m of members.values())
      for (const room of rooms)
        for (const province of m.store.room(room)?.provinces ?? []) {
          if (!everIn.has(room)) everIn.set(room, new Set());
          everIn.get(room)?.add(province);
        }
  };
  for (let i = 0; i < steps; i++) {
    await act();
    watch();
  }

  for (const a of provinces) for (const b of provinces) if (a !== b) network.heal(a, b);
  await quiet(60);
  watch();

  for (const room of rooms) {
    const home = [...members.values()].map((m) => m.store.room(room)).find((r) => r?.home);
    const holders = home ? (members.get(home.home)?.store.room(room)?.provinces ?? []) : [];
    const [first, ...rest] = holders.map((p) => ({ p, m: member(p) }));
    for (const { p, m } of rest) {
      if (!first) continue;
      const [a, b] = [shown(first.m, room), shown(m, room)];
      // Under policy `joined` a province that came late begins later: what both have must be the same.
      const same = m.store.room(room)?.history === "all" ? a.join("\n") === b.join("\n") : tailsAgree(a, b);
      if (!same) problems.push(`room ${room}: ${first.p} (${a.length}) and ${p} (${b.length}) differ`);
      if (m.store.room(room)?.cseq !== first.m.store.room(room)?.cseq)
        problems.push(`room ${room}: state differs at ${p}`);
    }
    for (const p of provinces)
      if (!everIn.get(room)?.has(p) && member(p).log(room).length > 0) problems.push(`room ${room}: strayed to ${p}`);
  }
  for (const { room, id } of acked)
    if (!provinces.some((p) => member(p).store.find(room, id))) problems.push(`acked and lost: ${id}`);
  for (const [p, m] of members) {
    for (const alarm of m.alarms) problems.push(`${p}: ${alarm}`);
    const waiting = Object.entries(m.store.waiting()).filter(([dest, n]) => n > 0 && dest);
    for (const [dest, n] of waiting) problems.push(`${p}: ${n} events still wait for ${dest}`);
    if (m.store.requests().length > 0) problems.push(`${p}: ${m.store.requests().length} requests unanswered`);
  }
  for (const m of members.values()) await m.stop();
  for (const store of stores.values()) await store.close();
  return { acked: acked.length, problems };
}

/** A log that now and then forgets a frame: what it should have brought must come by asking the origin. */
function forgetful(network: MemoryNetwork, forgets: () => boolean): HandLinks {
  return {
    port(province) {
      const { changeLog, peers } = network.port(province);
      const subscribe: ChangeLog["subscribe"] = (from, after, handler) =>
        changeLog.subscribe(from, after, (frame) => (forgets() ? Promise.resolve() : handler(frame)));
      return { changeLog: { ...changeLog, subscribe }, peers };
    },
  };
}

/** What people see: an event that two provinces accepted stands at its earlier place alone. */
function shown(member: Member, room: RoomId): string[] {
  const seen = new Set<string>();
  return member.log(room).filter((line) => {
    const id = line.split(" ")[2] as string;
    return !seen.has(id) && seen.add(id);
  });
}

function tailsAgree(a: string[], b: string[]): boolean {
  const inB = new Set(b);
  const inA = new Set(a);
  return (
    a.filter((line) => inB.has(line)).join() === b.filter((line) => inA.has(line)).join() &&
    (a.length === 0) === (b.length === 0)
  );
}
