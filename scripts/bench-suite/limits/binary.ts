import { Database } from "bun:sqlite";
import { acksFrame } from "#protocol/frame";
import { DOWN } from "#protocol/down";
import { AT, idIn, stampRecord } from "#protocol/record";

/**
 * The binary limits on Bun.serve, in the records that Beep speaks; the room's last bytes are the recipient's number.
 * `relay`: forwards and acknowledges through a topic per person, keeps nothing.
 * `durable FILE`: the same behind a bare group commit: one transaction per turn of the event loop, synchronous=FULL,
 * one index, no sign-in, no membership, no outbox. What Beep adds to this is the price of being a messenger.
 * `rooms N`: everybody is in one of N topics and each message goes to the whole topic.
 */
const [mode, argument] = process.argv.slice(2);
const origin = "is-000000000";

interface Waiting {
  from: number;
  record: Uint8Array;
}
let queue: Waiting[] = [];
const counters = new Map<number, number>();
const db = mode === "durable" ? open(argument as string) : undefined;
const insert = db?.prepare("insert into event (room, n, id, record) values (?, ?, ?, ?)");

function open(file: string): Database {
  const database = new Database(file, { create: true });
  database.run("pragma journal_mode = wal");
  database.run("pragma synchronous = full");
  database.run("create table event (room integer, n integer, id blob unique, record blob)");
  return database;
}

const commit = db?.transaction((batch: Waiting[]) => {
  for (const { record } of batch) {
    const room = numberAt(record, AT.room + 12);
    const n = (counters.get(room) ?? 0) + 1;
    counters.set(room, n);
    stampRecord(record, origin, n, Date.now());
    insert?.run(room, n, record.subarray(AT.id, AT.id + 16), record);
  }
});

const numberAt = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

function deliver({ from, record }: Waiting): void {
  const frame = new Uint8Array(1 + record.length);
  frame[0] = DOWN.events;
  frame.set(record, 1);
  server.publish(`p${numberAt(record, AT.room + 12)}`, frame);
  server.publish(`p${from}`, acksFrame([{ id: idIn(record), origin, n: numberAt(record, AT.n), stamp: 0 }]));
}

function flush(): void {
  const batch = queue;
  queue = [];
  commit?.(batch);
  for (const message of batch) deliver(message);
}

const server = Bun.serve<{ id: number }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, self) => {
    const id = Number(new URL(request.url).searchParams.get("id"));
    return self.upgrade(request, { data: { id } }) ? undefined : new Response("no", { status: 400 });
  },
  websocket: {
    open(ws) {
      ws.subscribe(`p${ws.data.id}`);
      if (mode === "rooms") ws.subscribe(`r${ws.data.id % Number(argument)}`);
    },
    message(ws, frame) {
      const record = (frame as Buffer).subarray(1);
      if (mode === "rooms") {
        const events = Uint8Array.from(frame as Buffer);
        events[0] = DOWN.events;
        server.publish(`r${ws.data.id % Number(argument)}`, events);
        server.publish(`p${ws.data.id}`, acksFrame([{ id: idIn(record), origin, n: 1, stamp: 0 }]));
        return;
      }
      const message = { from: ws.data.id, record };
      if (mode !== "durable") return deliver(message);
      if (queue.push(message) === 1) setImmediate(flush);
    },
  },
});
console.log(server.port);
