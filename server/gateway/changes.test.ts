import { expect, test } from "bun:test";
import { CHANGES, type ChangeProof, changeText } from "#protocol/change";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { Change } from "#protocol/notice";
import { linkText, type SelfAct } from "#protocol/self";
import { SoftwarePasskey } from "../testing/software-passkey.ts";
import { until } from "../testing/until.ts";
import { codeAt } from "../testing/ways-under-test.ts";
import { ClientUnderTest, newKey, post, sign } from "./client-under-test.ts";
import type { NodeUnderTest } from "./node-under-test.ts";
import { nodeForEach } from "./whole-file.ts";

const PIN = "482915";
const MINUTE = 60_000;
let node: NodeUnderTest;
let ayesha: ClientUnderTest;
nodeForEach(
  async (fresh) => {
    node = fresh;
    ayesha = await node.client("Ayesha");
  },
  { rateFactor: 1000 },
);

const now = () => Date.now() + node.ahead;
const actor = ({ person, device } = ayesha) => ({ person: person.id, device, address: "" });
const outcome = async (act: SelfAct, proof?: unknown, client = ayesha) => {
  const reply = await client.unproven(act, proof);
  return reply.t === "error" ? reply.error.code : "done";
};
const proven = async (act: SelfAct, more: Partial<ChangeProof> = {}, client = ayesha) =>
  outcome(act, { ...(await client.proof(act)), ...more }, client);
/** A further device of the person, let in by the first one; it has proven nothing itself. */
async function linked(): Promise<ClientUnderTest> {
  const shown = await ayesha.affair({ do: "link" });
  if (shown.t !== "self" || shown.answer.answer !== "link") throw new Error("no code");
  const { code } = shown.answer;
  const { key, pair } = await newKey();
  const { ticket } = (await (await post(`${node.url}/v1/link`, { code, key, label: "Phone" })).json()) as {
    ticket: string;
  };
  const signature = await sign(ayesha.pair, linkText(code, key));
  const reply = await ayesha.affair({ do: "link-let", code, signature });
  if (reply.t !== "self") throw new Error(JSON.stringify(reply));
  const { device } = (await (await post(`${node.url}/v1/link/in`, { ticket })).json()) as { device: string };
  const phone = new ClientUnderTest(node, ayesha.person, device, pair);
  await phone.connect();
  return phone;
}
/** PIN and authenticator of the person; answers the secret. */
async function withPin(): Promise<string> {
  const { ways } = node.services;
  const { secret } = (await ways.act(actor(), { do: "pin" })) as { secret: string };
  await ways.act(actor(), { do: "pin-made", pin: PIN, totp: codeAt(secret, now()) });
  return secret;
}

/** One act of each kind, sound but for the proof. */
async function acts(): Promise<SelfAct[]> {
  const phone = await linked();
  await withPin();
  const all: SelfAct[] = [
    { do: "passkey-made", response: { id: "x", response: { b: [1, { c: null }], a: "ہ" } }, label: "x" },
    { do: "pin-made", pin: PIN, totp: "000000" },
    { do: "recovery" },
    { do: "forget", way: "pin" },
    { do: "link-let", code: "ABCDEFGH", signature: "A".repeat(88) },
    { do: "revoke", device: phone.device },
  ];
  expect(all.map((act) => act.do).sort()).toEqual([...CHANGES].sort());
  return all;
}

