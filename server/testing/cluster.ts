import type { Person } from "#protocol/directory";
import { type DeviceId, DIRECTORY_ROOM, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { decodeRecord, encodeRecord, KIND, SCHEME } from "#protocol/record";
import type { ControlOp } from "#protocol/room";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { sealer } from "../domain/audit/seal.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { Messaging } from "../domain/messaging.ts";
import type { ChangeLog, PeerChannel, Signer, Store } from "../domain/ports.ts";
import { Rooms } from "../domain/rooms.ts";
import { Succession } from "../domain/succession.ts";
import { Replicator } from "../replication/replicator.ts";
import { deviceOf } from "./directory-provinces.ts";

/** The links of a cluster, delivered by hand. */
export interface HandLinks {
  port(province: Province): { changeLog: ChangeLog; peers: PeerChannel };
}

/** The node of one province without its doors: store, rules and replication, its clock and wheel turned by hand. */
export class Member {
  readonly clock: HybridClock;
  readonly rooms: Rooms;
  readonly messaging: Messaging;
  readonly directory: Directory;
  readonly alarms: string[] = [];
  private readonly signer: Signer;
  private replicator: Replicator | undefined;
  private succession: Succession | undefined;

  constructor(
    readonly store: Store,
    private readonly provinces: readonly Province[],
    private readonly links: HandLinks,
    private readonly now: () => number,
  ) {
    this.clock = new HybridClock(now);
    this.clock.restore(store.newestStamp());
    // Signatures have tests of their own; here every device is who it says.
    this.rooms = new Rooms(store, this.clock, async () => true, now);
    this.messaging = new Messaging(store, this.clock);
    this.signer = openSigner(store.secrets);
    const { signer } = this;
    this.directory = new Directory(store, this.clock, now, () => provinces, signer);
    store.tables.audit.sealWith(sealer(store.province, signer, verifyNow));
  }

  async start(): Promise<void> {
    const { changeLog, peers } = this.links.port(this.store.province);
    this.replicator = new Replicator({
      store: this.store,
      rooms: this.rooms,
      clock: this.clock,
      log: changeLog,
      channel: peers,
      peers: this.provinces.filter((province) => province !== this.store.province),
      now: this.now,
      alarm: (what, details) => this.alarms.push(`${what} ${JSON.stringify(details)}`),
      verify: verifyNow,
      signer: this.signer,
      renew: () => this.store.renew(this.directory.opening),
      remind: (province) => this.directory.remind(province),
      timers: false,
    });
    await this.replicator.start();
    const failed = (what: string, error: unknown) => this.alarms.push(`${what} ${error}`);
    this.succession = new Succession(this.store, this.rooms, this.now, failed, () => () => {});
    this.succession.start();
  }

  async stop(): Promise<void> {
    await this.succession?.stop();
    await this.replicator?.stop();
    this.replicator = undefined;
  }

  turn(): void {
    this.replicator?.tick();
    this.replicator?.flush();
    this.succession?.dates();
  }

  /** Enters a person with a device whose key is nobody's. */
  async enter(person: Person): Promise<void> {
    await this.directory.put(person);
    await this.store.write(DIRECTORY_ROOM, (tx) =>
      this.directory.issue(tx, "enrolment", [{ device: deviceOf(person.id, "-") }]),
    );
  }

  deviceOf = (person: PersonId): DeviceId => deviceOf(person, "-").id;

  say(person: PersonId, room: RoomId, words: string, id = mintId(this.now())): Promise<unknown> {
    const body = new TextEncoder().encode(words);
    const draft = {
      id,
      room,
      sender: person,
      device: this.deviceOf(person),
      kind: KIND.message,
      scheme: SCHEME.clear,
      body,
    };
    return this.messaging.send({ person, device: this.deviceOf(person) }, encodeRecord(draft));
  }

  change(person: PersonId, room: RoomId, change: ControlOp, id = mintId(this.now())): Promise<unknown> {
    const expect = change.op === "create" ? undefined : this.store.room(room)?.cseq;
    const request = { id, room, change, person, device: this.deviceOf(person), signature: "-" };
    return this.rooms.control(expect === undefined ? request : { ...request, expect });
  }

  /** A room's whole log as this province has it, oldest first: origin, n, id and words of each event. */
  log(room: RoomId): string[] {
    const lines: string[] = [];
    const before: Record<string, number> = {};
    for (;;) {
      const { records, more } = this.store.page(room, before, 200, 0);
      for (const record of records) {
        const event = decodeRecord(record);
        before[event.origin] = event.n;
        lines.push(
          `${event.origin} ${event.n} ${event.id} ${event.kind === KIND.message ? new TextDecoder().decode(event.body) : "*"}`,
        );
      }
      if (!more || records.length === 0) return lines.reverse();
    }
  }
}
