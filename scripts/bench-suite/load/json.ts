import { LoadSocket } from "./socket.ts";
import { type Dialect, Line } from "./line.ts";

/** The raw JSON relay and Socket.IO: text frames whose id is patched in place; answers are told apart by one byte. */
const utf8 = new TextEncoder();
/** The counter is the last group; the second one is new in each process, so that a peer that goes on sees no id twice. */
const life = (Date.now() & 0xffff).toString(16).padStart(4, "0");
const idOf = (i: number) => `${i.toString(16).padStart(8, "0")}-${life}-7000-8000-000000000000`;

class TextLine extends Line {
  socket!: LoadSocket;
  private readonly bytes: Uint8Array;
  private readonly at: number;

  constructor(
    text: string,
    private readonly tell: (payload: Uint8Array) => "ack" | "event" | undefined,
  ) {
    super();
    this.bytes = utf8.encode(text);
    this.at = text.indexOf("-000000000000") + 1;
  }

  push(): void {
    let rest = ++this.sent;
    for (let i = 11; i >= 0; i--) {
      this.bytes[this.at + i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.socket.send(this.bytes, true);
  }
  flush(): void {
    this.socket.flush();
  }
  end(): void {
    this.socket.end();
  }
  readonly frames = (payload: Uint8Array): void => {
    const what = this.tell(payload);
    if (what === "ack") this.acked++;
    else if (what === "event") this.got++;
  };
}

const message = (i: number, body: number) => ({ id: idOf(i), to: i ^ 1, body: "x".repeat(body) });

/** `{"t":"ack"…` and `{"t":"event"…` */
export const json: Dialect = async (target, i) => {
  const line = new TextLine(JSON.stringify({ t: "send", ...message(i, target.body) }), (p) =>
    p[6] === 97 ? "ack" : p[6] === 101 ? "event" : undefined,
  );
  line.socket = await LoadSocket.open(target.host, target.port, `/?id=${i}`, {
    frame: line.frames,
    turn: () => line.turn(),
  });
  return line;
};

/** Engine.IO 4 and Socket.IO 5 by hand: `0` open, `40` connect, `42[…]` event, `2`/`3` ping and pong. */
export const socketio: Dialect = async (target, i) => {
  const ready = Promise.withResolvers<void>();
  // 42["ack",… and 42["event",…
  const line = new TextLine(`42${JSON.stringify(["send", message(i, target.body)])}`, (p) =>
    p[0] !== 52 || p[1] !== 50 ? undefined : p[4] === 97 ? "ack" : p[4] === 101 ? "event" : undefined,
  );
  const path = `/socket.io/?EIO=4&transport=websocket&id=${i}${target.room ? "&room=1" : ""}`;
  line.socket = await LoadSocket.open(target.host, target.port, path, {
    frame: (p) => {
      if (p[0] === 50) line.socket.send(utf8.encode("3"), true);
      else if (p[0] === 52 && p[1] === 48) ready.resolve();
      else line.frames(p);
    },
    turn: () => line.turn(),
  });
  line.socket.send(utf8.encode("40"), true);
  line.socket.flush();
  await ready.promise;
  return line;
};
