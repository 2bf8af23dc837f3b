import { expect, test } from "bun:test";
import { mintId, type RoomId } from "#protocol/ids";
import { idIn } from "#protocol/record";
import type { ClientUnderTest } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";
import { type Owner, Session, type Socket } from "./session.ts";
import { Turns } from "./turns.ts";

const burn = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("after a frame that cost much others have their turn before the socket's next one, whatever it sent (R170)", async () => {
  const taken: string[] = [];
  const turns = new Turns({ burst: 1e9, perSecond: 1 }, Date.now);
  const owner: Owner = {
    take: (session, frame) => {
      taken.push(session.person);
      burn(frame[0] as number);
    },
    rest: (session, ms) => turns.rest(session.person, ms, () => false),
    wake: () => {},
    failed: () => {},
    closing: () => {},
  };
  const open = (person: string) => {
    const session = new Session(owner, person, "device", 0);
    session.socket = { pause() {}, resume() {}, getBufferedAmount: () => 0 } as unknown as Socket;
    return session;
  };
  for (const cost of [3, 5, 9]) {
    taken.length = 0;
    const [hog, calm] = [open("hog"), open("calm")];
    for (let i = 0; i < 12; i++) hog.receive(Uint8Array.of(cost));
    calm.receive(Uint8Array.of(0));
    expect(taken).toEqual(["hog", "calm"]);
    while (taken.length < 13) await turn();
  }
  // Cheap ones add up: forty of a tenth of a millisecond are no different from two large ones.
  taken.length = 0;
  const hog = open("hog");
  for (let i = 0; i < 200; i++) hog.receive(Uint8Array.of(1));
  expect(taken.length).toBeLessThan(5);
});

test("who has used up their share rests until it has grown again; on other sockets too, and nobody else does (R170)", async () => {
  let now = 0;
  const turns = new Turns({ burst: 50, perSecond: 1000 }, () => now);
  await turns.rest("hog", 30, () => false);
  let rested = false;
  const rest = turns
    .rest("hog", 60, () => false)
    .then(() => {
      rested = true;
    });
  await turns.rest("calm", 40, () => false);
  expect(rested).toBe(false);
  now += 40;
  await rest;
  // A socket that closes meanwhile rests no longer.
  let over = false;
  const endless = turns.rest("hog", 1e6, () => over);
  over = true;
  await endless;
});

const node = nodeForFile();

/** How often the store is asked for what, while the client's frame is answered. */
async function asked(client: ClientUnderTest, message: Record<string, unknown>): Promise<Record<string, number>> {
  const { store } = node;
  const counts: Record<string, number> = {};
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter(
    (name) => !["constructor", "tables", "directory", "directoryFile"].includes(name),
  );
  const loose = store as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const name of names) {
    const real = loose[name];
    if (typeof real !== "function") continue;
    loose[name] = (...given) => {
      counts[name] = (counts[name] ?? 0) + 1;
      return real.apply(store, given);
    };
  }
  try {
    client.say(message);
    await client.settled();
  } finally {
    for (const name of names) delete loose[name];
  }
  return counts;
}

test("what a frame asks of the store does not grow with the rooms that a person has (R170)", async () => {
  const [few, many, other] = [await node.client("Few"), await node.client("Many"), await node.client("Other")];
  const rooms = new Map<ClientUnderTest, RoomId>();
  for (const [client, count] of [
    [few, 1],
    [many, 60],
  ] as const)
    for (let i = 0; i < count; i++) rooms.set(client, await client.group(other));
  const ids = Array.from({ length: 40 }, () => mintId(Date.now()));
  const frames = async (client: ClientUnderTest): Promise<Record<string, unknown>[]> => {
    const room = rooms.get(client) as RoomId;
    const draft = client.draft(room, "sent");
    client.send(draft);
    await client.ack(idIn(draft));
    const upto = { [node.store.origin]: 2 };
    // Marks are told a moment after they moved, beside what is counted then.
    client.say({ t: "read", room, upto });
    await client.json("marks", ({ marks }) => marks.some(({ kind }) => kind === "r"));
    return [
      { t: "outcome", ids },
      { t: "outcome", ids: [idIn(draft), ...ids] },
      { t: "read", room, upto },
      { t: "delivered", rooms: { [room]: upto } },
      { t: "delivered", rooms: Object.fromEntries(ids.map((id) => [id, upto])) },
      { t: "page", ref: 1, room, before: {}, limit: 50 },
      { t: "page", ref: 2, room: ids[0], before: {}, limit: 50 },
      { t: "room", ref: 3, room },
      { t: "people", ref: 4, ids },
      { t: "find", ref: 5, text: "other" },
      { t: "photo", ref: 6, person: client.person.id },
      { t: "posts", ref: 7, ids },
      { t: "typing", room, on: true },
      { t: "self", ref: 8, act: { ask: "devices" } },
      { t: "control", request: await client.request(room, { op: "rename", name: "Another" }, 1) },
    ];
  };
  const [ofFew, ofMany] = [await frames(few), await frames(many)];
  // Presence and marks are gathered and told later, in whichever frame's time that falls.
  node.gateway.hub.presence.tick = () => {};
  node.gateway.hub.marks.moved = () => {};
  for (const [i, frame] of ofFew.entries()) {
    const costsFew = await asked(few, frame);
    const costsMany = await asked(many, ofMany[i] as Record<string, unknown>);
    expect([frame.t, costsMany]).toEqual([frame.t, costsFew]);
  }
  const costs = await asked(many, { t: "outcome", ids });
  expect(costs).toEqual({ request: ids.length, sentBy: ids.length });
});

test("`outcome` of hundreds of ids answers each of them, whichever room it is in (R19)", async () => {
  const client = await node.client();
  const drafts: Uint8Array[] = [];
  for (let i = 0; i < 12; i++) {
    const room = await client.group();
    for (let j = 0; j < 8; j++) drafts.push(client.draft(room, `${i} ${j}`));
  }
  client.send(...drafts);
  const ids = drafts.map(idIn);
  const first = new Map(await Promise.all(ids.map(async (id) => [id, await client.ack(id)] as const)));
  client.frames.length = 0;
  const unknown = ids.map(() => mintId(Date.now()));
  client.say({ t: "outcome", ids: ids.flatMap((id, i) => [id, unknown[i] as string]) });
  for (const id of ids) expect(await client.ack(id)).toEqual(first.get(id) as never);
  for (const id of unknown)
    expect((await client.json("error", (message) => message.id === id)).error.code).toBe("wait");
});
