import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NodeList, nodesText } from "#protocol/nodes";
import { signInText } from "#protocol/sign-in";
import { verifyNow } from "../auth/verify.ts";
import { ClientUnderTest, newKey, post, sign } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { nodeForFile } from "./whole-file.ts";

const web = mkdtempSync(join(tmpdir(), "beep-web-"));
const node = nodeForFile({ web: webFolder(web) });
afterAll(() => rmSync(web, { recursive: true }));

function webFolder(folder: string): string {
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Beep</title>");
  writeFileSync(join(folder, "assets/main-3f9a1c.js"), "console.log(1)");
  writeFileSync(join(folder, "assets/main-3f9a1c.js.br"), "br");
  writeFileSync(join(folder, "assets/main-3f9a1c.js.gz"), "gz");
  writeFileSync(join(folder, "secret.pem"), "no type, not served");
  return folder;
}

type Refusal = { error: { code: string; message: string } };
const enrol = async (code: string, key: string) => {
  const answer = await post(`${node.url}/v1/enrol`, { code, key, label: "Firefox" });
  return { status: answer.status, body: (await answer.json()) as Refusal & { device: string } };
};

test("wrong, used and expired codes are refused in the same words (R4)", async () => {
  const { key } = await newKey();
  const person = await node.person();
  const used = await node.services.enrolment.issueCode(person.id, 60_000);
  expect((await enrol(used, key)).status).toBe(200);
  const expired = await node.services.enrolment.issueCode(person.id, -1);
  const answers = [await enrol("2222-2222-22", key), await enrol(used, key), await enrol(expired, key)];
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.status).toBe(403);
});

test("a malformed key does not cost a code; case and dashes do not matter (R4)", async () => {
  const { key } = await newKey();
  const code = await node.services.enrolment.issueCode((await node.person()).id, 60_000);
  for (const bad of ["", "AAAA", key.slice(0, -4), `${key.slice(0, 40)}AAAA${key.slice(44)}`])
    expect((await enrol(code, bad)).body.error.code).toBe("fix");
  expect((await enrol(code.toLowerCase().replaceAll("-", " "), key)).status).toBe(200);
});

test("guessing codes is soon refused, a right code then too (R25)", async () => {
  const fresh = new NodeUnderTest();
  const { key } = await newKey();
  const code = await fresh.services.enrolment.issueCode((await fresh.person()).id, 60_000);
  let status = 0;
  for (let i = 0; i < 40 && status !== 429; i++)
    ({ status } = await post(`${fresh.url}/v1/enrol`, { code: `2222-2222-${i}`, key, label: "x" }));
  expect(status).toBe(429);
  const answer = await post(`${fresh.url}/v1/enrol`, { code, key, label: "x" });
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  await fresh.stop();
});

test("behind a proxy the client's own address is counted, as the proxy tells it", async () => {
  const proxied = new NodeUnderTest({ behindProxy: true });
  const { key } = await newKey();
  const guess = async (from: string) =>
    (await post(`${proxied.url}/v1/enrol`, { code: "2222-2222-22", key, label: "x" }, { "x-forwarded-for": from }))
      .status;
  for (let i = 0; i < 31; i++) await guess("1.2.3.4, 10.0.0.1");
  expect(await guess("5.6.7.8, 10.0.0.1")).toBe(429);
  expect(await guess("10.0.0.1, 10.0.0.2")).toBe(403);
  await proxied.stop();
});

test("a nonce is good once, for its device, for 30 seconds; an old one is no word about the device (R5)", async () => {
  const client = await ClientUnderTest.enrol(node, await node.person());
  const other = await ClientUnderTest.enrol(node, await node.person());
  const { device } = client;
  const nonce = async () =>
    ((await (await post(`${node.url}/v1/challenge`, { device })).json()) as { nonce: string }).nonce;
  const ticket = async (given: string, who = client, text = signInText(given, who.device, node.url)) => {
    const signature = await sign(who.pair, text);
    return (await post(`${node.url}/v1/ticket`, { device: who.device, nonce: given, signature, origin: node.url }))
      .status;
  };
  const good = await nonce();
  expect(await ticket(good, other)).toBe(429);
  expect(await ticket(good, client, "beep ticket v2\nother")).toBe(401);
  expect(await ticket(good)).toBe(200);
  expect(await ticket(good)).toBe(429);
  const late = await nonce();
  node.ahead = 31_000;
  // A client that is slow, or whose node restarted meanwhile, must not take it for its device being refused.
  expect(await ticket(late)).toBe(429);
  node.ahead = 0;
  expect(await ticket(`${late.slice(0, -1)}${late.endsWith("0") ? "1" : "0"}`)).toBe(429);
  const stranger = "00".repeat(16);
  expect((await post(`${node.url}/v1/challenge`, { device: stranger })).status).toBe(200);
});

