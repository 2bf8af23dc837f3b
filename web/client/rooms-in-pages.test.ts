import { afterEach, expect, test } from "bun:test";
import { effect } from "@preact/signals-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeUnderTest } from "../../server/gateway/node-under-test.ts";
import { until } from "../../server/testing/until.ts";
import { openClient } from "./index.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test("rooms that a later page brings are never gone, and one that was left meanwhile is (R8, R172)", async () => {
  const at = new NodeUnderTest();
  ends.push(() => at.stop());
  const [ayesha, bilal] = [await at.person("Ayesha"), await at.person("Bilal")];
  const code = (id: string) => at.services.enrolment.issueCode(id, 60_000);
  const home = mkdtempSync(join(tmpdir(), "beep-pages-"));
  ends.push(() => rmSync(home, { recursive: true, force: true }));
  const a = await openClient({ node: at.url, code: await code(ayesha.id) });
  ends.unshift(() => a.close());
  const b = await openClient({ node: at.url, code: await code(bilal.id), home });
  await b.settled();
  const rooms: string[] = [];
  const COUNT = 40;
  for (let i = 0; i < COUNT; i++)
    rooms.push(await a.createRoom({ kind: "group", name: `Room ${i}`, history: "all", members: [bilal.id] }));
  await until(() => b.rooms.value.length === COUNT);
  await b.settled();
  await b.close();
  // The oldest room comes last: it was left while nobody looked.
  const gone = rooms[0] as string;
  await a.change(gone, { op: "remove", members: [bilal.id] });
  const again = await openClient({ home });
  ends.unshift(() => again.close());
  const seen: number[] = [];
  ends.unshift(effect(() => void seen.push(again.rooms.value.length)));
  await again.settled();
  await until(() => again.rooms.value.length === COUNT - 1);
  expect(again.rooms.value.map(({ id }) => id).sort()).toEqual(rooms.slice(1).sort());
  expect(again.rooms.value.filter(({ elsewhere }) => elsewhere)).toEqual([]);
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(COUNT - 1);
  // A device that knew nothing gets them all.
  const fresh = await openClient({ node: at.url, code: await code(bilal.id) });
  ends.unshift(() => fresh.close());
  await fresh.settled();
  await until(() => fresh.rooms.value.length === COUNT - 1);
});
