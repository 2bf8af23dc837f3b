import type { CallAct, CallAnswer, CallHead, CallNews, Seat } from "#protocol/call";
import {
  beginOrder,
  type BeginOrder,
  type CallOrder,
  callOrderText,
  nextOrder,
  type OrderedAct,
} from "#protocol/call-order";
import type { ClearBody } from "#protocol/clear";
import { signal } from "@preact/signals-core";
import type { Connection, RoomItem } from "../../model/contract.ts";
import { deviceKey, makeKeyPair } from "../../platform/device-key.ts";
import { Refusal } from "../../net/refusal.ts";
import { Engine } from "../engine.ts";
import type { CallHost, CallState } from "../host.ts";
import type { SeatSeal } from "../seal.ts";
import { StubRtc } from "./stub-rtc.ts";

export const ME = "a".repeat(32);
export const OTHER = "b".repeat(32);
export const ROOM = "1".repeat(32);
const MY_KEY = await deviceKey(await makeKeyPair(true));
export const OTHER_KEY = await deviceKey(await makeKeyPair(true));
/** The other person's device. */
export const OTHER_DEVICE = "e".repeat(32);

/** What the other one's device ordered in a call. */
export async function ordered(
  act: OrderedAct,
  call: Pick<CallHead, "id" | "orders"> = headOf(),
  changes: Partial<CallOrder> = {},
  key = OTHER_KEY,
): Promise<CallOrder> {
  const by = { room: ROOM, person: OTHER, device: OTHER_DEVICE };
  const order = act.do === "begin" ? beginOrder(by, call.id, act, Date.now()) : nextOrder(by, call, act, Date.now());
  const said = { ...order, spki: key.spki, ...changes };
  return {
    ...said,
    signature: await key.sign(callOrderText(said)),
    ...(changes.signature && { signature: changes.signature }),
  };
}

const BEGIN: BeginOrder = { do: "begin", kind: "call", media: "video", lobby: false, sealed: true };
/** A call that the other one began, with what was ordered in it. */
export async function headBegun(
  orders: readonly CallOrder[] = [],
  sealed = true,
  more: Partial<CallHead> = {},
): Promise<CallHead> {
  const begin = await ordered({ ...BEGIN, sealed });
  return headOf({ by: OTHER, orders: [begin, ...orders], ...more });
}

export const QUICK = { first: 5, most: 20, patience: 60, returning: 60, kept: 1000, listed: 30 };

export const headOf = (more: Partial<CallHead> = {}): CallHead => ({
  ...{ id: "c".repeat(32), room: ROOM, kind: "call", media: "video", by: ME, began: Date.now() },
  rules: { version: 1, by: "is", locked: false, lobby: false, sealed: true, ranks: {}, ended: false },
  ...{ size: 1, ringing: [], cut: [], place: { mode: "cascade" }, ...more },
});

/** A node and a machine that do what a test tells them to, around a real engine. */
export class StubCall {
  readonly machine = new StubRtc();
  readonly acts: CallAct[] = [];
  /** what this device signed */
  readonly orders: CallOrder[] = [];
  /** what its device keeps */
  readonly kept = new Map<string, unknown>();
  /** what its encryption was told last */
  seal: { sealed: boolean; asked: boolean } | undefined;
  readonly written: { room: string; kind: number; body: ClearBody; id: string | undefined }[] = [];
  readonly phase = signal<"ready" | "sign-in">("ready");
  readonly connection = signal<Connection>(online(1));
  readonly state: CallState = {
    ...{ heads: signal(new Map()), current: signal(null), list: signal([]) },
    chosen: signal({ mic: null, camera: null, speaker: null }),
  };
  /** the seat that the node gives next */
  seat = 1;
  life = 1;
  refuse: (act: CallAct) => Refusal | undefined = () => undefined;
  readable = true;
  readonly engine: Engine;