test("malformed requests are refused without an echo", async () => {
  for (const body of ["{", "[]", "null", '"x"', '{"device":1}', JSON.stringify({ device: "<script>canary" })]) {
    const answer = await post(`${node.url}/v1/challenge`, body);
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(text).not.toContain("canary");
    expect(JSON.parse(text).error.code).toBe("fix");
  }
  expect((await post(`${node.url}/v1/challenge`, `"${"x".repeat(100_000)}"`)).status).toBe(413);
  expect((await fetch(`${node.url}/v1/nowhere`)).status).toBe(404);
  expect((await fetch(`${node.url}/v1/enrol`)).status).toBe(404);
  expect((await post(`${node.url}/v1/nowhere`, {})).status).toBe(404);
});

test("other sites' pages may neither post nor read (R6)", async () => {
  const evil = { origin: "https://evil.example" };
  expect((await post(`${node.url}/v1/challenge`, { device: "00".repeat(16) }, evil)).status).toBe(403);
  const foreign = await fetch(`${node.url}/v1/nodes`, { headers: evil });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  const own = await fetch(`${node.url}/v1/ping`, { headers: { origin: "https://pb.example" } });
  expect(own.status).toBe(204);
  expect(own.headers.get("access-control-allow-origin")).toBe("https://pb.example");
  expect(own.headers.get("timing-allow-origin")).toBe("https://pb.example");
  const preflight = await fetch(`${node.url}/v1/ticket`, {
    method: "OPTIONS",
    headers: { origin: "https://pb.example" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
});

test("the fleet's nodes are listed, signed by the province's key (R63)", async () => {
  const answer = await fetch(`${node.url}/v1/nodes`);
  const list = (await answer.json()) as NodeList;
  expect(list).toMatchObject({ province: "is", provinces: [{ code: "pb", nodes: ["https://pb.example"] }] });
  expect(verifyNow(list.key, nodesText(list), list.signature)).toBe(true);
});

test("the client is served in its smallest form, hashed assets for good, and nothing else", async () => {
  const page = await fetch(`${node.url}/`);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("https://pb.example wss://pb.example");
  expect(policy).not.toMatch(/unsafe|\[/);
  for (const name of ["x-content-type-options", "referrer-policy", "cross-origin-opener-policy"])
    expect(page.headers.get(name)).toBeTruthy();
  const features = page.headers.get("permissions-policy") ?? "";
  for (const name of ["camera", "microphone", "display-capture", "autoplay"])
    expect(features).toContain(`${name}=(self)`);
  for (const name of ["geolocation", "payment", "usb"]) expect(features).toContain(`${name}=()`);
  expect(policy).toContain("worker-src 'self'");

  const url = `${node.url}/assets/main-3f9a1c.js`;
  const asked = (encoding: string) => fetch(url, { headers: { "accept-encoding": encoding }, decompress: false });
  const brotli = await asked("gzip, deflate, br");
  expect(brotli.headers.get("content-encoding")).toBe("br");
  expect(await brotli.text()).toBe("br");
  expect((await asked("gzip")).headers.get("content-encoding")).toBe("gzip");
  const plain = await asked("identity");
  expect(await plain.text()).toBe("console.log(1)");
  expect(plain.headers.get("cache-control")).toContain("immutable");
  const again = await fetch(url, { headers: { "if-none-match": plain.headers.get("etag") ?? "" } });
  expect(again.status).toBe(304);
  expect(
    (await fetch(url, { method: "HEAD", headers: { "accept-encoding": "identity" } })).headers.get("content-length"),
  ).toBe("14");

  for (const path of [
    "/favicon.ico",
    "/secret.pem",
    "/../package.json",
    "/%2e%2e/package.json",
    "/assets",
    "/assets/main-3f9a1c.js.br",
  ]) {
    const missing = await fetch(node.url + path);
    expect(missing.status).toBe(404);
    expect(missing.headers.get("content-security-policy")).toBeTruthy();
  }
});
