import { type CallAct, type CallAnswer, type CallId, type Seat, type SeatId, seatKeyText } from "#protocol/call";
import { DOWN, type Down } from "#protocol/down";
import { readJson, upFrame } from "#protocol/frame";
import type { RoomId } from "#protocol/ids";
import { CAPABILITIES, VERSION } from "#protocol/version";
import { FleetDevice } from "../../../server/testing/fleet-device.ts";
import { openBox, pairKey, rosterName } from "../../../web/call/crypto/box.ts";

/** A box that only tells its keyer of an arrival (web/call/crypto/sealed-secret.ts). */
const ARRIVED = /^AAAA/;
const arrived = (epoch: number): string => `AAAA${btoa(String(epoch))}`;

/**
 * A seat without media: it joins with a key of its own, follows the list of seats, opens the boxes it gets as clients do,
 * and says so to their keyer. It makes no epochs itself, so somebody who came before it must.
 */
export class QuietSeat {
  readonly seats = new Map<SeatId, Seat>();
  id: SeatId = "";
  /** bytes of the frames that came */
  bytes = 0;
  /** from asking to join until one's own seat stood in the list, milliseconds; Infinity before */
  joined = Number.POSITIVE_INFINITY;
  /** for which seats it has an epoch; "" before it has one */
  roster = "";
  /** boxes that did not open */
  wrong = 0;
  private keys!: CryptoKeyPair;
  private call: CallId = "";
  private asked = 0;
  private ref = 0;
  private readonly answers = new Map<number, { done(answer: CallAnswer): void; fail(error: Error): void }>();
  private readonly watches = new Set<() => void>();

  private constructor(
    private readonly device: FleetDevice,
    private readonly room: RoomId,
    private readonly socket: WebSocket,
  ) {}

  /** Signs in with a one-time code and says hello. */
  static async open(url: string, code: string, room: RoomId): Promise<QuietSeat> {
    const device = await FleetDevice.enrol(url, code);
    const ticket = await device.ticket(url);
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket?ticket=${encodeURIComponent(ticket)}`);
    socket.binaryType = "arraybuffer";
    const seat = new QuietSeat(device, room, socket);
    await new Promise((open, fail) => {
      socket.onopen = open;
      socket.onerror = fail;
    });
    await new Promise<void>((current) => {
      socket.onmessage = ({ data }) => {
        const frame = new Uint8Array(data as ArrayBuffer);
        seat.bytes += frame.length;
        if (frame[0] !== DOWN.json) return;
        const message = readJson(frame) as Down;
        if (message.t === "current") current();
        seat.hear(message);
      };
      socket.send(upFrame({ t: "hello", version: VERSION, capabilities: [...CAPABILITIES], app: "calls", have: {} }));
    });
    return seat;
  }

  async join(): Promise<void> {
    this.keys = (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
      "deriveBits",
    ])) as CryptoKeyPair;
    const agree = Buffer.from(await crypto.subtle.exportKey("spki", this.keys.publicKey)).toString("base64");
    const { device, room } = this;
    const proof = await device.sign(seatKeyText(room, device.person, device.id, agree));
    this.asked = performance.now();
    const answer = await this.act({ do: "join", seat: { key: { spki: device.spki, agree, proof }, on: [] } });
    if (answer.is === "seated") this.id = answer.seat;
    this.look();
  }

  act(act: CallAct): Promise<CallAnswer> {
    const ref = ++this.ref;
    const answer = new Promise<CallAnswer>((done, fail) => this.answers.set(ref, { done, fail }));
    this.socket.send(upFrame({ t: "call", ref, room: this.room, act }));
    return answer;
  }

  /** When the list of seats first is so; performance.now(). */
  when(test: () => boolean): Promise<number> {
    return new Promise((resolve) => {
      const watch = () => {
        if (!test()) return;
        this.watches.delete(watch);
        resolve(performance.now());
      };
      this.watches.add(watch);
      watch();
    });
  }

  close(): void {
    this.socket.close();
  }

  private hear(message: Down): void {
    switch (message.t) {
      case "called":
        this.answers.get(message.ref)?.done(message.answer);
        break;
      case "error":
        if (message.ref !== undefined)
          this.answers.get(message.ref)?.fail(new Error(`${message.error.code}: ${message.error.message}`));
        break;
      case "call":
        if (message.room === this.room && message.head) this.call = message.head.id;
        break;
      case "seats":
        if (message.full) this.seats.clear();
        for (const seat of message.seats) this.seats.set(seat.id, seat);
        for (const id of message.gone) this.seats.delete(id);
        this.look();
        break;
      case "news":
        if (message.news.is === "keys") void this.keyed(message.news);
    }
  }

  private look(): void {
    if (this.joined === Number.POSITIVE_INFINITY && this.seats.has(this.id))
      this.joined = performance.now() - this.asked;
    for (const watch of this.watches) watch();
  }

  private async keyed({ from, epoch, box }: { from: SeatId; epoch: number; box: string }): Promise<void> {
    const agree = this.seats.get(from)?.key?.agree;
    if (ARRIVED.test(box) || !agree) return;
    const { room, call, id: seat } = this;
    const ecdh = { name: "ECDH", namedCurve: "P-256" };
    const theirs = await crypto.subtle.importKey("spki", Buffer.from(agree, "base64"), ecdh, false, []);
    const pair = await pairKey(this.keys.privateKey, theirs, room, call);
    const content = await openBox(pair, { room, call, epoch, keyer: from, seat }, box);
    if (!content) {
      this.wrong++;
      return;
    }
    this.roster = content.roster;
    this.look();
    await this.act({ do: "keys", epoch, boxes: [{ seat: from, box: arrived(epoch) }] }).catch(() => {});
  }
}

/** The name of an epoch's seats, when these are they. */
export const nameOf = (seats: Iterable<Seat>): Promise<string> =>
  rosterName([...seats].flatMap(({ id, key }) => (key ? [{ id, agree: key.agree }] : [])));
