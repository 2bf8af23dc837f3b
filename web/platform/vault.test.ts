import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { bunKeys } from "../client/bun-keys.ts";
import { openBunVault } from "../client/bun-vault.ts";
import { deviceKey, fromBase64, makeKeyPair, P256 } from "./device-key.ts";
import { openIdb } from "./idb.ts";
import { memoryVault } from "./memory.ts";
import type { Vault } from "./ports.ts";

const folder = mkdtempSync(join(tmpdir(), "beep-vault-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
Object.assign(globalThis, { IDBKeyRange });

let files = 0;
const factory = new IDBFactory();
const kinds: Record<string, { fresh(): () => Promise<Vault>; lasts: boolean }> = {
  memory: { fresh: () => async () => memoryVault(), lasts: false },
  IndexedDB: {
    fresh: () => {
      const name = `beep${files++}`;
      return async () => (await openIdb(factory, name)).vault;
    },
    lasts: true,
  },
  "bun:sqlite": {
    fresh: () => {
      const path = join(folder, `${files++}.db`);
      return async () => openBunVault(path);
    },
    lasts: true,
  },
};

for (const [name, { fresh, lasts }] of Object.entries(kinds))
  describe(`vault in ${name}`, () => {
    let open: () => Promise<Vault>;
    let vault: Vault;
    beforeEach(async () => {
      open = fresh();
      vault = await open();
    });
    const put = (key: string, value: unknown) => ({ table: "outbox" as const, key, value });

    test("gives back what was put, bytes included", async () => {
      const value = { at: 5, draft: Uint8Array.of(0, 1, 255), words: "سلام", none: null, list: [1, { x: true }] };
      await vault.write([put("a", value), { table: "pages", key: "p", value: Uint8Array.of(9, 8) }]);
      expect(await vault.get("outbox", "a")).toEqual(value);
      expect(await vault.get("pages", "p")).toEqual(Uint8Array.of(9, 8));
      expect(await vault.get("outbox", "b")).toBeUndefined();
      expect(await vault.get("pages", "a")).toBeUndefined();
    });

    test("lists by key, by prefix and by table", async () => {
      await vault.write([put("b.2", 2), put("a.1", 1), put("b.1", 3), { table: "meta", key: "b.0", value: 0 }]);
      expect(await vault.all("outbox")).toEqual([
        { key: "a.1", value: 1 },
        { key: "b.1", value: 3 },
        { key: "b.2", value: 2 },
      ]);
      expect((await vault.all("outbox", "b.")).map(({ key }) => key)).toEqual(["b.1", "b.2"]);
      expect(await vault.all("people")).toEqual([]);
    });

    test("the last write of a key stands; undefined removes it", async () => {
      await vault.write([put("a", 1), put("a", 2), put("b", 1), put("b", undefined)]);
      expect(await vault.all("outbox")).toEqual([{ key: "a", value: 2 }]);
      await vault.write([]);
      await vault.clear();
      expect(await vault.all("outbox")).toEqual([]);
    });

    test("writes settle in their order", async () => {
      const order: number[] = [];
      await Promise.all([1, 2, 3].map((n) => vault.write([put("a", n)]).then(() => order.push(n))));
      expect(order).toEqual([1, 2, 3]);
      expect(await vault.get("outbox", "a")).toBe(3);
    });

    if (!lasts) return;
    test("outlasts being closed", async () => {
      await vault.write([put("a", { draft: Uint8Array.of(1) })]);
      await vault.close();
      vault = await open();
      expect(await vault.all("outbox")).toEqual([{ key: "a", value: { draft: Uint8Array.of(1) } }]);
    });

    test("a write that fails leaves nothing of itself", async () => {
      const cyclic: Record<string, unknown> = { fine: 1, bad: () => {} };
      cyclic.self = cyclic;
      await expect(vault.write([put("a", 1), put("b", name === "IndexedDB" ? cyclic.bad : cyclic)])).rejects.toThrow();
      expect(await vault.all("outbox")).toEqual([]);
      await vault.write([put("c", 1)]);
      expect(await vault.all("outbox")).toHaveLength(1);
    });
  });

test("a second process is refused the same folder's vault", () => {
  const path = join(folder, "held.db");
  const held = openBunVault(path);
  const script = `import { openBunVault } from ${JSON.stringify(join(import.meta.dir, "../client/bun-vault.ts"))};
    try { openBunVault(${JSON.stringify(path)}); console.log("opened"); } catch (e) { console.log(e.message); }`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script]);
  expect(stdout.toString()).toContain("locked");
  return held.close();
});

test("the device's key signs what its public half verifies, is kept for its owner alone, and can be forgotten", async () => {
  const keys = bunKeys(join(folder, "home"));
  expect(await keys.load()).toBeUndefined();
  const made = await keys.create();
  const kept = await keys.load();
  expect(kept?.spki).toBe(made.spki);
  const signature = fromBase64((await kept?.sign("text")) ?? "");
  expect(signature).toHaveLength(64);
  const spki = await crypto.subtle.importKey("spki", fromBase64(made.spki), P256, true, ["verify"]);
  const sha = { name: "ECDSA", hash: "SHA-256" };
  expect(await crypto.subtle.verify(sha, spki, signature, new TextEncoder().encode("text"))).toBe(true);
  expect(statSync(join(folder, "home", "device.key")).mode & 0o777).toBe(0o600);
  await keys.forget();
  expect(await keys.load()).toBeUndefined();
});

test("a browser's key cannot be read", async () => {
  const pair = await makeKeyPair(false);
  await expect(crypto.subtle.exportKey("pkcs8", pair.privateKey)).rejects.toThrow();
  expect((await deviceKey(pair)).spki.length).toBeGreaterThan(100);
});
