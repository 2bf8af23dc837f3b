import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditDraft, AuditKind } from "#protocol/audit";
import { DIRECTORY_ROOM, type Province } from "#protocol/ids";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { AuditHeads } from "../domain/audit/heads.ts";
import { openStore } from "../store/open.ts";
import { Provinces } from "./adversary/provinces.ts";

/** Three provinces on real disks, each with its log's heads and its eye on the others'. */
export class AuditProvinces {
  readonly heads = new Map<Province, AuditHeads>();
  readonly alarms: { by: Province; what: string; province: unknown; why: unknown }[] = [];

  private constructor(
    readonly root: string,
    readonly provinces: Provinces,
  ) {}

  static async open(): Promise<AuditProvinces> {
    const root = mkdtempSync(join(tmpdir(), "beep-audit-"));
    const all = new AuditProvinces(
      root,
      await Provinces.open((province) => openStore({ folder: join(root, province), province })),
    );
    for (const code of all.provinces.members.keys()) all.watch(code);
    await all.provinces.quiet();
    return all;
  }

  folder(code: Province): string {
    return join(this.root, code);
  }

  private watch(code: Province): void {
    const { store, directory } = this.provinces.at(code);
    const heads = new AuditHeads({
      ...{ store, directory, signer: openSigner(store.secrets), verify: verifyNow, now: () => this.provinces.time },
      alarm: (what, details) =>
        this.alarms.push({ by: code, what, province: details?.province ?? null, why: details?.why ?? null }),
    });
    heads.start();
    this.heads.set(code, heads);
  }

  /** Entries of one province, as one commit. */
  async write(code: Province, count: number, kind: AuditKind = "sign-in"): Promise<void> {
    const person = this.provinces.of(code);
    const { store } = this.provinces.at(code);
    await store.write(DIRECTORY_ROOM, (tx) => {
      for (let i = 0; i < count; i++) {
        const draft: AuditDraft = { kind, by: { person, device: person }, facts: { address: `10.0.0.${i}`, person } };
        tx.tables.audit.append(draft, this.provinces.time++);
      }
    });
  }

  async publish(code: Province): Promise<void> {
    await this.heads.get(code)?.publish();
    await this.provinces.quiet();
  }

  /** Stops a province's node; its folder may be looked at and altered by hand. */
  async stop(code: Province): Promise<void> {
    await this.heads.get(code)?.stop();
    await this.provinces.at(code).stop();
    await this.provinces.at(code).store.close();
  }

  /** Starts it again on the folder as it now is. */
  async start(code: Province): Promise<void> {
    await this.provinces.replace(code, openStore({ folder: this.folder(code), province: code }));
    this.watch(code);
    await this.provinces.quiet();
  }

  async close(): Promise<void> {
    for (const code of [...this.heads.keys()]) await this.stop(code);
    rmSync(this.root, { recursive: true, force: true });
  }
}