test("without a proof that the device made for this act, at this node, now, nothing changes (R127)", async () => {
  const other = await node.client("Other");
  const all = await acts();
  const before = node.store.tables.audit.size();
  for (const act of all) {
    const good = await ayesha.proof(act);
    const signed = (text: string, pair = ayesha.pair) => sign(pair, text);
    const { nonce, origin } = good;
    const text = (of = act, at = origin, device = ayesha.device) => changeText(nonce, device, at, of);
    const another: SelfAct = act.do === "recovery" ? { do: "forget", way: "pin" } : { do: "recovery" };
    const wrong: [string, unknown, string][] = [
      ["none", undefined, "update"],
      ["junk", 7, "update"],
      ["junk", [], "update"],
      ["no signature", { nonce, origin }, "update"],
      ["another device's", { ...good, signature: await signed(text(), other.pair) }, "sign-in"],
      ["for another device", { ...good, signature: await signed(text(act, origin, other.device)) }, "sign-in"],
      ["for another act", { ...good, signature: await signed(text(another)) }, "sign-in"],
      ["for a like act", { ...good, signature: await signed(text({ ...act, label: "y" } as SelfAct)) }, "sign-in"],
      ["for another node", { ...good, signature: await signed(text(act, "https://pb.example")) }, "sign-in"],
      ["said for another node", await ayesha.proof(act, "https://pb.example"), "fix"],
      ["another's nonce", { ...good, nonce: (await other.proof(act)).nonce }, "wait"],
      ["a sign-in's nonce", { ...good, nonce: node.services.proofs.challenge(ayesha.device) }, "wait"],
      ["no nonce of this node", { ...good, nonce: "x" }, "wait"],
    ];
    for (const [what, proof, code] of wrong)
      expect([act.do, what, await outcome(act, proof)]).toEqual([act.do, what, code]);
    node.ahead += 6 * MINUTE;
    expect([act.do, await outcome(act, good)]).toEqual([act.do, "wait"]);
  }
  expect(node.store.tables.audit.size()).toBe(before);
  expect(node.store.devicesOf(ayesha.person.id).filter(({ revoked }) => revoked)).toEqual([]);
});

test("a proof is good once (R127)", async () => {
  const act: SelfAct = { do: "recovery" };
  const proof = await ayesha.proof(act);
  const answers = await Promise.all([outcome(act, proof), outcome(act, proof), outcome(act, proof)]);
  expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
  expect(await outcome(act, proof)).toBe("wait");
});

test("who has a PIN or a passkey proves with it too, once for several changes in a row (R128)", async () => {
  await linked();
  const secret = await withPin();
  node.ahead += 11 * MINUTE;
  const recovery: SelfAct = { do: "recovery" };
  const asked = await ayesha.unproven({ do: "prove" });
  expect(asked).toMatchObject({ answer: { asks: ["pin"] } });
  expect(await proven(recovery)).toBe("forbidden");
  expect(await proven(recovery, { pin: { pin: "111222", totp: codeAt(secret, now()) } })).toBe("forbidden");
  expect(await proven(recovery, { pin: { pin: PIN, totp: "000000" } })).toBe("forbidden");
  expect(node.store.tables.credentials.recovery(ayesha.person.id)).toHaveLength(0);
  const totp = codeAt(secret, now());
  expect(await proven(recovery, { pin: { pin: PIN, totp } })).toBe("done");
  expect(await ayesha.unproven({ do: "prove" })).toMatchObject({ answer: { asks: [] } });
  expect(await proven(recovery)).toBe("done");
  node.ahead += 11 * MINUTE;
  // The authenticator's code was spent.
  expect(await proven(recovery, { pin: { pin: PIN, totp } })).toBe("forbidden");
});

test("another's passkey or PIN is no proof of one's own (R128)", async () => {
  const bilal = await node.client("Bilal");
  const local = node.url.replace("127.0.0.1", "localhost");
  const made = async (client: ClientUnderTest) => {
    const passkey = new SoftwarePasskey(local);
    const { options } = (await node.services.ways.act(actor(client), { do: "passkey" })) as { options: unknown };
    const response = passkey.create(options);
    await node.services.ways.act(actor(client), { do: "passkey-made", response, label: "Key" });
    return passkey;
  };
  const [own, others] = [await made(ayesha), await made(bilal)];
  node.ahead += 11 * MINUTE;
  const answered = async (passkey: SoftwarePasskey, client = ayesha) => {
    const asked = await client.unproven({ do: "prove" });
    if (asked.t !== "self" || asked.answer.answer !== "prove") throw new Error("no answer");
    const { session = "", options } = asked.answer.passkey ?? {};
    return { passkey: { session, response: JSON.stringify(passkey.get(options)) } };
  };
  expect(await proven({ do: "recovery" }, await answered(others))).toBe("forbidden");
  expect(await proven({ do: "recovery" }, { passkey: { session: "x", response: "{}" } })).toBe("forbidden");
  expect(await proven({ do: "recovery" }, { passkey: { session: "x", response: "{" } })).toBe("fix");
  expect(await proven({ do: "recovery" }, await answered(own))).toBe("done");
});

