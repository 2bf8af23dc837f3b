import {
  type CallAct,
  type CallAnswer,
  type CallHead,
  type CallId,
  type CallNews,
  type Joining,
  type Seat,
  type SeatId,
  seatKeyText,
  type Want,
} from "#protocol/call";
import { beginOrder, type CallOrder, callOrderText } from "#protocol/call-order";
import { encodeClear } from "#protocol/clear";
import { DOWN, type Down } from "#protocol/down";
import { readJson, recordsFrame, upFrame } from "#protocol/frame";
import { mintId, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { UP, type Up } from "#protocol/up";
import { CAPABILITIES, VERSION } from "#protocol/version";
import type { MediaPage, Sending } from "./calls-page.ts";
import { FleetDevice } from "./fleet-device.ts";

/**
 * One person in a call, spoken for from here: signalling over a socket of our own, media from a page that knows nothing of
 * the protocol. It wants all that others send. Frames go unsealed, so it shows what nodes and gateways do, and no more.
 */
export class CallSeat {
  readonly seats = new Map<SeatId, Seat>();
  head: CallHead | null = null;
  /** all news that came, oldest first */
  readonly news: CallNews[] = [];
  /** when `seated` was answered, and when the first of another's frames was asked for, in performance.now() */
  seatedAt = 0;
  private own: { seat: SeatId; life: number } | undefined;
  private wanted = "";
  private ref = 0;
  private readonly asked = new Map<number, { done(answer: CallAnswer): void; fail(error: Error): void }>();
  /** what is done with the page, one after the other */
  private work: Promise<unknown> = Promise.resolve();
  readonly faults: string[] = [];

  private constructor(
    readonly name: string,
    readonly device: FleetDevice,
    private readonly socket: WebSocket,
    private readonly page: MediaPage,
    private room: RoomId,
    private readonly sending: Sending,
    private readonly wants: (seat: Seat, track: Seat["sends"][number]) => boolean,
  ) {}

  /** Signs in with a one-time code and says hello. `room` may be the beginning of its name. */
  static async open(
    url: string,
    code: string,
    room: RoomId | string,
    page: MediaPage,
    sending: Sending,
    wants: (seat: Seat, track: Seat["sends"][number]) => boolean = () => true,
  ): Promise<CallSeat> {
    const device = await FleetDevice.enrol(url, code);
    const ticket = await device.ticket(url);
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket?ticket=${encodeURIComponent(ticket)}`);
    socket.binaryType = "arraybuffer";
    const seat = new CallSeat(device.id.slice(0, 8), device, socket, page, room, sending, wants);
    await new Promise((open, fail) => {
      socket.onopen = open;
      socket.onerror = fail;
    });
    const current = new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        const frame = new Uint8Array(data as ArrayBuffer);
        if (frame[0] !== DOWN.json) return;
        const message = readJson(frame) as Down;
        if (message.t === "current") resolve();
        seat.hear(message);
      };
    });
    seat.up({ t: "hello", version: VERSION, capabilities: [...CAPABILITIES], app: "calls", have: {} });
    await current;
    return seat;
  }

  get id(): SeatId | undefined {
    return this.own?.seat;
  }
  get life(): number | undefined {
    return this.own?.life;
  }

  /** Begins a call or joins the one that is on, and publishes. */
  async begin(id: CallId = mintId(Date.now())): Promise<void> {
    const seat = await this.joining();
    const how = { kind: "call", media: "video", lobby: false } as const;
    const by = { room: this.room, person: this.device.person, device: this.device.id };
    const order = beginOrder(by, id, { do: "begin", ...how, sealed: true }, Date.now());
    const signature = await this.device.sign(callOrderText(order));
    await this.sit({ do: "begin", id, ...how, seat }, [{ ...order, spki: this.device.spki, signature }]);
    // Other provinces take a call whose entry is in the room.
    const body = encodeClear({ text: "Video call", call: { kind: how.kind, media: how.media } });
    const entry = encodeRecord({
      ...{ id, room: this.room, sender: this.device.person, device: this.device.id },
      ...{ kind: KIND.message, scheme: SCHEME.clear, body },
    });
    this.socket.send(recordsFrame(UP.send, [entry]));
  }

  async join(): Promise<void> {
    await this.sit({ do: "join", seat: await this.joining() });
  }

  act(act: CallAct, orders: CallOrder[] = []): Promise<CallAnswer> {
    const ref = ++this.ref;
    const answer = new Promise<CallAnswer>((done, fail) => this.asked.set(ref, { done, fail }));
    this.up({ t: "call", ref, room: this.room, act, orders });
    return answer;
  }

  /** The socket alone goes. */
  close(): void {
    this.socket.close();
  }

  private async sit(act: CallAct, orders: CallOrder[] = []): Promise<void> {
    const answer = await this.act(act, orders);
    if (answer.is !== "seated") throw new Error(`not seated but ${answer.is}`);
    this.seatedAt = performance.now();
    this.own = { seat: answer.seat, life: answer.life };
    await this.publish();
    this.wantAll();
  }

  private async joining(): Promise<Joining> {
    const pair = (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
      "deriveBits",
    ])) as CryptoKeyPair;
    const agree = Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey)).toString("base64");
    const proof = await this.device.sign(seatKeyText(this.room, this.device.person, this.device.id, agree));
    const on = [
      ...(this.sending.audio ? (["mic"] as const) : []),
      ...(this.sending.video ? (["camera"] as const) : []),
    ];
    return { key: { spki: this.device.spki, agree, proof }, on };
  }

  /** Names the page's connections, which a new life makes anew. */
  private peer(side: "send" | "receive"): string {
    return `${this.own?.seat}.${this.own?.life}.${side}`;
  }

  private async publish(): Promise<void> {
    if (!this.sending.audio && !this.sending.video) return;
    const { life } = this.own as { life: number };
    const peer = this.peer("send");
    const { sdp, tracks } = await this.page.send(peer, this.sending);
    const answer = await this.act({ do: "publish", life, sdp, tracks });
    if (answer.is === "published") await this.page.sent(peer, answer.sdp);
  }

  /** Says anew what is wanted, where that has changed. */
  private wantAll(): void {
    if (!this.own) return;
    const { seat: own, life } = this.own;
    const feeds: Want[] = [...this.seats.values()]
      .filter(({ id, state }) => id !== own && state !== "lobby")
      .flatMap((seat) =>
        seat.sends.filter((track) => this.wants(seat, track)).map((track) => ({ seat: seat.id, track })),
      );
    const now = JSON.stringify([life, feeds, [...this.seats.values()].map(({ id, life }) => [id, life])]);
    if (now === this.wanted) return;
    this.wanted = now;
    this.act({ do: "want", life, feeds }).catch((error) => this.faults.push(`want: ${error.message}`));
  }

  private hear(message: Down): void {
    switch (message.t) {
      case "welcome":
        this.room =
          message.rooms.find(({ id, name }) => id === this.room || name.startsWith(this.room))?.id ?? this.room;
        break;
      case "called":
        this.asked.get(message.ref)?.done(message.answer);
        this.asked.delete(message.ref);
        break;
      case "error":
        if (message.ref !== undefined) {
          this.asked.get(message.ref)?.fail(new Error(`${message.error.code}: ${message.error.message}`));
          this.asked.delete(message.ref);
        }
        break;
      case "call":
        if (message.room === this.room) this.head = message.head;
        break;
      case "seats":
        if (message.room !== this.room) break;
        if (message.full) this.seats.clear();
        for (const seat of message.seats) this.seats.set(seat.id, seat);
        for (const id of message.gone) this.seats.delete(id);
        this.wantAll();
        break;
      case "news":
        this.news.push(message.news);
        this.happen(message.news);
    }
  }

  private happen(news: CallNews): void {
    if (news.is === "offer") {
      const { life, n, sdp } = news;
      if (life !== this.own?.life) return;
      const peer = this.peer("receive");
      this.inTurn("answer", async () => {
        const answer = await this.page.receive(peer, sdp);
        await this.act({ do: "answer", life, n, sdp: answer });
      });
    }
    if (news.is === "move" && this.own) {
      const gone = [this.peer("send"), this.peer("receive")];
      this.own = { ...this.own, life: news.life };
      this.inTurn("move", async () => {
        for (const peer of gone) await this.page.end(peer);
        await this.publish();
        this.wantAll();
      });
    }
  }

  private inTurn(what: string, work: () => Promise<void>): void {
    this.work = this.work.then(work).catch((error) => this.faults.push(`${what}: ${error.message}`));
  }

  private up(message: Up): void {
    this.socket.send(upFrame(message));
  }
}
