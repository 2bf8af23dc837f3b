import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { openHouse } from "../../testing/house-under-test.ts";
import { AuditReading } from "./reading.ts";

const AYESHA = "a1".repeat(16);
const reader = { person: AYESHA, device: "d1".repeat(16) };

test("who reads or exports the log is in it before the answer goes out, with what was asked for", async () => {
  const house = openHouse();
  const reading = new AuditReading(house.store, () => house.wall.ms);
  await house.store.write(DIRECTORY_ROOM, (tx) => {
    tx.tables.audit.append({ kind: "revoked", by: { operator: "root" }, facts: { person: AYESHA } }, 5);
  });
  const { entries, size } = await reading.find(reader, { kind: "revoked", limit: 10 });
  expect([entries.map(({ n }) => n), size]).toEqual([[1], 2]);
  const { name, text } = await reading.export(reader, { order: "e5".repeat(16) });
  expect(name).toBe("audit-is-3.jsonl");
  expect(text.split("\n")).toHaveLength(6);
  const told = house.store.tables.audit.entries(2, 10).map(({ kind, by, facts }) => ({ kind, by, facts }));
  expect(told).toEqual([
    { kind: "read", by: reader, facts: { kind: "revoked", limit: 10, found: 1 } },
    { kind: "exported", by: reader, facts: { what: "audit", order: "e5".repeat(16) } },
  ]);
});

test("where the reading cannot be written down nothing is read", async () => {
  const house = openHouse();
  const reading = new AuditReading(house.store, () => house.wall.ms);
  await house.store.close();
  await expect(reading.find(reader, { limit: 1 })).rejects.toThrow("stopping");
});
