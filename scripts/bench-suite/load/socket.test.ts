import { expect, test } from "bun:test";
import { LoadSocket } from "./socket.ts";

test("frames of every length come back whole and in order", async () => {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("no", { status: 400 })),
    websocket: { message: (ws, frame) => void ws.send(frame) },
  });
  const sizes = [1, 125, 126, 200, 65_535, 65_536, 200_000, 3];
  const got: number[] = [];
  const all = Promise.withResolvers<void>();
  const socket = await LoadSocket.open("127.0.0.1", server.port as number, "/", {
    frame: (payload) => {
      expect(payload.every((byte) => byte === payload.length % 251)).toBe(true);
      if (got.push(payload.length) === sizes.length) all.resolve();
    },
  });
  for (const size of sizes) socket.send(new Uint8Array(size).fill(size % 251));
  socket.flush();
  await all.promise;
  expect(got).toEqual(sizes);
  socket.end();
  await server.stop(true);
});

test("a refused upgrade is an error", async () => {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("no", { status: 401 }) });
  expect(LoadSocket.open("127.0.0.1", server.port as number, "/", { frame: () => {} })).rejects.toThrow("no upgrade");
  await server.stop(true);
});
