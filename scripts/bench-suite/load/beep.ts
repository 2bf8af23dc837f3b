import { readFileSync } from "node:fs";
import { DOWN, type Down, type Welcome } from "#protocol/down";
import type { WireError } from "#protocol/error";
import { readJson, readPage, upFrame } from "#protocol/frame";
import { mintId, type Origin, type RoomId } from "#protocol/ids";
import { queueText } from "#protocol/queue";
import { AT, encodeRecord, KIND, SCHEME } from "#protocol/record";
import { signInText } from "#protocol/sign-in";
import type { Have, KnownRooms } from "#protocol/up";
import { VERSION } from "#protocol/version";
import { RecordLine } from "./binary.ts";
import type { Dialect, Target } from "./line.ts";
import { LoadSocket } from "./socket.ts";

export interface Device {
  person: string;
  device: string;
  port?: number;
}

/** What seeding left for the load: people with one device each, all with one key pair, and who shares which room. */
export interface Accounts {
  /** private key, PKCS #8, base64 */
  key: string;
  /** `port` where somebody signs in at another node than the target's */
  people: Device[];
  /** room of people 2i and 2i+1 */
  pairs: RoomId[];
  /** rooms by name, for benches that use one */
  rooms: Record<string, RoomId>;
}

const read = new Map<string, Promise<{ accounts: Accounts; key: CryptoKey }>>();

export function accountsOf(path: string): Promise<{ accounts: Accounts; key: CryptoKey }> {
  let known = read.get(path);
  if (!known) {
    known = load(path);
    read.set(path, known);
  }
  return known;
}

async function load(path: string) {
  const accounts = JSON.parse(readFileSync(path, "utf8")) as Accounts;
  const bytes = Buffer.from(accounts.key, "base64");
  const key = await crypto.subtle.importKey("pkcs8", bytes, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return { accounts, key };
}

/** What a node refused, as it said so. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly wire: WireError,
  ) {
    super(`${status} ${wire.code}: ${wire.message}`);
  }
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Refused(response.status, ((await response.json()) as { error: WireError }).error);
  return (await response.json()) as T;
}

/** Proves a device as a client does, again where the challenge grew old on the way, and gives the path of its socket. */
async function ticketPath(base: string, device: string, key: CryptoKey, tries = 4): Promise<string> {
  try {
    return await prove(base, device, key);
  } catch (error) {
    if (tries === 0 || (error instanceof Refused && error.wire.code === "sign-in")) throw error;
    return ticketPath(base, device, key, tries - 1);
  }
}

/** Comes back when the node says so, with the number that it gave, until it is called. */
async function queue(base: string, device: string, key: CryptoKey): Promise<string> {
  for (let turn: string | undefined, proof: string | undefined; ; ) {
    try {
      return (await post<{ nonce: string }>(`${base}/v1/challenge`, { device, turn, proof })).nonce;
    } catch (error) {
      if (!(error instanceof Refused) || error.wire.code !== "wait") throw error;
      const { prove, retryAfter = 1000 } = error.wire;
      turn = error.wire.turn;
      // As a client does: it proves itself at once, and waits then.
      const proves = prove && turn && proof === undefined;
      proof = proves ? await signed(key, queueText(turn as string, device)) : undefined;
      if (!proves) await Bun.sleep(retryAfter);
    }
  }
}

const signed = async (key: CryptoKey, text: string): Promise<string> =>
  Buffer.from(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(text)),
  ).toString("base64");

async function prove(base: string, device: string, key: CryptoKey): Promise<string> {
  const nonce = await queue(base, device, key);
  const signature = await signed(key, signInText(nonce, device, base));
  const { ticket } = await post<{ ticket: string }>(`${base}/v1/ticket`, { device, nonce, signature, origin: base });
  return `/v1/socket?ticket=${encodeURIComponent(ticket)}`;
}

/** A device that is signed in and current. */
export class BeepLine extends RecordLine {
  welcome!: Welcome;
  current = Promise.withResolvers<void>();
  /** records that pages brought since the last request */
  paged = 0;
  /** whether large answers are parsed */
  reads = true;
  onPage?: (records: Uint8Array[], more: boolean, ref: number | undefined) => void;
  onControl?: (message: Down) => void;
  private origin: Origin = "";
  private n = 0;
  private told = 0;

  constructor(
    record: Uint8Array,
    private readonly room: RoomId,
  ) {
    super(record);
  }

  /** Says up to where messages were delivered, as a client does: what has come since the last time, in one mark. */
  deliver(): void {
    if (this.n === this.told) return;
    this.told = this.n;
    this.socket.send(upFrame({ t: "delivered", rooms: { [this.room]: { [this.origin]: this.n } } }));
    this.socket.flush();
  }

  protected override event(payload: Uint8Array, at: number): void {
    if (this.origin === "") this.origin = String.fromCharCode(...payload.subarray(at + AT.origin, at + AT.origin + 12));
    const view = new DataView(payload.buffer, payload.byteOffset + at);
    this.n = view.getUint32(AT.n);
  }

  protected override other(payload: Uint8Array): void {
    if (payload[0] === DOWN.page) {
      const page = readPage(payload);
      if (!page) throw new Error("a page that does not come out even");
      this.paged += page.records.length;
      this.onPage?.(page.records, page.head.more, page.head.ref);
      return;
    }
    // Thousands of welcomes at once would make parsing them, not answering them, what is measured.
    if (!this.reads && payload.length > 1000) return;
    const message = readJson(payload) as Down;
    if (message.t === "welcome") this.welcome = message;
    else if (message.t === "current") this.current.resolve();
    else if (message.t === "error" || message.t === "bye") this.current.reject(new Error(JSON.stringify(message)));
    if (message.t === "error") console.error(JSON.stringify(message));
    this.onControl?.(message);
  }
}

export async function openDevice(
  target: Target,
  who: Device,
  room: RoomId,
  have: Have = {},
  reads = true,
  rooms?: KnownRooms,
): Promise<BeepLine> {
  const { key } = await accountsOf(target.accounts as string);
  const port = who.port ?? target.port;
  const path = await ticketPath(`http://${target.host}:${port}`, who.device, key);
  const line = new BeepLine(draft(who, room, target.body), room);
  line.reads = reads;
  line.socket = await LoadSocket.open(target.host, port, path, {
    frame: line.frames,
    turn: () => line.turn(),
    closed: (code) => line.current.reject(new Error(`closed with ${code}`)),
  });
  line.socket.send(
    upFrame({ t: "hello", version: VERSION, capabilities: ["clear.v1"], app: "bench", have, ...(rooms && { rooms }) }),
  );
  line.socket.flush();
  await line.current.promise;
  return line;
}

const draft = ({ person, device }: Device, room: RoomId, body: number) =>
  encodeRecord({
    id: mintId(Date.now()),
    room,
    sender: person,
    device,
    kind: KIND.message,
    scheme: SCHEME.clear,
    body: new Uint8Array(body).fill(120),
  });

/** Person `first + i` writes to person `first + (i ^ 1)` in the room of the two. */
export const beep: Dialect = async (target, i) => {
  const { accounts } = await accountsOf(target.accounts as string);
  const at = (target.first ?? 0) + i;
  const who = accounts.people[at];
  const room = accounts.pairs[at >> 1];
  if (!who || !room) throw new Error(`no account ${at}`);
  const line = await openDevice(target, who, room);
  setTimeout(() => setInterval(() => line.deliver(), 1000), 5 * i);
  return line;
};
