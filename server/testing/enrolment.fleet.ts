import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOSE } from "#protocol/close";
import type { Person } from "#protocol/directory";
import { mintId, type Province } from "#protocol/ids";
import { linkText, type SelfAct, type SelfAnswer } from "#protocol/self";
import { signInText } from "#protocol/sign-in";
import type { Enrolment } from "../domain/enrolment/enrolment.ts";
import { ClientUnderTest, newKey, post, sign } from "../gateway/client-under-test.ts";
import { openDesk } from "../ops/desk.ts";
import { findNatsServer } from "../ops/fleet-nats.ts";
import { FleetWorld } from "./fleet-world.ts";

const dir = mkdtempSync(join(tmpdir(), "beep-enrolment-"));
const PROVINCES = ["is", "pb", "sd"];
let world: FleetWorld;

beforeAll(async () => {
  const natsServer = findNatsServer();
  if (!natsServer) throw new Error("No fit nats-server is here; ./scripts/test brings one.");
  world = await FleetWorld.start(dir, PROVINCES, natsServer);
});
afterEach(() => world.heal());
afterAll(async () => {
  await world?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** A province's node as a client sees it; codes come from its operator. */
function door(province: Province) {
  const { url, data } = world.fleet.site(province);
  const issueCode = async (person: string, validMs: number) => {
    const desk = await openDesk(data);
    const code = await desk.code(person, validMs);
    await desk.close();
    return code;
  };
  return { url, services: { enrolment: { issueCode } as unknown as Enrolment } };
}

/** The same device at another province's node, as soon as that one knows it. */
async function travelling(client: ClientUnderTest, to: Province): Promise<ClientUnderTest> {
  const there = new ClientUnderTest(door(to), client.person, client.device, client.pair);
  for (let tries = 0; ; tries++) {
    if ((await ticketStatus(there)) === 200) break;
    if (tries === 200) throw new Error(`${to} never knew the device`);
    await Bun.sleep(50);
  }
  await there.connect();
  return there;
}

async function ticketStatus({ node: { url }, device, pair }: ClientUnderTest): Promise<number> {
  const { nonce } = (await (await post(`${url}/v1/challenge`, { device })).json()) as { nonce: string };
  const signature = await sign(pair, signInText(nonce, device, url));
  return (await post(`${url}/v1/ticket`, { device, nonce, signature, origin: url })).status;
}

async function ask(client: ClientUnderTest, act: SelfAct): Promise<SelfAnswer> {
  const reply = await client.affair(act);
  if (reply.t !== "self") throw new Error(JSON.stringify(reply));
  return reply.answer;
}

const cut = (a: Province, b: Province) => world.begin({ what: "line", a, b, line: "cut", both: true });
const personOf = (province: Province) => world.people.filter((person) => person.province === province).at(-1) as Person;
async function inside(province: Province, person: Person): Promise<ClientUnderTest> {
  const client = await ClientUnderTest.enrol(door(province), person);
  await client.connect();
  return client;
}

test("a device that is shut out loses its sockets here and in other provinces (R123)", async () => {
  const acting = await inside("is", personOf("is"));
  const lost = await inside("is", personOf("is"));
  const away = await travelling(lost, "pb");
  const from = performance.now();
  const closing = async ({ closed }: ClientUnderTest) => ({ code: (await closed).code, ms: performance.now() - from });
  const closed = Promise.all([closing(lost), closing(away)]);
  await ask(acting, { do: "revoke", device: lost.device });
  const [here, there] = await closed;
  expect([here.code, there.code]).toEqual([CLOSE.signIn, CLOSE.signIn]);
  console.log(
    `revoked: sockets closed after ${here.ms.toFixed(0)} ms here, ${there.ms.toFixed(0)} ms in another province`,
  );
  expect([await ticketStatus(lost), await ticketStatus(away)]).toEqual([401, 401]);
  acting.socket.close();
});

test("who travels shuts a lost device out from where they are (R123)", async () => {
  const acting = await inside("is", personOf("is"));
  const lost = await inside("is", personOf("is"));
  const away = await travelling(acting, "pb");
  await ask(away, { do: "revoke", device: lost.device });
  expect((await lost.closed).code).toBe(CLOSE.signIn);
  const refused = await away.affair({ do: "link" });
  expect(refused.t === "error" && refused.error.code).toBe("elsewhere");
  for (const client of [acting, away]) client.socket.close();
});

test("beyond a cut link it is shut out as soon as the word arrives, and stays so when the link goes again (R123)", async () => {
  const acting = await inside("is", personOf("is"));
  const lost = await inside("is", personOf("is"));
  const away = await travelling(lost, "pb");
  await cut("is", "pb");
  await ask(acting, { do: "revoke", device: lost.device });
  expect((await lost.closed).code).toBe(CLOSE.signIn);
  // Punjab has not heard of it: nothing is closed on suspicion.
  await away.settled();
  const from = performance.now();
  world.heal();
  expect((await away.closed).code).toBe(CLOSE.signIn);
  console.log(`revoked beyond a cut link: closed ${(performance.now() - from).toFixed(0)} ms after it healed`);
  await cut("is", "pb");
  expect(await ticketStatus(away)).toBe(401);
  acting.socket.close();
});

test("a province cut off from all others invites, enrols, links and shuts out its own (R120, R123, R124)", async () => {
  for (const [a, b] of [
    ["is", "pb"],
    ["is", "sd"],
    ["pb", "sd"],
  ] as const)
    await cut(a, b);
  const { data, url } = world.fleet.site("sd");
  const words = { en: "Sana Memon", ur: "ثنا میمن" };
  const sana: Person = { id: mintId(Date.now()), province: "sd", name: words, post: words, unit: words };
  const desk = await openDesk(data);
  const { id, name, post: title, unit } = sana;
  await desk.addPerson({ id, name, post: title, unit });
  await desk.close();
  const client = await inside("sd", sana);
  const link = await ask(client, { do: "link" });
  if (link.answer !== "link") throw new Error("no link");
  const { key, pair } = await newKey();
  const came = await post(`${url}/v1/link`, { code: link.code, key, label: "Phone" });
  const { ticket } = (await came.json()) as { ticket: string };
  await ask(client, { do: "link-let", code: link.code, signature: await sign(client.pair, linkText(link.code, key)) });
  const { device } = (await (await post(`${url}/v1/link/in`, { ticket })).json()) as { device: string };
  const phone = new ClientUnderTest(door("sd"), sana, device, pair);
  await phone.connect();
  await ask(phone, { do: "revoke", device: client.device });
  expect((await client.closed).code).toBe(CLOSE.signIn);
  await phone.settled();
  phone.socket.close();
});
