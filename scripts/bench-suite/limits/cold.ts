import { Database } from "bun:sqlite";

/**
 * The limit for a cold start of a client: reads rows of the same sizes from the end of a bare table and sends them in
 * frames of `page` rows, no sign-in, no membership. Arguments: file, rows, bytes of a row, page.
 */
const [file, rows, size, page] = process.argv.slice(2);
const db = new Database(file as string, { create: true });
db.run("pragma journal_mode = wal");
db.run("create table event (n integer primary key, record blob)");
const insert = db.prepare("insert into event (record) values (?)");
const record = new Uint8Array(Number(size)).fill(120);
db.transaction(() => {
  for (let i = 0; i < Number(rows); i++) insert.run(record);
})();
const newest = db.prepare<[Uint8Array], [number, number]>(
  "select record from event where n < ? order by n desc limit ?",
);

const server = Bun.serve<{ messages: number }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, self) => {
    const messages = Number(new URL(request.url).searchParams.get("messages"));
    return self.upgrade(request, { data: { messages } }) ? undefined : new Response("no", { status: 400 });
  },
  websocket: {
    open(ws) {
      for (let sent = 0; sent < ws.data.messages; sent += Number(page)) {
        const found = newest.values(Number(rows) + 1 - sent, Number(page)) as unknown as [Uint8Array][];
        ws.send(Buffer.concat(found.map(([bytes]) => bytes)));
      }
      ws.send(new Uint8Array(1));
    },
    message() {},
  },
});
console.log(server.port);