test("a device that was let in by another has not proven itself; one that came in by a way of its own has (R128)", async () => {
  const phone = await linked();
  await withPin();
  expect(await proven({ do: "recovery" }, {}, phone)).toBe("forbidden");
  expect(await proven({ do: "recovery" })).toBe("done");
  // A device that is lost is shut out fast, also where the authenticator is lost with it.
  node.ahead += 11 * MINUTE;
  expect(await proven({ do: "revoke", device: phone.device })).toBe("done");
});

/** What the client is told, once the newest of it is what is waited for. */
const told = (client: ClientUnderTest, what: Partial<Change>): Promise<Change[]> => {
  const isIt = ([newest]: Change[]) => Object.entries(what).every(([key, is]) => newest?.[key as keyof Change] === is);
  return client
    .json("notice", ({ notice }) => notice.kind === "changes" && isIt(notice.changes))
    .then(({ notice }) => ("changes" in notice ? notice.changes : []));
};

test("the person's other devices are told of each change, now and at their next start (R129)", async () => {
  const phone = await linked();
  expect(await told(ayesha, { label: "Phone" })).toMatchObject([
    { what: "device", did: "came", device: phone.device, label: "Phone" },
    {},
  ]);
  const stranger = await node.client("Stranger");
  stranger.frames.length = phone.frames.length = 0;
  expect(await proven({ do: "recovery" })).toBe("done");
  const [newest] = await told(phone, { what: "recovery" });
  expect(newest).toMatchObject({ what: "recovery", did: "made", device: ayesha.device, label: "test" });
  expect(Math.abs((newest?.at ?? 0) - now())).toBeLessThan(MINUTE);
  phone.socket.close();
  await until(() => node.gateway.online(ayesha.person.id).size === 1);
  await ayesha.affair({ do: "pin" });
  await withPin();
  await phone.connect();
  expect(await told(phone, { what: "pin" })).toMatchObject([
    { what: "pin", did: "made" },
    { what: "recovery", did: "made" },
    { did: "came" },
    {},
  ]);
  await stranger.settled();
  expect(stranger.frames.map((frame) => new TextDecoder().decode(frame)).join()).not.toContain('"changes"');
  await stranger.connect();
  expect(await told(stranger, { what: "device" })).toMatchObject([{ what: "device", device: stranger.device }]);
});

test("a person of another province is told at home alone, and changes ways there alone (R120, R129)", async () => {
  const visitor = await node.client("Visitor");
  await node.store.write(DIRECTORY_ROOM, (tx) => tx.putPerson({ ...visitor.person, province: "pb" }));
  const all: SelfAct[] = [{ do: "recovery" }, { do: "forget", way: "pin" }, { do: "pin-made", pin: PIN, totp: "1" }];
  for (const act of all) expect([act.do, await proven(act, {}, visitor)]).toEqual([act.do, "elsewhere"]);
  await visitor.settled();
  expect(visitor.downs.some(({ t }) => t === "notice")).toBe(true);
  await visitor.connect();
  expect(visitor.downs.some(({ t }) => t === "notice")).toBe(false);
});

test("what is nested without end is refused, and breaks nothing (R127)", async () => {
  let response: unknown = 1;
  for (let depth = 0; depth < 5000; depth++) response = [response];
  const act: SelfAct = { do: "passkey-made", response, label: "x" };
  const { nonce, origin } = await ayesha.proof({ do: "recovery" });
  expect(await outcome(act, { nonce, origin, signature: "A".repeat(88) })).toBe("fix");
});
