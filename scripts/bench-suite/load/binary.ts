import { encodeRecord, AT, KIND, SCHEME } from "#protocol/record";
import { ACK_BYTES } from "#protocol/frame";
import { DOWN } from "#protocol/down";
import { mintId } from "#protocol/ids";
import { UP } from "#protocol/up";
import { LoadSocket } from "./socket.ts";
import { type Dialect, Line } from "./line.ts";

/** Sends one prepared record over and over: its id is patched, the rest stays. Used for Beep and for the binary limits. */
export class RecordLine extends Line {
  socket!: LoadSocket;
  private readonly frame: Uint8Array;

  constructor(record: Uint8Array) {
    super();
    this.frame = new Uint8Array(1 + record.length);
    this.frame[0] = UP.send;
    this.frame.set(record, 1);
  }

  push(): void {
    patchId(this.frame, 1 + AT.id, Date.now(), ++this.sent);
    this.socket.send(this.frame);
  }
  flush(): void {
    this.socket.flush();
  }
  end(): void {
    this.socket.end();
  }

  /** Counts what a frame of events or acks holds; other frames are left to `other`. */
  readonly frames = (payload: Uint8Array): void => {
    if (payload[0] === DOWN.acks) {
      this.acked += (payload.length - 1) / ACK_BYTES;
      return;
    }
    if (payload[0] !== DOWN.events) {
      this.other(payload);
      return;
    }
    let at = 1;
    while (at < payload.length) {
      const size = 96 + (((payload[at + 6] as number) << 8) | (payload[at + 7] as number));
      if (this.foreign(payload, at)) {
        this.got++;
        this.event(payload, at, size);
        this.arrived?.(seqIn(payload, at + AT.id));
      }
      at += size;
    }
  };

  /** Whether the record was written by another person: its sender differs from the one in our own record. */
  private foreign(payload: Uint8Array, at: number): boolean {
    for (let i = 0; i < 16; i++) if (payload[at + AT.sender + i] !== this.frame[1 + AT.sender + i]) return true;
    return false;
  }
  protected event(_payload: Uint8Array, _at: number, _size: number): void {}
  protected other(_payload: Uint8Array): void {}
}

/** UUIDv7 with the sequence number in its last six bytes; the rest of the randomness stays as prepared. */
function patchId(bytes: Uint8Array, at: number, now: number, seq: number): void {
  let ms = now;
  let rest = seq;
  for (let i = 5; i >= 0; i--) {
    bytes[at + i] = ms % 256;
    ms = Math.floor(ms / 256);
    bytes[at + 10 + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function seqIn(bytes: Uint8Array, at: number): number {
  let seq = 0;
  for (let i = 0; i < 6; i++) seq = seq * 256 + (bytes[at + 10 + i] as number);
  return seq;
}

/** The binary limits: recipients are numbers, written where Beep has the room. */
export const binary: Dialect = async (target, i) => {
  const hex = (value: number) => value.toString(16).padStart(32, "0");
  const line = new RecordLine(
    encodeRecord({
      id: mintId(Date.now()),
      room: hex(i ^ 1),
      sender: hex(i),
      device: hex(i),
      kind: KIND.message,
      scheme: SCHEME.clear,
      body: new Uint8Array(target.body).fill(120),
    }),
  );
  line.socket = await LoadSocket.open(target.host, target.port, `/?id=${i}`, {
    frame: line.frames,
    turn: () => line.turn(),
  });
  return line;
};
