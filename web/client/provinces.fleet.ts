import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person } from "#protocol/directory";
import { findNatsServer } from "../../server/ops/fleet-nats.ts";
import { FleetWorld, usesWeb } from "../../server/testing/fleet-world.ts";
import type { Timeline } from "../model/contract.ts";
import { type HeadlessClient, openClient } from "./index.ts";
import { until } from "../../server/testing/until.ts";

const dir = mkdtempSync(join(tmpdir(), "beep-client-fleet-"));
let world: FleetWorld;
const people: Record<string, Person> = {};
const clients: Record<string, HeadlessClient> = {};

const line = { what: "line", at: 0, for: 0, a: "is", b: "pb", line: "cut", both: true } as const;

beforeAll(async () => {
  const natsServer = findNatsServer();
  if (!natsServer) throw new Error("No fit nats-server is here; ./scripts/test brings one.");
  world = await FleetWorld.start(dir, ["is", "pb"], natsServer);
  for (const province of world.provinces) {
    const person = world.people.find((one) => one.province === province && usesWeb(one)) as Person;
    people[province] = person;
    clients[province] = await openClient({
      node: world.fleet.site(province).url,
      code: (Reflect.get(world, "codes") as Map<string, string>).get(person.id),
      times: { patience: 600_000 },
    });
    await clients[province].settled();
  }
});

afterAll(async () => {
  for (const client of Object.values(clients)) await client.close();
  await world?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const last = (timeline: Timeline) => timeline.items.value[timeline.items.value.length - 1];

test("people of two provinces talk; a cut link is told by the stages, and healed without loss", async () => {
  const { is, pb } = clients as { is: HeadlessClient; pb: HeadlessClient };
  // Whoever of the two begins, the room's home follows from the pair; to one of them it is far.
  const [near, far] = await Promise.all([
    is.createRoom({ kind: "direct", name: "", history: "all", members: [people.pb?.id as string] }),
    pb.createRoom({ kind: "direct", name: "", history: "all", members: [people.is?.id as string] }),
  ]);
  expect(near).toBe(far);
  await until(() => [is, pb].every((one) => one.rooms.value.some(({ id, elsewhere }) => id === near && !elsewhere)));
  expect([is, pb].map((one) => one.rooms.value[0]?.waitingFor)).toEqual([null, null]);
  const [ti, tp] = [is.open(near), pb.open(near)];
  is.send(near, "over the link");
  await until(() => last(tp)?.content.kind === "text");
  await until(() => last(ti)?.stage === "delivered");
  tp.read();
  await until(() => last(ti)?.stage === "read");

  await world.begin(line);
  await until(() => is.links.value.some(({ province, up }) => province === "pb" && !up));
  const held = is.send(near, "while cut off");
  pb.send(near, "here too");
  await until(() => last(ti)?.stage === "stored");
  const [, punjab] = ti.detail(held).provinces.sort((a, b) => (a.province < b.province ? -1 : 1));
  expect(punjab).toMatchObject({ province: "pb", stored: false });
  expect(punjab?.cutOffSince).toBeGreaterThan(0);

  world.end(line);
  await until(() =>
    ti.items.value.every(({ mine, stage }) => !mine || !stage || stage === "delivered" || stage === "read"),
  );
  await until(() => ti.items.value.length === tp.items.value.length);
  expect(ti.items.value.map(({ id }) => id)).toEqual(tp.items.value.map(({ id }) => id));
  expect(ti.items.value.length).toBe(4);
});

test("a change asked for while the home is cut off waits, says so, and is made when the link is back", async () => {
  const { is, pb } = clients as { is: HeadlessClient; pb: HeadlessClient };
  const group = await is.createRoom({
    kind: "group",
    name: "Canals",
    history: "all",
    members: [people.pb?.id as string],
  });
  await until(() => pb.rooms.value.some(({ id }) => id === group));
  await is.change(group, { op: "role", person: people.pb?.id as string, role: "owner" });
  await until(() => pb.rooms.value.find(({ id }) => id === group)?.role === "owner");
  await world.begin(line);
  await pb.change(group, { op: "rename", name: "Canals and dams" });
  expect(pb.rooms.value.find(({ id }) => id === group)?.waitingFor).toBe("is");
  world.end(line);
  await until(() => is.rooms.value.find(({ id }) => id === group)?.name === "Canals and dams");
  await until(() => pb.rooms.value.find(({ id }) => id === group)?.waitingFor === null);
});

test("a conversation whose home is cut off is written in at once and begins when the home is back", async () => {
  const { is, pb } = clients as { is: HeadlessClient; pb: HeadlessClient };
  const [first, second] = [people.is, people.pb].sort((a, b) => ((a?.id ?? "") < (b?.id ?? "") ? -1 : 1)) as [
    Person,
    Person,
  ];
  // The home is that of whoever's id sorts first: ask from the other side, with a stranger of the home's province.
  const [asker, from] = first.province === "is" ? [second, pb] : [second, is];
  const stranger = world.people.find(
    ({ id, province }) => province !== asker.province && id < asker.id && id !== first.id,
  ) as Person;
  await world.begin(line);
  const room = await from.createRoom({ kind: "direct", name: "", history: "all", members: [stranger.id] });
  const item = () => from.rooms.value.find(({ id }) => id === room);
  expect(item()).toMatchObject({ waitingFor: stranger.province, elsewhere: true, other: stranger.id, writable: true });
  from.send(room, "before it is there");
  const timeline = from.open(room);
  expect(last(timeline)?.stage).toBe("waiting");
  world.end(line);
  await until(() => item()?.elsewhere === false && from.outbox.value === 0);
  await until(() => last(timeline)?.stage === "crossed");
  expect(item()?.waitingFor).toBe(null);
});
