import { afterAll, beforeAll, expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { ClientUnderTest, newKey, post } from "../../gateway/client-under-test.ts";
import { NodeUnderTest } from "../../gateway/node-under-test.ts";

let node: NodeUnderTest;
let known: ClientUnderTest;
beforeAll(async () => {
  node = new NodeUnderTest({ rateFactor: 1000, behindProxy: true });
  known = await node.client("Known");
  await node.services.directory.put({ ...known.person, number: "P-1", contact: { email: "known@is.example" } });
  await known.affair({ do: "recovery" });
});
afterAll(() => node.stop());

let address = 0;
/** Status and bytes of a refusal; each from an address of its own. */
async function refused(path: string, body: object): Promise<string> {
  const answer = await post(`${node.url}${path}`, body, {
    "x-forwarded-for": `10.1.${address >> 8}.${address++ & 255}`,
  });
  const headers = [...answer.headers].filter(([name]) => name !== "date").toString();
  return `${answer.status} ${await answer.text()} ${headers}`;
}
const comer = async () => ({ key: (await newKey()).key, label: "New" });

test("who is not there, who is, and who has left are refused in the same bytes, at every door", async () => {
  const left = await node.client("Left");
  await node.services.directory.put({ ...left.person, number: "P-2", state: "retired" });
  const names = [
    "P-1",
    "p-1",
    "known@is.example",
    "P-2",
    "P-404",
    "nobody@is.example",
    "+923001234567",
    "\u0000",
    "' OR 1=1",
  ];
  for (const [path, rest] of [
    ["/v1/pin/in", { pin: "493817", totp: "123456" }],
    ["/v1/recovery/in", { code: "ABCDE-FGHJK" }],
  ] as const) {
    const answers = new Set<string>();
    for (const name of names) answers.add(await refused(path, { name, ...rest, ...(await comer()) }));
    expect([...answers]).toHaveLength(1);
  }
});

test("codes that were used, cancelled, over, somebody else's or never were are refused in the same bytes", async () => {
  const person = await node.person("Invited");
  const issue = (ms = 60_000) => node.services.enrolment.issueCode(person.id, ms);
  const cancelled = await issue();
  const used = await issue();
  expect((await post(`${node.url}/v1/enrol`, { code: used, ...(await comer()) })).status).toBe(200);
  const over = await issue(1);
  await Bun.sleep(5);
  const gone = await node.person("Gone");
  const theirs = await node.services.enrolment.issueCode(gone.id, 60_000);
  await node.services.directory.put({ ...gone, state: "removed" });
  const answers = new Set<string>();
  for (const code of [cancelled, used, over, theirs, "2222-2222-22", "", "x".repeat(500), "\u0000"])
    answers.add(await refused("/v1/enrol", { code, ...(await comer()) }));
  expect([...answers]).toHaveLength(1);
});

test("one code that fifty bring at once lets one in", async () => {
  const person = await node.person("Raced");
  const code = await node.services.enrolment.issueCode(person.id, 60_000);
  const comers = await Promise.all(Array.from({ length: 50 }, comer));
  const answers = await Promise.all(
    comers.map((one, i) => post(`${node.url}/v1/enrol`, { code, ...one }, { "x-forwarded-for": `10.2.0.${i}` })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(node.store.devicesOf(person.id)).toHaveLength(1);
});

test("a ticket that was given before its device was shut out, or its person left, opens nothing", async () => {
  const [out, left] = [await node.client("Out"), await node.client("Leaving")];
  const tickets = [await out.ticket(), await left.ticket()];
  const act = { do: "revoke", device: out.device } as const;
  out.say({ t: "self", ref: out.nextRef(), act, proof: await out.proof(act) });
  expect(await out.closed).toBeDefined();
  await node.services.directory.put({ ...left.person, state: "retired" });
  expect(await left.closed).toBeDefined();
  for (const ticket of tickets) expect((await fetch(`${node.url}/v1/socket?ticket=${ticket}`)).status).toBe(401);
});

test("who retires between coming in and hello is not welcomed", async () => {
  const late = await node.client("Late");
  await late.open();
  await node.services.directory.put({ ...late.person, state: "retired" });
  late.say({ t: "hello", version: 1, capabilities: [], app: "x", have: {} });
  expect(await late.closed).toMatchObject({ code: expect.any(Number) });
  expect(late.frames.map((frame) => new TextDecoder().decode(frame)).join()).not.toContain("welcome");
});

test("the way back from the ministry's accounts leads nowhere but to the own page", async () => {
  for (const query of [
    "?state=x&redirect=https://evil.example",
    "?state=//evil.example",
    "?error=x&error_uri=//evil.example",
    "",
  ]) {
    const answer = await fetch(`${node.url}/v1/oidc/back${query}`, { redirect: "manual" });
    expect(answer.headers.get("location") ?? "/#/oidc/").toStartWith("/#/oidc/");
  }
  for (const path of ["//evil.example", "/\\evil.example", "/%2f%2fevil.example/", "/.//evil.example"]) {
    const answer = await fetch(node.url + path, { redirect: "manual" });
    expect(answer.headers.get("location")).toBeNull();
  }
});

test("bodies without end, or nested without end, are nobody's fault", async () => {
  const deep = "[".repeat(30_000) + "]".repeat(30_000);
  for (const path of [
    "/v1/enrol",
    "/v1/pin/in",
    "/v1/passkey/in",
    "/v1/link",
    "/v1/apply",
    "/v1/challenge",
    "/v1/oidc",
  ])
    for (const body of [deep, `{"code":${deep}}`, "null", "[]", "1", '"x"', "{", "\u0000"]) {
      const { status } = await post(`${node.url}${path}`, body);
      expect(`${path} ${body.slice(0, 12)} ${status}`).toMatch(/ 4\d\d$/);
    }
  const passkey = { session: "x", response: `{"id":${deep.slice(0, 4000)}${deep.slice(-4000)}}`, ...(await comer()) };
  expect((await post(`${node.url}/v1/passkey/in`, passkey)).status).toBeLessThan(500);
  expect(node.errors).toEqual([]);
});

test("nobody is let in while the clock of their wave, their removal and their ninth device race", async () => {
  const person = await node.person("Many");
  const codes: string[] = [];
  const inside: number[] = [];
  for (let i = 0; i < 10; i++) {
    const code = await node.services.enrolment.issueCode(person.id, 60_000);
    codes.push(code);
    inside.push((await post(`${node.url}/v1/enrol`, { code, ...(await comer()) })).status);
  }
  expect(inside.filter((status) => status === 200)).toHaveLength(8);
  const racing = await node.person("Racing");
  const code = await node.services.enrolment.issueCode(racing.id, 60_000);
  const one = await comer();
  const [answer] = await Promise.all([
    post(`${node.url}/v1/enrol`, { code, ...one }),
    node.store.write(DIRECTORY_ROOM, (tx) =>
      node.services.directory.issue(tx, "operator", [{ person: { ...racing, state: "removed" } }]),
    ),
  ]);
  const devices = node.store.devicesOf(racing.id);
  expect(devices).toHaveLength(answer.status === 200 ? 1 : 0);
  for (const { id } of devices) {
    const ghost = new ClientUnderTest(node, racing, id, (await newKey()).pair);
    expect(await ghost.ticket()).toBeUndefined();
  }
});