  constructor(kind: RoomItem["kind"] = "group") {
    const host: CallHost = {
      now: Date.now,
      who: () => ({ person: ME, device: "d".repeat(32), province: "is", node: "x", key: MY_KEY }),
      me: () => ME,
      isOwner: async () => false,
      ...{ phase: this.phase, connection: this.connection },
      rooms: signal([{ id: ROOM, kind } as RoomItem]),
      vault: {
        get: async (table, key) => this.kept.get(`${table} ${key}`) as never,
        write: async (changes) => {
          for (const { table, key, value } of changes) this.kept.set(`${table} ${key}`, value);
        },
      },
      request: async (ask) => {
        const { act, orders = [] } = ask as { act: CallAct; orders?: CallOrder[] };
        this.orders.push(...orders);
        return { t: "called", ref: 1, answer: this.answer(act) };
      },
      write: (room, kind, body, id) => {
        this.written.push({ room, kind, body, id });
        return id ?? "";
      },
    };
    const makeSeal = async () => ({
      ...stubSeal(() => this.readable),
      roster: (_seats: unknown, sealed: boolean, asked: boolean) => {
        this.seal = { sealed, asked };
      },
    });
    this.engine = new Engine(host, this.state, this.machine.rtc, { makeSeal, times: QUICK });
  }

  get call() {
    const call = this.state.current.peek();
    if (!call) throw new Error("there is no call");
    return call;
  }
  did<Do extends CallAct["do"]>(what: Do): Extract<CallAct, { do: Do }>[] {
    return this.acts.filter((act): act is Extract<CallAct, { do: Do }> => act.do === what);
  }

  head(head: CallHead | null): void {
    const map = new Map(this.state.heads.peek());
    if (head) map.set(ROOM, head);
    else map.delete(ROOM);
    this.state.heads.value = map;
    this.engine.hear({ t: "call", room: ROOM, head });
  }
  seats(...seats: Seat[]): void {
    this.engine.hear({ t: "seats", room: ROOM, full: true, seats, gone: [] });
  }
  news(news: CallNews): void {
    this.engine.hear({ t: "news", room: ROOM, news });
  }
  lose(): void {
    this.connection.value = { state: "connecting", since: Date.now() };
  }
  comeBack(since: number, node = "one"): void {
    this.connection.value = online(since, node);
  }

  private answer(act: CallAct): CallAnswer {
    this.acts.push(act);
    if (this.connection.peek().state !== "online") throw new Refusal("offline", "gone");
    const refusal = this.refuse(act);
    if (refusal) throw refusal;
    if (act.do === "resume") return { is: "seated", seat: act.seat, life: this.life, ice: [] };
    if (act.do === "begin" || act.do === "join")
      return { is: "seated", seat: seatId(this.seat), life: this.life, ice: [{ urls: ["turn:x"] }] };
    return act.do === "publish" ? { is: "published", sdp: "v=0\r\n" } : { is: "done" };
  }
}

export const seatId = (n: number): string => String(n).padStart(16, "0");
export const seatOf = (n: number, person: string, more: Partial<Seat> = {}): Seat => ({
  ...{ id: seatId(n), person, device: "d".repeat(32), province: "is", at: n, state: "in", rank: "member" },
  ...{ on: ["mic", "camera"], sends: ["mic", "camera"], life: 1, hand: null, key: null, recording: false },
  ...{ network: 3, ...more },
});

const online = (since: number, node = "one"): Connection => ({
  ...{ state: "online", node, province: "is", away: false, current: true, since },
});

const stubSeal = (readable: () => boolean): SeatSeal => ({
  ...{
    config: {},
    key: { spki: "A", agree: "B", proof: "C" },
    state: signal("sealed" as const),
    code: signal("1"),
    version: signal(0),
  },
  ...{ sends: () => {}, receives: () => {}, seated: () => {}, roster: () => {}, keys: () => {}, close: () => {} },
  readable,
  stats: async () => ({ sealed: 0, opened: 0, wrong: 0, astray: 0, keyless: 0 }),
});
