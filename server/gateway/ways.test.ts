import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { SelfAct } from "#protocol/self";
import { OidcIssuer } from "../testing/oidc-issuer.ts";
import { SoftwarePasskey } from "../testing/software-passkey.ts";
import { codeAt } from "../testing/ways-under-test.ts";
import { ClientUnderTest, newKey, post } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { endsWell } from "./whole-file.ts";

// Slow hashes are slow, and a busy machine takes its time.

const PIN = "482915";
const KEEP = "0123456789abcdef0123456789abcdef";
const issuer = new OidcIssuer();
let node: NodeUnderTest;
let local: string;
let ayesha: Person;
beforeAll(async () => {
  await issuer.listen();
  node = new NodeUnderTest({ oidc: issuer.settings });
  local = node.url.replace("127.0.0.1", "localhost");
  issuer.serve([`${local}/v1/oidc/back`]);
  issuer.accounts.set("u-1", { email: "ayesha@example.pk", email_verified: true });
  const { client, person } = await enter("1001", "ayesha@example.pk");
  ayesha = person;
  client.socket.close();
});
afterAll(async () => {
  await endsWell(node);
  await issuer.stop();
});

async function enter(number: string, email: string) {
  const client = await node.client(email);
  const person = { ...client.person, number, contact: { email } };
  await node.services.directory.put(person);
  return { client, person };
}
const own = async <T>(act: Parameters<typeof node.services.ways.act>[1] & SelfAct) =>
  (await node.services.ways.act({ person: ayesha.id, device: ayesha.id, address: "" }, act)) as T;
const ask = async (path: string, body: unknown, headers: Record<string, string> = { origin: local }) => {
  const answer = await post(`${node.url}${path}`, body, headers);
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text || "null") };
};

/** The new device proves itself: what came in is a session like any other. */
async function opens(made: { device: string }, pair: CryptoKeyPair): Promise<boolean> {
  const client = new ClientUnderTest(node, ayesha, made.device, pair);
  const welcome = await client.connect();
  client.socket.close();
  return welcome.person.id === ayesha.id;
}

