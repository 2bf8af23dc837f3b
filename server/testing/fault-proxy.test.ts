import { afterEach, expect, test } from "bun:test";
import { connect, createServer, type Server, type Socket } from "node:net";
import { FaultProxy } from "./fault-proxy.ts";
import { until } from "./until.ts";

let echo: Server | undefined;
let proxy: FaultProxy | undefined;
const open: Socket[] = [];
const atEcho: Socket[] = [];

afterEach(async () => {
  for (const socket of [...open.splice(0), ...atEcho.splice(0)]) socket.destroy();
  await proxy?.stop();
  echo?.close();
});

async function line(): Promise<FaultProxy> {
  echo = createServer((socket) => {
    atEcho.push(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      heardThere += bytes.toString();
      socket.write(bytes);
    });
  });
  heardThere = "";
  await new Promise<void>((resolve) => echo?.listen(0, "127.0.0.1", resolve));
  proxy = await FaultProxy.start(0, (echo.address() as { port: number }).port);
  return proxy;
}
let heardThere = "";

function dial(port: number) {
  const socket = connect(port, "127.0.0.1");
  const state = { socket, heard: "", error: "", closed: false };
  socket.on("data", (bytes) => {
    state.heard += bytes.toString();
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    state.error = error.code ?? "?";
  });
  socket.on("close", () => {
    state.closed = true;
  });
  open.push(socket);
  return state;
}

test("an open line carries both ways", async () => {
  const { port } = await line();
  const a = dial(port);
  a.socket.write("salam");
  await until(() => a.heard === "salam");
});

test("a cut resets what stands and what comes, and heals", async () => {
  const p = await line();
  const a = dial(p.port);
  a.socket.write("x");
  await until(() => a.heard === "x");
  p.set("cut");
  await until(() => a.closed);
  expect(a.error).toBe("ECONNRESET");
  const b = dial(p.port);
  await until(() => b.closed);
  expect(b.heard).toBe("");
  p.heal();
  const c = dial(p.port);
  c.socket.write("y");
  await until(() => c.heard === "y");
});

test("a hole swallows without a word; healing resets the torn connection", async () => {
  const p = await line();
  const a = dial(p.port);
  a.socket.write("x");
  await until(() => a.heard === "x");
  p.set("hole");
  a.socket.write("lost");
  await Bun.sleep(100);
  expect([a.heard, a.closed, heardThere]).toEqual(["x", false, "x"]);
  p.heal();
  await until(() => a.closed);
});

test("a connection that lost nothing in a hole goes on", async () => {
  const p = await line();
  const a = dial(p.port);
  a.socket.write("x");
  await until(() => a.heard === "x");
  p.set("hole");
  p.heal();
  a.socket.write("y");
  await until(() => a.heard === "xy");
});

test("half-open: the far end hears, the near end hears nothing back", async () => {
  const p = await line();
  const a = dial(p.port);
  a.socket.write("x");
  await until(() => a.heard === "x");
  p.set({ half: "back" });
  a.socket.write("y");
  await until(() => heardThere === "xy");
  await Bun.sleep(50);
  expect(a.heard).toBe("x");
});

test("a stall brings everything, late", async () => {
  const p = await line();
  const a = dial(p.port);
  a.socket.write("x");
  await until(() => a.heard === "x");
  p.set("stall");
  a.socket.write("y");
  await Bun.sleep(100);
  expect(a.heard).toBe("x");
  p.heal();
  await until(() => a.heard === "xy");
});

test("delay with jitter keeps the order", async () => {
  const p = await line();
  p.delay(30, 30);
  const a = dial(p.port);
  const text = Array.from({ length: 20 }, (_, i) => `${i} `);
  const start = performance.now();
  for (const piece of text) {
    a.socket.write(piece);
    await Bun.sleep(2);
  }
  await until(() => a.heard === text.join(""));
  expect(performance.now() - start).toBeGreaterThan(60);
});

test("a throttle holds the rate", async () => {
  const p = await line();
  p.throttle(100_000);
  const a = dial(p.port);
  a.socket.write("z".repeat(30_000));
  const took = await until(() => a.heard.length === 30_000);
  expect(took).toBeGreaterThan(250);
});
