// Socket.IO as its documentation shows it, with one SQLite insert per message before the acknowledgement.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";

const [folder, file, synchronous] = process.argv.slice(2);
const { Server } = createRequire(`${folder}/`)("socket.io");

const db = new DatabaseSync(file);
db.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous};
  create table message (id text primary key, sender integer, recipient integer, body text)`);
const insert = db.prepare("insert into message values (?, ?, ?, ?)");

const http = createServer();
const io = new Server(http, { serveClient: false });
io.on("connection", (socket) => {
  const id = Number(socket.handshake.query.id);
  socket.join(`p${id}`);
  if (socket.handshake.query.room) socket.join("room");
  socket.on("send", (message) => {
    insert.run(message.id, id, message.to, message.body);
    const event = { id: message.id, from: id, body: message.body };
    if (socket.handshake.query.room) socket.to("room").emit("event", event);
    else io.to(`p${message.to}`).emit("event", event);
    socket.emit("ack", { id: message.id });
  });
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
