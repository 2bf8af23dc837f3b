import { afterEach, expect, test } from "bun:test";
import { memoryKeys, memoryVault } from "../platform/memory.ts";
import type { Platform, Tabs } from "../platform/ports.ts";
import { ROOM, StubNode } from "../net/testing/stub-node.ts";
import { bunPlatform, HeadlessClient } from "./index.ts";
import { until } from "../../server/testing/until.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** One browser: its tabs share storage and key, and the first of them that is open leads. */
class Browser {
  private readonly vault = memoryVault();
  private readonly keys = memoryKeys();
  private readonly open: { lead(): void; heard(message: string): void }[] = [];

  platform(): Platform {
    const tab = { lead: () => {}, heard: (_: string) => {} };
    const tabs: Tabs = {
      start: (lead) => {
        tab.lead = lead;
        this.open.push(tab);
        if (this.open[0] === tab) lead();
      },
      stop: () => {
        const led = this.open[0] === tab;
        this.open.splice(this.open.indexOf(tab), 1);
        if (led) this.open[0]?.lead();
      },
      post: (message) => {
        for (const other of this.open) if (other !== tab) other.heard(message);
      },
      listen: (heard) => {
        tab.heard = heard;
      },
    };
    return { ...bunPlatform(), vault: this.vault, keys: this.keys, tabs };
  }
}

async function setUp() {
  const node = new StubNode("is").start();
  ends.push(() => node.stop());
  const browser = new Browser();
  const tab = async () => {
    const client = new HeadlessClient(browser.platform(), { node: node.url, times: { first: 20, most: 100 } });
    await client.start();
    ends.unshift(() => client.stop());
    return client;
  };
  const first = await tab();
  await first.signIn("ABCD");
  await first.settled();
  const second = await tab();
  await second.settled();
  return { node, tab, first, second };
}
const ids = (client: HeadlessClient) => {
  const timeline = client.open(ROOM);
  const list = timeline.items.value.map(({ id }) => id);
  timeline.close();
  return list;
};

test("what one tab writes shows in the other, though the node answers it with an ack alone", async () => {
  const { first, second, node } = await setUp();
  const sent = [first.send(ROOM, "one")];
  await first.settled();
  sent.push(second.send(ROOM, "two"));
  await second.settled();
  await until(() => ids(first).length === 2 && ids(second).length === 2);
  expect(ids(first)).toEqual(sent);
  expect(ids(second)).toEqual(sent);
  expect(node.drafts).toEqual(sent);
});

test("the tab that takes the lead keeps the cache on, and sends what the closed one left", async () => {
  const { first, second, node, tab } = await setUp();
  first.sendMany(ROOM, ["one", "two", "three"]);
  await first.settled();
  node.mute = true;
  node.refuse = () => ({ code: "wait", message: "Later.", retryAfter: 60_000 });
  first.send(ROOM, "left behind");
  await until(() => node.drafts.length >= 4);
  await first.stop();
  node.mute = false;
  node.refuse = () => undefined;
  await until(() => node.log.ids().length === 4);
  await second.settled();
  second.send(ROOM, "after");
  await second.settled();
  await until(() => ids(second).length === 5);
  expect(ids(second)).toEqual(node.log.ids());
  await second.stop();
  await node.stop();
  const third = await tab();
  await until(() => ids(third).length === 5);
  expect(ids(third)).toEqual(node.log.ids());
});

test("signing out in one tab signs out the others", async () => {
  const { first, second } = await setUp();
  await first.signOut();
  await until(() => second.phase.value === "sign-in");
  expect(second.rooms.value).toEqual([]);
});
