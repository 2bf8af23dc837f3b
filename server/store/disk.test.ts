import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";
import { at, draft, ROOM } from "../testing/store-contract/material.ts";
import { openStore } from "./open.ts";
import { RESERVE_BYTES } from "./reserve.ts";
import { verifyFile } from "./verify.ts";

// Every commit waits for the disk, and a busy one takes its time.

const folder = mkdtempSync(join(tmpdir(), "beep-full-"));
const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
const able = mounted.exitCode === 0;
if (!able) console.warn(`full disk: not tested, this machine does not let us mount a small disk (${mounted.stderr})`);

afterAll(() => {
  if (able) Bun.spawnSync(["umount", "-l", folder]);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!able)("a full disk", () => {
  test("refuses writes with `wait`, keeps what was acknowledged, reads on, and recovers", async () => {
    let clock = 0;
    const alarms: string[] = [];
    const data = join(folder, "data");
    const store = openStore({ folder: data, province: "is", now: () => clock, onAlarm: (text) => alarms.push(text) });
    const text = "x".repeat(30_000);
    const acked: number[] = [];
    const say = () => store.write(ROOM, (tx) => tx.append(draft({ text }), at(acked.length), ["pb"]).n);
    let refusal: unknown;
    for (let i = 0; i < 3000 && !refusal; i++) {
      const outcomes = await Promise.allSettled([say(), say(), say()]);
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") acked.push(outcome.value);
        else refusal = outcome.reason;
      }
    }
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: "wait", message: expect.stringContaining("disk is full") });
    expect(alarms).toHaveLength(1);
    expect(acked.length).toBeGreaterThan(100);

    // Nothing acknowledged is missing, nothing refused is there, in memory or on disk.
    const head = store.heads(ROOM).get(store.origin);
    expect(head?.n).toBe(acked.length);
    expect(store.range(ROOM, store.origin, 0, 1e6, 1e9)).toHaveLength(acked.length);
    expect(store.waiting()).toEqual({ pb: acked.length });

    // The operator has the reserve to work with.
    expect(statSync(join(data, "reserve"), { throwIfNoEntry: false })).toBeUndefined();
    writeFileSync(join(folder, "scratch"), new Uint8Array(1_000_000));

    await expect(say()).rejects.toMatchObject({ code: "wait" });
    Bun.spawnSync(["mount", "-o", "remount,size=128m", folder]);
    await expect(say()).rejects.toMatchObject({ code: "wait" });
    clock += 1001;
    expect(await say()).toBe(acked.length + 1);
    expect(statSync(join(data, "reserve")).size).toBe(RESERVE_BYTES);
    expect(alarms).toHaveLength(2);
    await store.close();
    expect(verifyFile(join(data, "shard-00.db"))).toBeUndefined();
  });
});
