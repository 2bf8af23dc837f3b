import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "bun:sqlite";
import { type AuditDraft, auditText } from "#protocol/audit";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { NO_HASH } from "../domain/audit/ports.ts";
import { openStore } from "./open.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function open() {
  const folder = mkdtempSync(join(tmpdir(), "beep-audit-"));
  folders.push(folder);
  return { folder, store: openStore({ folder, province: "is" }) };
}
const AYESHA = "a1".repeat(16);
const FARHAN = "f2".repeat(16);
const signIn = (person = AYESHA, facts: AuditDraft["facts"] = {}): AuditDraft => ({
  kind: "sign-in",
  by: { person, device: person },
  facts,
});
const sha256 = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex");

test("entries are dense from 1 and each hash takes the one before in; what is rolled back leaves nothing (R110)", async () => {
  const { store } = open();
  await store.write(DIRECTORY_ROOM, (tx) => tx.tables.audit.append(signIn(), 10));
  const failing = store.write(DIRECTORY_ROOM, (tx) => {
    tx.tables.audit.append(signIn(FARHAN), 11);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await store.write(DIRECTORY_ROOM, (tx) => tx.tables.audit.append({ ...signIn(), kind: "linked" }, 12));
  const entries = store.tables.audit.entries(1, 10);
  expect(entries.map(({ n, at, kind }) => [n, at, kind])).toEqual([
    [1, 10, "sign-in"],
    [2, 12, "linked"],
  ]);
  expect(entries[0]?.hash).toBe(sha256(auditText(entries[0] as (typeof entries)[0], NO_HASH)));
  expect(entries[1]?.hash).toBe(sha256(auditText(entries[1] as (typeof entries)[0], entries[0]?.hash as string)));
  await store.close();
});

test("entries are found by kind, by who did it or whom it is about, by time and by words, page by page", async () => {
  const { store } = open();
  await store.write(DIRECTORY_ROOM, (tx) => {
    for (let i = 1; i <= 100; i++) {
      const draft = signIn(i % 10 === 0 ? FARHAN : AYESHA, { address: `10.0.0.${i}` });
      tx.tables.audit.append(
        i === 55 ? { kind: "revoked", by: { operator: "Root" }, facts: { person: FARHAN } } : draft,
        i * 1000,
      );
    }
  });
  const ns = (find: Partial<Parameters<typeof store.tables.audit.find>[0]>) => {
    const { entries, next } = store.tables.audit.find({ limit: 5, ...find });
    return { ns: entries.map(({ n }) => n), next };
  };
  expect(ns({})).toEqual({ ns: [100, 99, 98, 97, 96], next: 96 });
  expect(ns({ before: 3 })).toEqual({ ns: [2, 1], next: undefined });
  expect(ns({ kind: "revoked" })).toEqual({ ns: [55], next: undefined });
  expect(ns({ person: FARHAN })).toEqual({ ns: [100, 90, 80, 70, 60], next: 60 });
  expect(ns({ person: FARHAN, before: 60 })).toEqual({ ns: [55, 50, 40, 30, 20], next: 20 });
  expect(ns({ from: 41_000, to: 43_000 })).toEqual({ ns: [43, 42, 41], next: undefined });
  expect(ns({ text: "ROOT" })).toEqual({ ns: [55], next: undefined });
  expect(ns({ text: "10.0.0.7", kind: "sign-in" }).ns).toEqual([79, 78, 77, 76, 75]);
  await store.close();
});

test("the table refuses to be changed, also by a replacing insert", async () => {
  const { store, folder } = open();
  await store.write(DIRECTORY_ROOM, (tx) => {
    tx.tables.audit.append(signIn(), 1);
    tx.tables.audit.append(signIn(), 2);
  });
  await store.close();
  const db = new Database(join(folder, "directory.db"));
  expect(() => db.run("UPDATE audit SET at = 5")).toThrow("never changed");
  expect(() => db.run("DELETE FROM audit WHERE n = 2")).toThrow("Nothing is removed");
  expect(() => db.run("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE n = 1")).toThrow("only ever continued");
  expect(() => db.run("INSERT INTO audit SELECT 9, at, kind, by, facts, hash FROM audit WHERE n = 1")).toThrow();
  db.close(true);
});

test("8,000 sign-ins in group commits take no more than a few seconds, and one seal a commit (R116)", async () => {
  const { store } = open();
  let signed = 0;
  store.tables.audit.sealWith({ sign: () => `${++signed}`, holds: () => true });
  const writes = Array.from({ length: 8000 }, (_, i) =>
    store.write(DIRECTORY_ROOM, (tx) => tx.tables.audit.append(signIn(AYESHA, { address: "10.1.2.3" }), i).n),
  );
  expect((await Promise.all(writes)).at(-1)).toBe(8000);
  expect(signed).toBeLessThan(100);
  expect(store.tables.audit.seals()).toMatchObject([{ size: 8000, signature: `${signed}` }]);
  await store.close();
});

test("a state that nobody sealed is not sealed by going on from it", async () => {
  const { store, folder } = open();
  const sealer = {
    sign: ({ size }: { size: number }) => `seal ${size}`,
    holds: (_: unknown, text: string) => text.startsWith("seal"),
  };
  store.tables.audit.sealWith(sealer);
  for (const at of [1, 2, 3]) await store.write(DIRECTORY_ROOM, (tx) => tx.tables.audit.append(signIn(), at));
  expect(store.tables.audit.seals()).toMatchObject([{ size: 3, signature: "seal 3" }]);
  await store.close();
  const db = new Database(join(folder, "directory.db"));
  db.run("DROP TRIGGER audit_delete");
  db.run("DELETE FROM audit WHERE n = 3");
  db.close(true);
  const again = openStore({ folder, province: "is" });
  again.tables.audit.sealWith(sealer);
  await again.write(DIRECTORY_ROOM, (tx) => tx.tables.audit.append(signIn(), 4));
  expect(again.tables.audit.seals()).toHaveLength(2);
  await again.close();
});
