/**
 * The limit of a JSON relay on Bun.serve: parses, forwards, acknowledges, keeps nothing. With `topics` everything goes
 * through a topic per person, so that writes coalesce; without, each frame is sent by itself.
 */
const topics = process.argv[2] === "topics";
const sockets = new Map<number, Bun.ServerWebSocket<{ id: number }>>();

const server = Bun.serve<{ id: number }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, self) => {
    const id = Number(new URL(request.url).searchParams.get("id"));
    return self.upgrade(request, { data: { id } }) ? undefined : new Response("no", { status: 400 });
  },
  websocket: {
    open(ws) {
      sockets.set(ws.data.id, ws);
      if (topics) ws.subscribe(`p${ws.data.id}`);
    },
    message(ws, text) {
      const message = JSON.parse(text as string);
      const event = JSON.stringify({ t: "event", id: message.id, from: ws.data.id, body: message.body });
      const ack = JSON.stringify({ t: "ack", id: message.id });
      if (topics) {
        server.publish(`p${message.to}`, event);
        server.publish(`p${ws.data.id}`, ack);
      } else {
        sockets.get(message.to)?.send(event);
        ws.send(ack);
      }
    },
    close: (ws) => void sockets.delete(ws.data.id),
  },
});
console.log(server.port);
