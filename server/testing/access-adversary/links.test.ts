import { afterEach, beforeEach, expect, test } from "bun:test";
import { linkText } from "#protocol/self";
import { type ClientUnderTest, newKey, post, sign } from "../../gateway/client-under-test.ts";
import { NodeUnderTest } from "../../gateway/node-under-test.ts";

let node: NodeUnderTest;
let owner: ClientUnderTest;
beforeEach(async () => {
  node = new NodeUnderTest({ rateFactor: 1000 });
  owner = await node.client();
});
afterEach(() => node.stop());

const live = () => node.store.devicesOf(owner.person.id).filter(({ revoked }) => !revoked);

/** A code that is shown, a stranger who came with it, and the owner's yes to it. */
async function come() {
  const shown = await owner.affair({ do: "link" });
  if (shown.t !== "self" || shown.answer.answer !== "link") throw new Error("no code");
  const { code } = shown.answer;
  const { key } = await newKey();
  const ticket = ((await (await post(`${node.url}/v1/link`, { code, key, label: "New" })).json()) as { ticket: string })
    .ticket;
  return {
    code,
    ticket,
    yes: { do: "link-let", code, signature: await sign(owner.pair, linkText(code, key)) } as const,
  };
}

test("one yes, said twice at once, lets one device in", async () => {
  const { ticket, yes } = await come();
  // Busy with others' writes, so that all three are under way together.
  const others = Array.from({ length: 20 }, () => node.person());
  const answers = await Promise.all([owner.affair(yes), owner.affair(yes), owner.affair(yes)]);
  await Promise.all(others);
  expect(answers.filter(({ t }) => t === "self")).toHaveLength(1);
  expect(live()).toHaveLength(2);
  const enrolled = (await (await post(`${node.url}/v1/link/in`, { ticket })).json()) as { device: string };
  expect(live().map(({ id }) => id)).toContain(enrolled.device);
});

test("after a no beside a yes, either the device is in and told so, or it is not in", async () => {
  const { code, ticket, yes } = await come();
  await Promise.all([owner.affair(yes), owner.affair({ do: "link-refuse", code })]);
  const answer = (await (await post(`${node.url}/v1/link/in`, { ticket })).json()) as { device?: string };
  expect(live()).toHaveLength(answer.device ? 2 : 1);
});

test("a device that is shut out while its yes is under way lets nobody in", async () => {
  const { yes } = await come();
  const out = { do: "revoke", device: owner.device } as const;
  const proofs = [await owner.proof(out), await owner.proof(yes)];
  owner.say({ t: "self", ref: owner.nextRef(), act: out, proof: proofs[0] });
  owner.say({ t: "self", ref: owner.nextRef(), act: yes, proof: proofs[1] });
  await owner.closed;
  expect(live()).toHaveLength(0);
});
