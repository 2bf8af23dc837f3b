import type { Socket } from "bun";

/**
 * A WebSocket client (RFC 6455) on a bare TCP socket, for load: frames are read out of each chunk without copying, and
 * everything sent while a chunk is handled leaves in one write. Its mask is zero, so payloads go out as they are; it
 * takes no fragments and no extensions, which none of the servers measured here sends.
 */
export interface Handlers {
  /** the payload is only good until the handler returns */
  frame(payload: Uint8Array): void;
  /** after all frames of a chunk */
  turn?(): void;
  closed?(code: number): void;
}

const OUT = 64 * 1024;

export class LoadSocket {
  private rest: Uint8Array = new Uint8Array(0);
  private upgraded = false;
  private out = new Uint8Array(OUT);
  private used = 0;
  private unsent: Uint8Array[] = [];
  private code = 1006;
  private ready = Promise.withResolvers<void>();
  private tcp!: Socket<undefined>;

  constructor(private readonly on: Handlers) {}

  /** @param path with its query, as in "/v1/socket?ticket=…" */
  static async open(host: string, port: number, path: string, on: Handlers): Promise<LoadSocket> {
    const self = new LoadSocket(on);
    self.tcp = await Bun.connect({
      hostname: host,
      port,
      socket: {
        data: (_, chunk) => self.take(chunk),
        drain: () => self.drain(),
        close: () => self.gone(),
        error: () => self.gone(),
      },
    });
    self.tcp.setNoDelay(true);
    self.tcp.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await self.ready.promise;
    return self;
  }

  /** Queues one frame; `flush` (done by itself after each chunk) sends what is queued. */
  send(payload: Uint8Array, text = false): void {
    if (this.used + payload.length + 14 > this.out.length) this.flush();
    if (payload.length + 14 > this.out.length) this.out = new Uint8Array(payload.length + 14);
    const { out } = this;
    let at = this.used;
    out[at++] = text ? 0x81 : 0x82;
    if (payload.length < 126) out[at++] = 0x80 | payload.length;
    else if (payload.length < 65536) {
      out[at++] = 0x80 | 126;
      out[at++] = payload.length >> 8;
      out[at++] = payload.length & 255;
    } else {
      out[at++] = 0x80 | 127;
      new DataView(out.buffer).setBigUint64(at, BigInt(payload.length));
      at += 8;
    }
    out.fill(0, at, at + 4);
    out.set(payload, at + 4);
    this.used = at + 4 + payload.length;
  }

  flush(): void {
    if (this.used === 0) return;
    const bytes = this.out.subarray(0, this.used);
    this.used = 0;
    if (this.unsent.length > 0) this.unsent.push(bytes.slice());
    else {
      const wrote = this.tcp.write(bytes);
      if (wrote < bytes.length) this.unsent.push(bytes.slice(Math.max(0, wrote)));
    }
  }

  end(): void {
    this.tcp.end();
  }
  /** Stops reading, as a client whose link stalled. */
  pause(): void {
    this.tcp.pause();
  }

  private drain(): void {
    while (this.unsent.length > 0) {
      const head = this.unsent[0] as Uint8Array;
      const wrote = this.tcp.write(head);
      if (wrote < head.length) {
        this.unsent[0] = head.subarray(Math.max(0, wrote));
        return;
      }
      this.unsent.shift();
    }
  }

  private gone(): void {
    this.ready.reject(new Error("the connection was refused"));
    this.on.closed?.(this.code);
  }

  private take(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.rest.length > 0) {
      bytes = new Uint8Array(this.rest.length + chunk.length);
      bytes.set(this.rest);
      bytes.set(chunk, this.rest.length);
    }
    let at = 0;
    if (!this.upgraded) {
      const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("\r\n\r\n");
      if (head < 0) {
        this.rest = bytes.slice();
        return;
      }
      if (bytes[9] !== 49 || bytes[10] !== 48) {
        this.ready.reject(new Error(`no upgrade: ${new TextDecoder().decode(bytes.subarray(0, 200))}`));
        this.tcp.end();
        return;
      }
      this.upgraded = true;
      this.ready.resolve();
      at = head + 4;
    }
    at = this.frames(bytes, at);
    this.rest = at < bytes.length ? bytes.slice(at) : new Uint8Array(0);
    this.on.turn?.();
    this.flush();
  }

  /** Handles the whole frames from `at`; returns where the first part of a frame begins. */
  private frames(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at + 2 <= bytes.length) {
      const opcode = (bytes[at] as number) & 15;
      let size = (bytes[at + 1] as number) & 127;
      let body = at + 2;
      if (size === 126) {
        if (at + 4 > bytes.length) break;
        size = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
        body = at + 4;
      } else if (size === 127) {
        if (at + 10 > bytes.length) break;
        size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at + 2));
        body = at + 10;
      }
      if (body + size > bytes.length) break;
      if (opcode === 1 || opcode === 2) this.on.frame(bytes.subarray(body, body + size));
      else if (opcode === 9) this.pong();
      else if (opcode === 8 && size >= 2) this.code = ((bytes[body] as number) << 8) | (bytes[body + 1] as number);
      at = body + size;
    }
    return at;
  }

  private pong(): void {
    this.flush();
    this.out.set([0x8a, 0x80, 0, 0, 0, 0]);
    this.used = 6;
    this.flush();
  }
}
