import { afterEach, expect, setSystemTime, test } from "bun:test";
import { CLOSE } from "#protocol/close";
import { DOWN, type Down } from "#protocol/down";
import { readJson, readPage } from "#protocol/frame";
import { mintId, type PersonId, type RoomId } from "#protocol/ids";
import { CAPABILITIES, VERSION } from "#protocol/version";
import { FaultProxy } from "../testing/fault-proxy.ts";
import { ClientUnderTest } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";
import { type Owner, Session, type Socket } from "./session.ts";

const node = nodeForFile();
afterEach(() => {
  setSystemTime();
});

/** So many groups with these members, as the home would have them. */
async function groups(count: number, people: readonly PersonId[]): Promise<RoomId[]> {
  const ids = Array.from({ length: count }, () => mintId(Date.now()));
  const words = { kind: "group", name: "Relief and rehabilitation", home: "is", history: "all", cseq: 1 } as const;
  await Promise.all(
    ids.map((id) =>
      node.store.write(id, (tx) => {
        tx.putRoom({ id, ...words });
        tx.putMembers(
          id,
          people.map((person) => ({ person, province: "is", role: "member", since: 0 })),
        );
      }),
    ),
  );
  return ids;
}

const older = CAPABILITIES.filter((capability) => capability !== "rooms.v1");

async function resume(client: ClientUnderTest, capabilities: readonly string[] = CAPABILITIES): Promise<Down[]> {
  await client.open();
  client.say({ t: "hello", version: VERSION, capabilities: [...capabilities], app: "test", have: {} });
  await client.json("current");
  return client.frames.filter((frame) => frame[0] === DOWN.json).map((frame) => readJson(frame) as Down);
}
const listed = (told: readonly Down[]) => {
  const welcome = told.find((message) => message.t === "welcome");
  const rooms = told.flatMap((message) => (message.t === "rooms" ? message.rooms : []));
  return { first: welcome?.rooms ?? [], more: welcome?.more, all: [...(welcome?.rooms ?? []), ...rooms] };
};

test("however many rooms there are, each is described once before `current`, newest first, and before its page (R172)", async () => {
  for (const count of [0, 1, 15, 16, 17, 40, 100]) {
    const client = await ClientUnderTest.enrol(node, await node.person());
    const other = await node.person();
    const silent = await groups(Math.floor(count / 2), [client.person.id, other.id]);
    await client.connect();
    const spoken: RoomId[] = [];
    for (let i = silent.length; i < count; i++) spoken.push(await client.group());
    client.socket.close();
    await client.closed;
    const { first, more, all } = listed(await resume(client));
    expect([count, first.length, more]).toEqual([count, Math.min(16, count), count > 16 ? true : undefined]);
    expect(all.map(({ id }) => id).sort()).toEqual([...silent, ...spoken].sort());
    expect(all.slice(0, spoken.length).map(({ id }) => id)).toEqual([...spoken].reverse());
    const order = client.frames.flatMap((frame) => {
      if (frame[0] === DOWN.page) return [`page ${readPage(frame)?.head.room}`];
      const message = frame[0] === DOWN.json ? (readJson(frame) as Down) : undefined;
      return message?.t === "welcome" || message?.t === "rooms" ? message.rooms.map(({ id }) => `room ${id}`) : [];
    });
    for (const room of spoken) expect(order.indexOf(`page ${room}`)).toBeGreaterThan(order.indexOf(`room ${room}`));
    // An older client gets what it got.
    client.socket.close();
    await client.closed;
    const before = listed(await resume(client, older));
    expect([before.first.length, before.more]).toEqual([count, undefined]);
    client.socket.close();
  }
});

test("five hundred rooms of fifty come in over a line of 64 kb/s, for newer clients and older ones (R26, R172)", async () => {
  const client = await ClientUnderTest.enrol(node, await node.person("Minister"));
  const others = await Promise.all(Array.from({ length: 49 }, (_, i) => node.person(`P${i}`)));
  const rooms = await groups(500, [client.person.id, ...others.map(({ id }) => id)]);
  const line = await FaultProxy.start(0, node.gateway.port);
  try {
    for (const capabilities of [CAPABILITIES, older]) {
      line.throttle(0);
      const slow = new ClientUnderTest(
        { url: `http://127.0.0.1:${line.port}`, origin: node.url, services: node.services },
        client.person,
        client.device,
        client.pair,
      );
      line.throttle(64_000 / 8);
      const told = await resume(slow, capabilities);
      const { all } = listed(told);
      expect(new Set(all.map(({ id }) => id))).toEqual(new Set(rooms));
      for (const { size } of all) expect(size).toBe(50);
      expect(all.every(({ members }) => members.some(({ person }) => person === client.person.id))).toBe(true);
      slow.socket.close();
      await slow.closed;
    }
  } finally {
    await line.stop();
  }
});

/** A session whose socket holds what is not read; `read` takes bytes out of it. */
function reader() {
  let unread = 0;
  const owner: Owner = {
    take: () => {},
    rest: async () => {},
    wake: () => {},
    failed: () => {},
    closing: () => {},
  };
  const session = new Session(owner, "p", "d", 0);
  const send = (bytes: Uint8Array) => {
    unread += bytes.length;
    return bytes.length;
  };
  session.socket = {
    ...{ sendBinary: send, getBufferedAmount: () => unread, pause() {}, resume() {}, close() {} },
    cork: (work: () => void) => work(),
  } as unknown as Socket;
  session.state = { at: "live" };
  const write = (bytes: number) => {
    session.push(new Uint8Array(bytes));
    session.flush();
    return session.state.at === "closing" ? session.state.code : "open";
  };
  return { write, read: (bytes: number) => (unread -= Math.min(unread, bytes)) };
}

test("whoever goes on reading is not closed, at whatever pace; whoever does not is (R26)", () => {
  const start = Date.UTC(2026, 0, 1);
  // A frame of a megabyte for one who takes so much a second, and small ones meanwhile.
  for (const pace of [500, 8_000, 100_000]) {
    const { write, read } = reader();
    setSystemTime(new Date(start));
    expect(write(1024 * 1024)).toBe("open");
    for (let second = 1; second < 120; second++) {
      setSystemTime(new Date(start + second * 1000));
      read(pace);
      expect([pace, second, write(100)]).toEqual([pace, second, "open"]);
    }
  }
  // The system's buffers empty by steps of half a minute.
  const steps = reader();
  setSystemTime(new Date(start));
  steps.write(1024 * 1024);
  for (let second = 1; second < 200; second++) {
    setSystemTime(new Date(start + second * 1000));
    if (second % 25 === 0) steps.read(20_000);
    expect(steps.write(100)).toBe("open");
  }
  const stalled = reader();
  setSystemTime(new Date(start));
  expect(stalled.write(1024 * 1024)).toBe("open");
  setSystemTime(new Date(start + 29_000));
  expect(stalled.write(100)).toBe("open");
  setSystemTime(new Date(start + 31_000));
  expect(stalled.write(100)).toBe(CLOSE.resume);
  // Nobody's memory is without a bound, read or not.
  const flooded = reader();
  let state: unknown = "open";
  let written = 0;
  for (; state === "open"; written += 100_000) {
    flooded.read(10_000);
    state = flooded.write(100_000);
  }
  expect(state).toBe(CLOSE.resume);
  expect(written).toBeLessThan(3 * 1024 * 1024);
});
