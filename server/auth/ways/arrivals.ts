import type { AuditFacts } from "#protocol/audit";
import type { Person } from "#protocol/directory";
import type { Enrolled } from "#protocol/enrol";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../../domain/clock.ts";
import { AppError } from "../../domain/error.ts";
import type { Tx } from "../../domain/ports.ts";
import type { Admission, Actor, Comer, Way, WaysStore } from "./ports.ts";
import { Sparing } from "./sparing.ts";

/** Where all ways end: a device comes in, or somebody was refused, and the audit log tells of it. */
export class Arrivals {
  private readonly sparing: Sparing;
  private readonly making: Sparing;

  constructor(
    readonly store: WaysStore,
    private readonly admission: Admission,
    readonly now: Now,
  ) {
    this.sparing = new Sparing(now);
    this.making = new Sparing(now);
  }

  /** Somebody whom this province may let in: its own, and active. */
  active(id: PersonId): Person | undefined {
    const person = this.store.person(id);
    return person?.province === this.store.province && (person.state ?? "active") === "active" ? person : undefined;
  }

  /** Whoever proved who they are comes in. @throws AppError forbidden, conflict, as `Admission.admit` says */
  enter(person: PersonId, way: Way, comer: Comer, address: string, facts: AuditFacts = {}): Promise<Enrolled> {
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const enrolled = this.admission.admit(tx, person, comer, way, address);
      const by = { person, device: enrolled.device };
      tx.tables.audit.append({ kind: "sign-in", by, facts: { way, address, ...facts } }, this.now());
      return enrolled;
    });
  }

  /**
   * Written down ten times, then once a minute, for each address: not for each person, so that the writing takes the
   * same time whether or not a name belongs to somebody.
   * @param facts what is known inside alone: whose name it was, and why
   */
  refused(tx: Tx, way: Way, address: string, facts: AuditFacts): void {
    if (!this.sparing.allows(address)) return;
    const by = { node: this.store.province };
    tx.tables.audit.append({ kind: "sign-in-refused", by, facts: { way, address, ...facts } }, this.now());
  }

  /** A way was made, changed or given up by its owner. */
  changed(tx: Tx, { person, device, address }: Actor, facts: AuditFacts): void {
    tx.tables.audit.append({ kind: "credential", by: { person, device }, facts: { ...facts, address } }, this.now());
  }

  /** Slow hashes are for everybody: nobody who is inside keeps them busy. @throws AppError wait */
  mayMake({ person }: Actor): void {
    if (!this.making.allows(person))
      throw new AppError("wait", "You made many of these. Wait a minute.", { retryAfter: 60_000 });
  }
}