test("a passkey, a PIN, a recovery code and an account each end in a session (R140)", async () => {
  const passkey = new SoftwarePasskey(local);
  const { options } = await own<{ options: unknown }>({ do: "passkey" });
  await own({ do: "passkey-made", response: passkey.create(options), label: "Phone" });
  const { secret } = await own<{ secret: string }>({ do: "pin" });
  await own({ do: "pin-made", pin: PIN, totp: codeAt(secret, Date.now()) });
  const { codes } = await own<{ codes: string[] }>({ do: "recovery" });
  const begun = (await ask("/v1/passkey", {})).json as { session: string; options: unknown };
  const response = JSON.stringify(passkey.get(begun.options));
  node.ahead += 30_000;
  const { url } = (await ask("/v1/oidc", { keep: KEEP })).json as { url: string };
  const back = await issuer.signIn(url, "u-1");
  expect(back).toStartWith(`${local}/v1/oidc/back?`);
  const returned = await fetch(`${node.url}/v1/oidc/back${new URL(back).search}`, { redirect: "manual" });
  expect([returned.status, returned.headers.get("referrer-policy")]).toEqual([302, "no-referrer"]);
  const location = returned.headers.get("location") ?? "";
  expect(location).toMatch(/^\/#\/oidc\/[\w-]{32}$/);
  expect(await returned.text()).toBe("");
  for (const [path, given] of [
    ["/v1/passkey/in", { session: begun.session, response }],
    ["/v1/pin/in", { name: "1001", pin: PIN, totp: codeAt(secret, Date.now() + 30_000) }],
    ["/v1/recovery/in", { name: "1001", code: codes[0] }],
    ["/v1/oidc/in", { session: location.split("/").at(-1), keep: KEEP }],
  ] as const) {
    const { key, pair } = await newKey();
    const { status, json } = await ask(path, { ...given, key, label: "New" });
    expect([path, status, json.person, json.province]).toEqual([path, 200, ayesha.id, "is"]);
    expect(json.recovery).toBe(path === "/v1/recovery/in" ? 9 : undefined);
    expect(await opens(json, pair)).toBe(true);
  }
  expect(JSON.stringify(node.logged)).not.toContain(PIN);
});

test("a page that is not ours, a malformed key and fields that are too long cost nobody anything (R140)", async () => {
  const { key } = await newKey();
  const given = { name: "1001", pin: PIN, totp: "000000", key, label: "x" };
  for (const path of ["/v1/passkey", "/v1/passkey/in", "/v1/pin/in", "/v1/recovery/in", "/v1/oidc", "/v1/oidc/in"]) {
    const { status, json } = await ask(path, given, { origin: "https://evil.example" });
    expect([path, status, json.error.code]).toEqual([path, 403, "forbidden"]);
    expect((await ask(path, "{")).status).toBe(400);
  }
  const misses = () => node.store.tables.credentials.misses(ayesha.id)?.count ?? 0;
  const before = misses();
  for (let i = 0; i < 35; i++) expect((await ask("/v1/pin/in", { ...given, key: "AAAA" })).status).toBe(400);
  expect((await ask("/v1/pin/in", { ...given, pin: "1".repeat(513) })).status).toBe(400);
  expect((await ask("/v1/passkey/in", { session: "x", response: "x".repeat(8193), key, label: "" })).status).toBe(400);
  expect(misses()).toBe(before);
});

test("wrong name and wrong PIN are the same bytes; guesses are soon refused, right ones with them (R146, R147)", async () => {
  const fresh = new NodeUnderTest();
  const { key } = await newKey();
  const known: Person = { ...(await fresh.person()), number: "1001" };
  await fresh.services.directory.put(known);
  const guess = async (name: string) => {
    const answer = await post(`${fresh.url}/v1/pin/in`, { name, pin: PIN, totp: "000000", key, label: "x" });
    const headers = [...answer.headers].filter(([head]) => head !== "date");
    return { status: answer.status, all: JSON.stringify([headers, await answer.text()]) };
  };
  const answers = [await guess("1001"), await guess("9999"), await guess("nobody@example.pk")];
  expect(new Set(answers.map(({ all }) => all)).size).toBe(1);
  expect(answers[0]?.status).toBe(403);
  let status = 0;
  for (let i = 0; i < 40 && status !== 429; i++) ({ status } = await guess("9999"));
  expect(status).toBe(429);
  // One count for all that can be guessed.
  for (const path of ["/v1/recovery/in", "/v1/oidc/in", "/v1/enrol"]) {
    const all = { name: "1001", code: "2222-2222-22", session: "x", keep: KEEP, key, label: "x" };
    expect((await post(`${fresh.url}${path}`, all)).status).toBe(429);
  }
  expect((await fetch(`${fresh.url}/v1/oidc/back?state=x`, { redirect: "manual" })).status).toBe(429);
  await fresh.stop();
});

test("nobody is sent anywhere else by what comes back (R152)", async () => {
  for (const search of ["", "?state=x&code=y", "?state=//evil.example", "?error=x&state=%0d%0aLocation:%20//evil"]) {
    const answer = await fetch(`${node.url}/v1/oidc/back${search}`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/#/oidc/lost"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
});

test("who retired is not let in by what is still right (R143)", async () => {
  const { codes } = await own<{ codes: string[] }>({ do: "recovery" });
  await node.store.write(DIRECTORY_ROOM, (tx) => tx.putPerson({ ...ayesha, state: "retired" }));
  const { key } = await newKey();
  const given = { name: "1001", code: codes[0], key, label: "x" };
  expect((await ask("/v1/recovery/in", given)).status).toBe(403);
  await node.store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(ayesha));
  expect((await ask("/v1/recovery/in", given)).status).toBe(200);
});
