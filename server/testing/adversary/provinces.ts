import { mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import type { ControlOp, HistoryPolicy } from "#protocol/room";
import type { Store } from "../../domain/ports.ts";
import { type HandLinks, Member } from "../cluster.ts";
import { MemoryNetwork } from "../memory-links.ts";
import { person } from "./house.ts";

const CODES: Province[] = ["is", "pb", "sd"];

/** Three honest provinces in unhappy circumstances: clocks that are wrong, links that are cut, disks that are gone. */
export class Provinces {
  time = Date.UTC(2026, 0, 5, 9);
  readonly network = new MemoryNetwork(CODES);
  readonly members = new Map<Province, Member>();
  /** one person in each province */
  readonly people = new Map<Province, PersonId>();

  /** What becomes of a message of the quick way on a province's lips; undefined: it says nothing. */
  tamper: (from: Province, to: Province, bytes: Uint8Array) => Uint8Array | undefined = (_from, _to, bytes) => bytes;
  private readonly links: HandLinks = {
    port: (from) => {
      const { changeLog, peers } = this.network.port(from);
      const send = (to: Province, bytes: Uint8Array) => {
        const said = this.tamper(from, to, bytes);
        if (said) peers.send(to, said);
      };
      return { changeLog, peers: { listen: peers.listen, send } };
    },
  };

  /** @param ahead milliseconds by which a province's clock is ahead */
  private constructor(private readonly ahead: Record<Province, number>) {}

  static async open(open: (province: Province) => Store, ahead: Record<Province, number> = {}): Promise<Provinces> {
    const all = new Provinces(ahead);
    for (const code of CODES) {
      await all.begin(code, open(code));
      const id = all.id();
      all.people.set(code, id);
      await all.at(code).enter(person(id, code));
    }
    await all.quiet();
    return all;
  }

  at(code: Province): Member {
    return this.members.get(code) as Member;
  }

  of(code: Province): PersonId {
    return this.people.get(code) as PersonId;
  }

  id(): string {
    return mintId(this.time++);
  }

  say(code: Province, room: RoomId, words: string, id = this.id()): Promise<unknown> {
    return this.at(code).say(this.of(code), room, words, id);
  }

  change(code: Province, room: RoomId, change: ControlOp): Promise<unknown> {
    return this.at(code).change(this.of(code), room, change, this.id());
  }

  async room(home: Province, others: readonly Province[], history: HistoryPolicy = "all"): Promise<RoomId> {
    const room = this.id();
    const members = others.map((code) => this.of(code));
    await this.change(home, room, { op: "create", kind: "group", name: "Room", history, members });
    await this.quiet();
    return room;
  }

  /** What a province shows of a room, without where it was accepted. */
  words(code: Province, room: RoomId): string[] {
    return this.at(code)
      .log(room)
      .map((line) => line.split(" ").slice(3).join(" "));
  }

  /** The province's disk is replaced; its log and the inboxes of the others stay as they are. */
  async replace(code: Province, store: Store): Promise<void> {
    const old = this.at(code);
    await old.stop();
    this.network.restart(code);
    await this.begin(code, store);
    await old.store.close();
  }

  async quiet(rounds = 12): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      this.time += 500;
      for (const member of this.members.values()) member.turn();
      await this.settle();
      for (let steps = 0; steps < 5_000 && (await this.network.deliver(() => 0)); steps++);
      await this.settle();
    }
  }

  async stop(): Promise<void> {
    for (const member of this.members.values()) {
      await member.stop();
      await member.store.close();
    }
  }

  private async begin(code: Province, store: Store): Promise<void> {
    const member = new Member(store, CODES, this.links, () => this.time + (this.ahead[code] ?? 0));
    this.members.set(code, member);
    await member.start();
  }

  private async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
  }
}
