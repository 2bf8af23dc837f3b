import type { ServerWebSocket } from "bun";
import type { Down } from "#protocol/down";
import { downFrame, readJson, readRecords } from "#protocol/frame";
import { type Up, UP } from "#protocol/up";

export interface Proof {
  device: string;
  nonce: string;
  signature: string;
  origin?: string;
}
interface Visit {
  /** the socket at the home, where the home gave a ticket */
  up: WebSocket | undefined;
  queue: Uint8Array<ArrayBuffer>[];
}

/**
 * A node of a province that is against its visitors. It has no key and no data of their home, and speaks with it as anybody
 * can. Challenge and proof are passed on to the home; what the home lets in is listened to, and where it refuses, this
 * node plays the host itself.
 */
export class HostileNode {
  /** what it makes of a proof before it passes it on */
  alter: (proof: Proof) => unknown = (proof) => proof;
  /** what it says of the fleet */
  list: () => unknown = () => ({});
  /** what it says to a visitor, as its own; it sees the hello */
  plays: (hello: Extract<Up, { t: "hello" }>) => Down[] = () => [];
  readonly proofs: Proof[] = [];
  /** how the home answered to what was passed on */
  readonly answers: number[] = [];
  /** what the visitor said, drafts aside */
  readonly heard: Up[] = [];
  readonly drafts: Uint8Array[] = [];
  /** how often it was asked which nodes there are */
  listed = 0;
  private readonly server;

  /** @param port where the fleet names it; any one where it is named by what it turns out to be */
  constructor(
    private readonly home: string,
    port = 0,
  ) {
    this.server = Bun.serve<Visit>({
      hostname: "127.0.0.1",
      port,
      fetch: (request, server) => this.fetch(request, server),
      websocket: {
        open: (socket) => this.open(socket),
        message: (socket, frame) => this.take(socket, new Uint8Array(frame as Buffer)),
        close: (socket) => socket.data.up?.close(),
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  stop(): Promise<void> {
    return this.server.stop(true);
  }

  /** What the home says to a proof. */
  async pass(proof: unknown, path = "/v1/ticket"): Promise<Response> {
    return fetch(`${this.home}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(proof),
    });
  }

  private async fetch(request: Request, server: Bun.Server<Visit>): Promise<Response | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/v1/ping") return new Response(null, { status: 204 });
    if (pathname === "/v1/nodes") {
      this.listed++;
      return Response.json(this.list());
    }
    if (pathname === "/v1/challenge") return this.pass(await request.json(), pathname);
    if (pathname === "/v1/ticket") {
      const proof = (await request.json()) as Proof;
      this.proofs.push(proof);
      const answer = await this.pass(this.alter(proof));
      this.answers.push(answer.status);
      return answer.ok ? answer : Response.json({ ticket: "of mine" });
    }
    if (pathname !== "/v1/socket") return new Response(null, { status: 404 });
    const ticket = searchParams.get("ticket") ?? "";
    const address = `${this.home.replace("http", "ws")}/v1/socket?ticket=${ticket}`;
    const up = ticket === "of mine" ? undefined : new WebSocket(address);
    return server.upgrade(request, { data: { up, queue: [] } }) ? undefined : new Response(null, { status: 400 });
  }

  private open(socket: ServerWebSocket<Visit>): void {
    const { up, queue } = socket.data;
    if (!up) return;
    up.binaryType = "arraybuffer";
    up.onopen = () => {
      for (const frame of queue) up.send(frame);
    };
    up.onmessage = ({ data }) => socket.send(new Uint8Array(data as ArrayBuffer));
    up.onclose = () => socket.close();
  }

  private take(socket: ServerWebSocket<Visit>, frame: Uint8Array<ArrayBuffer>): void {
    const { up, queue } = socket.data;
    const message = frame[0] === UP.send ? undefined : (readJson(frame) as Up);
    if (message) this.heard.push(message);
    else this.drafts.push(...(readRecords(frame) ?? []));
    if (up?.readyState === 1) up.send(frame);
    else if (up) queue.push(frame);
    else if (message?.t === "hello") for (const said of this.plays(message)) socket.send(downFrame(said));
    else if (message?.t === "ping") socket.send(downFrame({ t: "pong" }));
  }
}
