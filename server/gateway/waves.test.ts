import { expect, test } from "bun:test";
import type { Entry, Person, Wave } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { ClientUnderTest, newKey, post } from "./client-under-test.ts";
import type { NodeUnderTest } from "./node-under-test.ts";
import { nodeForEach } from "./whole-file.ts";

let node: NodeUnderTest;
nodeForEach((fresh) => {
  node = fresh;
});

const DAY = 86_400_000;
const put = (...entries: Entry[]) =>
  node.store.write(DIRECTORY_ROOM, (tx) => node.services.directory.issue(tx, "operator", entries));

async function wave(over: Partial<Wave>): Promise<Wave> {
  const made: Wave = {
    id: mintId(Date.now()),
    province: "is",
    place: 1,
    name: { en: "Trial", ur: "آزمائش" },
    who: { kind: "employees" },
    quota: null,
    opens: Date.now() - DAY,
    closes: null,
    gates: {},
    hand: "auto",
    ...over,
  };
  await put({ wave: made });
  return made;
}

async function official(name: string, over: Partial<Person> = {}): Promise<Person> {
  const words = { en: name, ur: "نام" };
  const person: Person = { id: mintId(Date.now()), province: "is", name: words, post: words, unit: words, ...over };
  await put({ person });
  return person;
}

type Refusal = { error: { code: string; message: string; opens?: number | null } };
async function comeIn(person: Person, code?: string) {
  const { key } = await newKey();
  const given = code ?? (await node.services.enrolment.issueCode(person.id, DAY));
  const answer = await post(`${node.url}/v1/enrol`, { code: given, key, label: "Firefox" });
  return { status: answer.status, code: given, body: (await answer.json()) as Refusal & { device: string } };
}

test("outside the open wave a person hears when theirs opens; the invitation stays good (R121)", async () => {
  const opens = Date.now() + 3 * DAY;
  const clerk = await official("Bilal", { number: "7" });
  const first = await official("Ayesha", { number: "8" });
  await wave({ place: 1, who: { kind: "named", people: [first.id] } });
  await wave({ place: 2, opens });
  expect((await comeIn(first)).status).toBe(200);
  const early = await comeIn(clerk);
  expect([early.status, early.body.error.code, early.body.error.opens]).toEqual([403, "forbidden", opens]);
  node.ahead = 3 * DAY + 1;
  const code = await node.services.enrolment.issueCode(clerk.id, DAY);
  expect((await comeIn(clerk, early.code)).status).toBe(403);
  expect((await comeIn(clerk, code)).status).toBe(200);
  // Nobody's wave: there is no date to tell.
  expect((await comeIn(await official("Visitor"))).body.error.opens).toBeNull();
});

test("a quota counts those who came in under the wave; who is inside adds devices whatever the wave does (R121)", async () => {
  const one = await wave({ quota: 1 });
  const [ayesha, bilal] = [await official("Ayesha", { number: "1" }), await official("Bilal", { number: "2" })];
  expect((await comeIn(ayesha)).status).toBe(200);
  expect(await node.waves.statuses()).toMatchObject([{ state: "full", inside: 1 }]);
  expect((await comeIn(bilal)).body.error.opens).toBeNull();
  expect((await comeIn(ayesha)).status).toBe(200);
  await wave({ ...one, hand: "close" });
  expect((await comeIn(ayesha)).status).toBe(200);
  expect(await node.waves.statuses()).toMatchObject([{ state: "closed", inside: 1, invited: 1 }]);
});

test("a gate that shuts holds the wave, touches nobody inside, and opens again by itself (R121)", async () => {
  await wave({ gates: { errors: 0.05 } });
  const inside = await official("Ayesha", { number: "1" });
  const client = await ClientUnderTest.enrol(node, inside);
  await client.connect();
  node.readings.failedPart = () => 0.2;
  const bilal = await official("Bilal", { number: "2" });
  const held = await comeIn(bilal);
  expect(held.status).toBe(403);
  await client.settled();
  expect((await node.waves.statuses())[0]).toMatchObject({ state: "held", why: [expect.stringContaining("20%")] });
  node.readings.failedPart = () => 0.01;
  expect((await comeIn(bilal, held.code)).status).toBe(200);
  client.socket.close();
});

test("what becomes of a wave stands in the audit log, once each time (R121)", async () => {
  const trial = await wave({ gates: { signInMs: 100 } });
  const told = () =>
    node.store.tables.audit.entries(1, 100).flatMap(({ kind, facts }) => (kind === "wave" ? [facts.state] : []));
  await node.waves.look();
  await node.waves.look();
  expect(told()).toEqual(["open"]);
  node.readings.signInP99Ms = () => 101;
  await node.waves.look();
  await wave({ ...trial, hand: "close" });
  await node.waves.look();
  expect(told()).toEqual(["open", "held", "closed"]);
});

test("where a province has no waves, everybody with an invitation comes in, and nobody else (R121)", async () => {
  const ayesha = await official("Ayesha");
  expect((await comeIn(ayesha)).status).toBe(200);
  const gone = await official("Bilal");
  const code = await node.services.enrolment.issueCode(gone.id, DAY);
  await put({ person: { ...gone, state: "retired" } });
  const [refused, unknown] = [await comeIn(gone, code), await comeIn(gone, "2222-2222-22")];
  expect([refused.status, refused.body]).toEqual([403, unknown.body]);
});

test("eight devices are the most; one that is shut out makes room (R122)", async () => {
  const ayesha = await official("Ayesha");
  const devices: string[] = [];
  for (let i = 0; i < 8; i++) devices.push((await comeIn(ayesha)).body.device);
  const ninth = await comeIn(ayesha);
  expect([ninth.status, ninth.body.error.code]).toEqual([409, "conflict"]);
  await node.services.enrolment.revoke(devices[3] as string);
  expect((await comeIn(ayesha, ninth.code)).status).toBe(200);
});

test("of many who come at once with one code one is let in, and of a crowd no more than the quota (R120, R121)", async () => {
  const ayesha = await official("Ayesha", { number: "0" });
  const code = await node.services.enrolment.issueCode(ayesha.id, DAY);
  const racing = await Promise.all(Array.from({ length: 12 }, () => comeIn(ayesha, code)));
  expect(racing.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(node.store.devicesOf(ayesha.id)).toHaveLength(1);
  await wave({ quota: 3 });
  const crowd: Person[] = [];
  for (let i = 1; i <= 8; i++) crowd.push(await official(`Person ${i}`, { number: `${i}` }));
  const answers = await Promise.all(crowd.map((person) => comeIn(person)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(await node.waves.statuses()).toMatchObject([{ state: "full", inside: 3, invited: 5 }]);
});
