import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { encodeRecord, type EventRecord, KIND, SCHEME } from "#protocol/record";
import type { ControlBody, Member as RoomMember } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import type { Store } from "../../domain/ports.ts";
import { shardOf } from "../../domain/shard.ts";
import { decodeMessage, encodeMessage, type PeerMessage } from "../../replication/message.ts";
import { type HandLinks, Member } from "../cluster.ts";
import { MemoryNetwork } from "../memory-links.ts";

const PROVINCES: Province[] = ["is", "pb", "sd"];
/** What a hostile province may put into a message: anything. */
type Anything = Record<string, unknown>;

/** Two honest provinces, `is` and `sd`, and between them `pb`, whose code is the test's own: it says what it likes. */
export class House {
  time = Date.UTC(2026, 0, 5, 9);
  readonly network = new MemoryNetwork(PROVINCES);
  readonly origin = "pb-evil00000";
  /** what `pb` was sent */
  readonly heard: { from: Province; message: PeerMessage; records: Uint8Array[] }[] = [];
  readonly is: Member;
  readonly sd: Member;
  /** people of Islamabad, Sindh and Punjab */
  readonly amna = this.id();
  readonly bilal = this.id();
  readonly evil = this.id();
  /** drops what an honest province appends to its log while it is set */
  forgets = false;
  private pos = 0;

  private constructor(open: (province: Province) => Store) {
    const links: HandLinks = {
      port: (province) => {
        const { changeLog, peers } = this.network.port(province);
        const append: typeof changeLog.append = async (frames) => {
          if (!this.forgets) await changeLog.append(frames);
        };
        return { peers, changeLog: { ...changeLog, append } };
      },
    };
    this.is = new Member(open("is"), PROVINCES, links, () => this.time);
    this.sd = new Member(open("sd"), PROVINCES, links, () => this.time);
    this.network.port("pb").peers.listen((from, bytes) => this.heard.push({ from, ...decodeMessage(bytes) }));
  }

  static async open(open: (province: Province) => Store): Promise<House> {
    const house = new House(open);
    await house.is.start();
    await house.sd.start();
    await house.is.enter(person(house.amna, "is"));
    await house.sd.enter(person(house.bilal, "sd"));
    for (const to of ["is", "sd"]) house.log(to, house.directory(1, { person: person(house.evil, "pb") }));
    await house.quiet();
    return house;
  }

  id(): string {
    return mintId(this.time++);
  }

  async quiet(rounds = 8): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      this.time += 500;
      for (const to of ["is", "sd"]) this.say(to, { t: "beat", origin: this.origin, hears: true, marks: [] });
      this.is.turn();
      this.sd.turn();
      await this.settle();
      for (let steps = 0; steps < 5_000 && (await this.network.deliver(() => 0)); steps++);
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
  }

  /** Appends to the log that `pb` keeps for another province. */
  log(to: Province, ...records: Uint8Array[]): void {
    for (const bytes of records) {
      const frame = { dest: to, shard: shardOf(DIRECTORY_ROOM), file: 0, last: ++this.pos, bytes };
      void this.network.port("pb").changeLog.append([frame]);
    }
  }

  say(to: Province, message: Anything, records: readonly Uint8Array[] = []): void {
    this.network.port("pb").peers.send(to, encodeMessage(message as unknown as PeerMessage, records));
  }

  record(room: RoomId, n: number, words: string, forged: Partial<EventRecord> = {}): Uint8Array {
    const body = new TextEncoder().encode(words);
    const kind = KIND.message;
    const { id, evil: sender, origin } = this;
    const event = { id: id.call(this), room, sender, device: sender, kind, scheme: SCHEME.clear, body, origin, n };
    return encodeRecord({ ...event, stamp: stampOf(this.time), ...forged });
  }

  /** @param body JSON of a control event, well-formed or not */
  control(room: RoomId, n: number, body: unknown, forged: Partial<EventRecord> = {}): Uint8Array {
    return this.record(room, n, JSON.stringify(body), { kind: KIND.control, scheme: SCHEME.control, ...forged });
  }

  directory(n: number, body: unknown): Uint8Array {
    return this.record(DIRECTORY_ROOM, n, JSON.stringify(body), { kind: KIND.directory, scheme: SCHEME.directory });
  }

  /** The body with which `pb` makes a room that it is home of. */
  creation(members: readonly RoomMember[], more: Partial<ControlBody["room"]> = {}): ControlBody {
    const room = { kind: "group", name: "Flood relief", home: "pb", history: "all", ...more } as const;
    const change = { op: "create", kind: room.kind, name: room.name, history: room.history } as const;
    return {
      change: { ...change, members: members.map((m) => m.person) },
      cseq: 1,
      by: this.evil,
      room,
      members: [...members],
      removed: [],
    };
  }

  member(id: PersonId, province: Province, role: RoomMember["role"] = "owner"): RoomMember {
    return { person: id, province, role, since: stampOf(this.time) };
  }

  everybody(): RoomMember[] {
    return [this.member(this.amna, "is"), this.member(this.bilal, "sd"), this.member(this.evil, "pb")];
  }

  /** A room of Islamabad and Sindh, of which Punjab knows no more than the id. */
  async closedRoom(): Promise<RoomId> {
    const room = this.id();
    const members = [this.bilal];
    await this.is.change(this.amna, room, { op: "create", kind: "group", name: "Closed", history: "all", members });
    await this.is.say(this.amna, room, "for Sindh alone");
    await this.quiet();
    return room;
  }

  /** A room of all three that has its home in Punjab. */
  async sharedRoom(): Promise<RoomId> {
    const room = this.id();
    const made = this.control(room, 1, this.creation(this.everybody()));
    for (const to of ["is", "sd"]) this.log(to, made);
    await this.quiet();
    return room;
  }

  async stop(): Promise<void> {
    for (const member of [this.is, this.sd]) {
      await member.stop();
      await member.store.close();
    }
  }
}

export function person(id: PersonId, province: Province): Person {
  const words = { en: `Officer of ${province}`, ur: "" };
  return { id, province, name: words, post: words, unit: words };
}
