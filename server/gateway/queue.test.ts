import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { queueText } from "#protocol/queue";
import { ClientUnderTest, newKey, post, sign } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile({ behindProxy: true });

const challenge = async (body: Record<string, unknown>, from: string) => {
  const answer = await post(`${node.url}/v1/challenge`, body, { "x-forwarded-for": from });
  const value = (await answer.json()) as { nonce?: string; error?: { place: number; turn: string; prove?: true } };
  return { status: answer.status, nonce: value.nonce, ...value.error };
};
/** Strangers of two lines, so many that some of them wait. */
async function flood(count: number): Promise<void> {
  for (let at = 0; at < count; at += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => challenge({ device: mintId(Date.now()) }, `2001:db8:${i % 2}:2::${at + i}`)),
    );
}

test("a device that proves itself is called before strangers, also behind the address that they flood from (R153)", async () => {
  const client = await ClientUnderTest.enrol(node, await node.person());
  const { device, pair } = client;
  await flood(1500);
  const from = "2001:db8:1:2::beef";
  const first = await challenge({ device }, from);
  expect(first).toMatchObject({ status: 429, prove: true });
  expect(first.place).toBeGreaterThan(5);
  const { turn = "" } = first;
  const second = await challenge({ device, turn, proof: await sign(pair, queueText(turn, device)) }, from);
  if (second.status === 429) expect(second).toMatchObject({ place: 1 });
  let last = second;
  while (last.status === 429) {
    await flood(50);
    last = await challenge({ device, turn: last.turn }, from);
  }
  expect(last.nonce).toBeString();
});

test("what proves nothing leaves a device where it was, and tells nobody whose it is (R153)", async () => {
  const [client, other] = await Promise.all([1, 2].map(async () => ClientUnderTest.enrol(node, await node.person())));
  const shut = await ClientUnderTest.enrol(node, await node.person());
  await node.services.enrolment.revoke(shut.device);
  const unknown = { device: mintId(Date.now()), pair: (await newKey()).pair };
  if (!client || !other) throw new Error("nobody came");
  await flood(1500);
  type Who = { device: string; pair: CryptoKeyPair };
  const proofs: Record<string, (who: Who, turn: string) => Promise<unknown>> = {
    "another's key": (who, turn) => sign(other.pair, queueText(turn, who.device)),
    "another's device in it": (who, turn) => sign(who.pair, queueText(turn, other.device)),
    "another turn": (who) => sign(who.pair, queueText("u.1.1.00", who.device)),
    "another text": (who, turn) => sign(who.pair, `beep ticket v1\n${turn}\n${who.device}`),
    nothing: async () => "",
    "no text": async () => 7,
    "too much": async () => "A".repeat(5000),
  };
  for (const [what, make] of Object.entries(proofs)) {
    const { turn = "" } = await challenge({ device: client.device }, "192.0.2.1");
    const answer = await challenge({ device: client.device, turn, proof: await make(client, turn) }, "192.0.2.1");
    if (answer.status === 429) expect([what, answer.turn?.[0], answer.prove]).toEqual([what, "u", true]);
  }
  for (const who of [shut, unknown]) {
    await flood(100);
    const { turn = "" } = await challenge({ device: who.device }, "2001:db8:1:2::7");
    const proof = await sign(who.pair, queueText(turn, who.device));
    expect(await challenge({ device: who.device, turn, proof }, "2001:db8:1:2::7")).toMatchObject({
      turn,
      prove: true,
    });
  }
});
