import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import type { Link } from "#protocol/down";
import { idIn } from "#protocol/record";
import { NodeUnderTest } from "./node-under-test.ts";

test("a node that leaves acknowledges what it took, says bye, closes with 1001 and is gone (R27)", async () => {
  const node = new NodeUnderTest();
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const drafts = Array.from({ length: 50 }, (_, i) => ayesha.draft(room, `${i}`));
  ayesha.send(...drafts);
  await Bun.sleep(2);
  const { url } = node;
  const draining = node.gateway.drain();
  expect(node.gateway.isReady).toBe(false);
  for (const client of [ayesha, bilal]) {
    expect((await client.json("bye")).retryAfter).toBeGreaterThanOrEqual(0);
    expect((await client.closed).code).toBe(1001);
  }
  await ayesha.ack(idIn(drafts.at(-1) as Uint8Array));
  await draining;
  expect(fetch(`${url}/v1/ping`)).rejects.toThrow();
  expect(node.errors).toEqual([]);
  await node.stop();
});

test("links, and what other provinces say of their people, reach clients (R22, R23, R28)", async () => {
  let links: Link[] = [{ province: "pb", up: true, since: 1, waiting: 0 }];
  const sent: { to: string; message: unknown }[] = [];
  let onLinks = () => {};
  let onLive = (_from: string, _message: unknown) => {};
  const node = new NodeUnderTest({
    neighbours: {
      links: () => links,
      onLinks: (listener) => {
        onLinks = listener;
        return () => {};
      },
      sendLive: (to, message) => sent.push({ to, message }),
      onLive: (listener) => {
        onLive = listener;
        return () => {};
      },
    },
  });
  const ayesha = await node.client();
  const sana = await node.person("Sana", "pb");
  await node.store.write("0".repeat(32), (tx) => tx.putPerson(sana));
  const room = mintId(Date.now());
  await ayesha.control(room, { op: "create", kind: "group", name: "x", history: "all", members: [sana.id] });
  ayesha.say({ t: "typing", room, on: true });
  await ayesha.settled();
  expect(sent).toContainEqual({ to: "pb", message: { t: "typing", room, person: ayesha.person.id, on: true } });

  onLive("pb", { t: "typing", room, person: sana.id, on: true });
  expect((await ayesha.json("typing")).person).toBe(sana.id);
  for (const junk of [
    null,
    1,
    {},
    { t: "typing", room: 5 },
    { t: "presence", online: "x" },
    { t: "typing", room, person: "f".repeat(32) },
  ])
    onLive("pb", junk);
  onLive("pb", { t: "presence", online: [sana.id], offline: [] });
  await ayesha.json("presence", ({ online }) => online.includes(sana.id));

  links = [{ province: "pb", up: false, since: 2, waiting: 3 }];
  onLinks();
  expect((await ayesha.json("link")).links).toEqual(links);
  await ayesha.json("presence", ({ offline }) => offline.includes(sana.id));
  expect(node.errors).toEqual([]);
  await node.stop();
});
