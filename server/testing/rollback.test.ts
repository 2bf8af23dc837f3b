import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { decodeRecord, type EventRecord, KIND } from "#protocol/record";
import { openStore } from "../store/open.ts";
import { random } from "./cluster-fuzz.ts";
import { Member } from "./cluster.ts";
import { person } from "./directory-provinces.ts";
import { MemoryNetwork } from "./memory-links.ts";

const CODES: Province[] = ["is", "pb", "sd"];
const FILES = 2;
const base = mkdtempSync(join(tmpdir(), "beep-rollback-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;

type Ways = "in place" | "by rename" | "by cp";
type What = "one shard" | "two shards" | "the directory" | "all";
type Peers = "reachable" | "cut" | "one of two";
interface Case {
  way: Ways;
  what: What;
  peers: Peers;
  /** messages that are acknowledged before the node hears anything of the others */
  early: number;
  /** Sindh had heard less of what was lost than Punjab */
  uneven?: boolean;
}

/** Three provinces with real stores, of which Islamabad's folder is put back to an older state. */
class Fleet {
  time = Date.UTC(2026, 0, 5, 9);
  readonly folder = join(base, String(folders++));
  readonly network = new MemoryNetwork(CODES);
  readonly members = new Map<Province, Member>();
  readonly people = new Map<Province, PersonId>();
  readonly rooms: RoomId[] = [];
  /** everything that was acknowledged: id → room and words */
  readonly acked = new Map<string, { room: RoomId; words: string }>();
  /** people who were entered in Islamabad, and stayed entered */
  readonly entered = new Map<PersonId, string>();
  private readonly rng: () => number;

  constructor(seed: number) {
    this.rng = random(seed);
  }

  async begin(code: Province): Promise<Member> {
    const folder = join(this.folder, code);
    const store = openStore({ folder, province: code, files: FILES });
    const member = new Member(store, CODES, this.network, () => this.time);
    this.members.set(code, member);
    await member.start();
    return member;
  }

  at(code: Province): Member {
    return this.members.get(code) as Member;
  }

  of(code: Province): PersonId {
    return this.people.get(code) as PersonId;
  }

  async populate(): Promise<void> {
    for (const code of CODES) await this.begin(code);
    for (const code of CODES) {
      const id = mintId(this.time++);
      this.people.set(code, id);
      await this.at(code).enter(person(id, code));
    }
    await this.quiet();
    // As many rooms as it takes to have one in each shard, of all provinces and of two.
    for (const others of [["pb", "sd"], ["pb"]] as Province[][])
      for (const files = new Set<number>(); files.size < FILES; ) {
        const room = mintId(this.time++);
        const file = this.at("is").store.fileOf(room);
        if (files.has(file)) continue;
        files.add(file);
        const members = others.map((code) => this.of(code));
        await this.at("is").change(this.of("is"), room, {
          op: "create",
          kind: "group",
          name: "R",
          history: "all",
          members,
        });
        this.rooms.push(room);
      }
    await this.quiet();
  }

  async say(code: Province, room: RoomId, words: string): Promise<void> {
    const id = mintId(this.time++);
    await this.at(code).say(this.of(code), room, words, id);
    this.acked.set(id, { room, words });
  }

  /** Of everything that a home accepts something: words in each room, a change of one, a person who comes in. */
  async writeAll(words: string): Promise<void> {
    const [first] = this.rooms as [RoomId];
    for (const room of this.rooms) await this.say("is", room, words);
    await this.at("is").change(this.of("is"), first, { op: "rename", name: words });
    const id = mintId(this.time++);
    await this.at("is").enter(person(id, "is", { name: { en: words, ur: "" } }));
    this.entered.set(id, words);
  }

  async halt(code: Province): Promise<void> {
    await this.at(code).stop();
    await this.at(code).store.close();
    this.network.restart(code);
  }

  files(what: What): string[] {
    const names = readdirSync(join(this.folder, "is")).filter(
      (name) => name.endsWith(".db") && !name.startsWith("lock"),
    );
    const shards = names.filter((name) => name.startsWith("shard")).sort();
    if (what === "all") return names;
    if (what === "the directory") return ["directory.db"];
    return shards.slice(0, what === "one shard" ? 1 : 2);
  }

  keep(what: What): Map<string, Uint8Array> {
    return new Map(this.files(what).map((name) => [name, readFileSync(join(this.folder, "is", name))]));
  }

  putBack(kept: ReadonlyMap<string, Uint8Array>, way: Ways): void {
    const folder = join(this.folder, "is");
    for (const [name, bytes] of kept) {
      const path = join(folder, name);
      for (const tail of ["-wal", "-shm"]) rmSync(path + tail, { force: true });
      if (way === "in place") {
        const fd = openSync(path, "r+");
        ftruncateSync(fd, 0);
        writeSync(fd, bytes, 0, bytes.length, 0);
        closeSync(fd);
      } else {
        writeFileSync(`${path}.old`, bytes);
        if (way === "by rename") renameSync(`${path}.old`, path);
        else {
          cpSync(`${path}.old`, path);
          rmSync(`${path}.old`);
        }
      }
    }
  }

  async quiet(rounds = 16): Promise<void> {
    const settle = async () => {
      for (let i = 0; i < 6; i++) await new Promise((done) => setImmediate(done));
    };
    for (let i = 0; i < rounds; i++) {
      this.time += 500;
      for (const member of this.members.values()) member.turn();
      await settle();
      for (let n = 0; n < 3_000 && this.network.pending() > 0; n++) {
        await this.network.deliver(this.rng);
        if (n % 8 === 7) await settle();
      }
      await settle();
    }
  }

  events(code: Province, room: RoomId): EventRecord[] {
    const { store } = this.at(code);
    return [...store.heads(room)].flatMap(([origin, { base, n }]) =>
      store.range(room, origin, base, n, 1e9).map(decodeRecord),
    );
  }

  /** What is wrong: words that were acknowledged and are not shown once, or differ, and numbers that are used twice. */
  problems(acked: Iterable<[string, { room: RoomId; words: string }]>): string[] {
    const problems: string[] = [];
    const numbered = new Map<string, string>();
    for (const code of CODES)
      for (const room of [...this.rooms, DIRECTORY_ROOM])
        for (const event of this.events(code, room)) {
          const place = `${room} ${event.origin} ${event.n}`;
          const bytes = `${event.id} ${Buffer.from(event.body).toString("base64")}`;
          if (this.isOver(room, event)) continue;
          if ((numbered.get(place) ?? bytes) !== bytes) problems.push(`${code}: ${place} is two events`);
          numbered.set(place, bytes);
        }
    for (const [id, { room, words }] of acked)
      for (const code of this.at("is").store.room(room)?.provinces ?? []) {
        const found = this.events(code, room).filter((event) => event.id === id && event.kind === KIND.message);
        const said = new Set(found.map((event) => new TextDecoder().decode(event.body)));
        if (said.size !== 1 || !said.has(words)) problems.push(`${code}: ${words} is there as ${[...said]}`);
        if (!this.at(code).store.find(room, id)) problems.push(`${code}: ${words} is not found by its id`);
      }
    const { store } = this.at("is");
    for (const code of CODES) {
      for (const [id, words] of this.entered)
        if (this.at(code).store.person(id)?.name.en !== words) problems.push(`${code}: ${words} is not known`);
      for (const room of this.rooms) {
        const [here, home] = [this.at(code).store.room(room), store.room(room)];
        if (here && (here.name !== home?.name || here.cseq !== home.cseq))
          problems.push(`${code}: ${here.name} ${room}`);
      }
    }
    for (const [code, member] of this.members) {
      for (const alarm of member.alarms.filter((line) => /^(refused-record|unproven|failed)/.test(line)))
        problems.push(`${code}: ${alarm}`);
      for (const [dest, n] of Object.entries(member.store.waiting()))
        if (n > 0) problems.push(`${code}: ${n} wait for ${dest}`);
    }
    return problems;
  }

  /** Where provinces had heard differently much of what was lost, that differs beyond the end of the old life, and is over. */
  private isOver(room: RoomId, { origin, n }: EventRecord): boolean {
    const { store } = this.at("is");
    return (
      this.uneven && origin.startsWith("is") && origin !== store.origin && n > (store.heads(room).get(origin)?.n ?? 0)
    );
  }

  uneven = false;

  async stop(): Promise<void> {
    for (const member of this.members.values()) {
      await member.stop();
      await member.store.close();
    }
  }
}

const WAYS = ["in place", "by rename", "by cp"] as const;
const WHAT = ["one shard", "two shards", "the directory", "all"] as const;
const PEERS = ["reachable", "cut", "one of two"] as const;
// Each with each other at least once; the way that leaves no trace in the folder with everything.
const cases: Case[] = [
  ...WHAT.flatMap((what, i) =>
    PEERS.map((peers, j) => ({ way: "in place" as const, what, peers, early: [0, 1, 4][(i + j) % 3] as number })),
  ),
  ...WAYS.slice(1).flatMap((way, i) =>
    WHAT.map((what, j) => ({ way, what, peers: PEERS[(i + j) % 3] as Peers, early: 2 })),
  ),
  ...PEERS.map((peers, i) => ({ way: "in place" as const, what: "all" as const, peers, early: i + 1, uneven: true })),
];
const named = ({ way, what, peers, early, uneven }: Case) =>
  `${what} ${way}, peers ${peers}, ${early} written before they are heard${uneven ? ", which know unevenly much" : ""}`;

describe("a folder that was put back to an older state", () => {
  test.each(cases.map((each, seed) => [named(each), each, seed] as const))(
    "%s (R166, R167, R168)",
    async (_, each, seed) => {
      const { way, what, peers, early, uneven = false } = each;
      const fleet = new Fleet(seed);
      fleet.uneven = uneven;
      await fleet.populate();
      await fleet.writeAll("before the snapshot");
      await fleet.quiet();
      await fleet.halt("is");
      const kept = fleet.keep(what);
      await fleet.begin("is");
      await fleet.writeAll("lost one");
      await fleet.quiet();
      if (uneven) fleet.network.cut("is", "sd");
      await fleet.writeAll("lost two");
      await fleet.quiet();
      const { origin } = fleet.at("is").store;
      await fleet.halt("is");
      fleet.network.heal("is", "sd");
      if (peers !== "reachable") fleet.network.cut("is", "pb");
      if (peers === "cut") fleet.network.cut("is", "sd");
      fleet.putBack(kept, way);
      await fleet.begin("is");
      for (let i = 0; i < early; i++) await fleet.writeAll(`early ${i}`);
      await fleet.quiet();
      await fleet.writeAll("apart");
      await fleet.quiet();
      for (const code of ["pb", "sd"]) fleet.network.heal("is", code);
      await fleet.quiet();
      await fleet.writeAll("together again");
      for (const room of fleet.rooms) await fleet.say("pb", room, "an answer");
      await fleet.quiet(24);
      expect(fleet.at("is").store.origin).not.toBe(origin);
      expect(fleet.problems(fleet.acked)).toEqual([]);
      await fleet.stop();
    },
  );
});
