import { type Entry, issuedText } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type Origin, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { decodeRecord, encodeRecord, type EventRecord, KIND, SCHEME, splitRecords } from "#protocol/record";
import type { ControlBody, Member } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openSigner } from "../../auth/province-key.ts";
import type { Signer } from "../../domain/ports.ts";
import { shardOf } from "../../domain/shard.ts";
import type { Site } from "../../ops/fleet.ts";
import { decodeMessage, encodeMessage, type PeerMessage } from "../../replication/message.ts";
import { connectNats, type NatsReplication } from "../../replication/nats/nats.ts";
import { openStore } from "../../store/open.ts";
import type { Random } from "../fleet-schedule.ts";
import { until } from "../until.ts";

const BEAT_MS = 500;
const MOST_HEARD = 20_000;

/** What a hostile province may put into a message: anything. */
export type Anything = Record<string, unknown>;
interface Heard {
  from: Province;
  message: PeerMessage;
  records: Uint8Array[];
}

/**
 * The attacker's own program in the place of a province's node: it took over the machine, so it has the data folder with the
 * province's key, the account at its nats-server, and the links to the others. It writes whatever it likes.
 */
export class HostileProvince {
  /** what it was told on the quick way, the newest last */
  readonly heard: Heard[] = [];
  /** what the others' logs brought it */
  readonly records: Uint8Array[] = [];
  private beating: ReturnType<typeof setInterval> | undefined;
  private position = Date.now();
  private question = 2 ** 40;

  private constructor(
    readonly province: Province,
    readonly others: readonly Province[],
    private readonly nats: NatsReplication,
    readonly signer: Signer,
    readonly origin: Origin,
    /** of its own part of the directory */
    private directoryN: number,
    private readonly random: Random,
  ) {}

  /** In the place of a node that was stopped. */
  static async takeOver(site: Site, others: readonly Province[], random: Random): Promise<HostileProvince> {
    const { code: province, data } = site;
    const store = openStore({ folder: data, province });
    const signer = openSigner(store.secrets);
    const lives = [...store.heads(DIRECTORY_ROOM)].filter(([origin]) => origin.startsWith(`${province}-`));
    const [origin, { n }] = lives.sort(([, a], [, b]) => b.n - a.n)[0] ?? [store.origin, { n: 0 }];
    await store.close();
    const config = JSON.parse(readFileSync(join(data, "../nats.json"), "utf8"));
    const nats = connectNats({ province, config, log: () => {}, origin: () => origin });
    const hostile = new HostileProvince(province, others, nats, signer, origin, n, random);
    await hostile.start();
    return hostile;
  }

  /** A life of its own that nobody has heard of. */
  life(province = this.province): Origin {
    const letters = Array.from({ length: 9 }, () => Math.floor(this.random() * 36).toString(36));
    return `${province}-${letters.join("")}`;
  }

  /** Appends to the log that the others read. */
  async log(to: readonly Province[], records: readonly Uint8Array[]): Promise<void> {
    const frames = records.flatMap((bytes) =>
      to.map((dest) => ({ dest, shard: shardOf(decodeRecord(bytes).room), file: 0, last: ++this.position, bytes })),
    );
    for (let at = 0; at < frames.length; at += 500) await this.nats.changeLog.append(frames.slice(at, at + 500));
  }

  /** Appends bytes as they are. */
  async logBytes(to: Province, bytes: Uint8Array): Promise<void> {
    await this.nats.changeLog.append([{ dest: to, shard: 0, file: 0, last: ++this.position, bytes }]);
  }

  say(to: Province, message: Anything, records: readonly Uint8Array[] = []): void {
    this.nats.peers.send(to, encodeMessage(message as unknown as PeerMessage, records));
  }

  sayBytes(to: Province, bytes: Uint8Array): void {
    this.nats.peers.send(to, bytes);
  }

  /** Settles when the other side has dealt with all that was said to it on the quick way before. */
  async heardOut(to: Province): Promise<void> {
    const since = ++this.question;
    let asked = 0;
    await until(() => {
      // It may have been dropped: what does not fit into the line is.
      if (performance.now() - asked > 1_000) {
        asked = performance.now();
        this.say(to, { t: "ask-marks", file: 0, since });
      }
      return this.heard.some(({ from, message }) => from === to && message.t === "marks" && message.since === since);
    }, `an answer of ${to} to the hostile province`);
  }

  record(room: RoomId, sender: PersonId, text: string, more: Partial<EventRecord> = {}): Uint8Array {
    const head = { id: mintId(Date.now()), room, sender, device: sender, kind: KIND.message, scheme: SCHEME.clear };
    const place = { origin: this.life(), n: 1, stamp: stampOf(Date.now()) };
    return encodeRecord({ ...head, ...place, body: new TextEncoder().encode(JSON.stringify({ text })), ...more });
  }

  /** @param body JSON of a control event */
  control(room: RoomId, sender: PersonId, body: unknown, more: Partial<EventRecord> = {}): Uint8Array {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    return this.record(room, sender, "", { kind: KIND.control, scheme: SCHEME.control, body: bytes, ...more });
  }

  /** The body of the control event that makes a room. */
  creation(by: PersonId, members: readonly Member[], more: Partial<ControlBody["room"]> = {}): ControlBody {
    const room = { kind: "group", name: "Flood relief", home: this.province, history: "all", ...more } as const;
    const { kind, name, history } = room;
    const change = { op: "create", kind, name, history, members: members.map(({ person }) => person) } as const;
    return { change, cseq: 1, by, room, members: [...members], removed: [] };
  }

  /** Writes into its own part of the directory whatever it likes. */
  async directory(...bodies: unknown[]): Promise<void> {
    const { origin } = this;
    await this.log(
      this.others,
      bodies.map((body) => {
        const bytes = new TextEncoder().encode(JSON.stringify(body));
        const kind = { kind: KIND.directory, scheme: SCHEME.directory, body: bytes };
        return this.record(DIRECTORY_ROOM, DIRECTORY_ROOM, "", { ...kind, origin, n: ++this.directoryN });
      }),
    );
  }

  /** What its node issues, with its true key. */
  issued(entries: readonly unknown[], more: { province?: Province; signer?: Signer } = {}): Anything {
    const { province = this.province, signer = this.signer } = more;
    const content = { by: "operator" as const, at: Date.now(), entries: entries as Entry[] };
    return { issued: { ...content, signature: signer.sign(issuedText(province, content)) } };
  }

  async stop(): Promise<void> {
    clearInterval(this.beating);
    await this.nats.stop();
  }

  private async start(): Promise<void> {
    this.nats.peers.listen((from, bytes) => {
      try {
        this.keep(this.heard, { from, ...decodeMessage(bytes) });
      } catch {
        // A kind that this program does not know is of no use to it.
      }
    });
    for (const from of this.others)
      this.nats.changeLog.subscribe(from, { life: 0, seq: 0 }, async ({ bytes }) => {
        for (const record of splitRecords(bytes) ?? []) this.keep(this.records, record.slice());
      });
    await this.nats.start();
    const beat = () => {
      for (const to of this.others) this.say(to, { t: "beat", origin: this.origin, hears: true, marks: [] });
    };
    this.beating = setInterval(beat, BEAT_MS);
    beat();
    await until(
      () => this.others.every((other) => this.heard.some(({ from }) => from === other)),
      "the links of the hostile province",
    );
  }

  private keep<T>(list: T[], one: T): void {
    list.push(one);
    if (list.length > MOST_HEARD) list.splice(0, MOST_HEARD / 2);
  }
}
