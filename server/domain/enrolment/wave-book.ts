import type { WaveStatus } from "#protocol/admin";
import type { Person, UnitId, Wave } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Store } from "../ports.ts";
import { type Candidate, includes, type Readings, stateOf } from "./waves.ts";

/** A node of which nothing bad is known: for commands that work beside one. */
const CALM: Readings = {
  failedPart: () => 0,
  signInP99Ms: () => 0,
  diskFree: () => Number.POSITIVE_INFINITY,
};

/** Whether somebody may come in now, under which wave (null: the province has none), or when their wave opens. */
export type May = { may: true; wave: Wave | null } | { may: false; opens: number | null };

/** `inside`: only where there is a quota */
type Standing = { wave: Wave; state: WaveStatus["state"]; why: string[]; inside: number };

/** How often waves are looked at for the audit log, in milliseconds. */
const LOOK_MS = 10_000;
const PAGE = 200;

/** The province's waves as they stand, and whom they let in. */
export class WaveBook {
  private looking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly store: Store,
    private readonly now: Now,
    private readonly readings: Readings = CALM,
  ) {}

  /** Every ten seconds what has changed goes into the audit log. */
  start(failed: (error: unknown) => void): void {
    this.looking = setInterval(() => void this.look().catch(failed), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.looking);
  }

  /** Writes into the audit log which waves stand otherwise than when they were last looked at. */
  async look(): Promise<void> {
    const { invitations } = this.store.tables;
    const changed = this.standing().filter(({ wave, state }) => invitations.waveState(wave.id) !== state);
    if (changed.length === 0) return;
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      for (const { wave, state, why } of changed) {
        const inside = invitations.insideWave(wave.id);
        const before = tx.tables.invitations.waveState(wave.id) ?? null;
        tx.tables.invitations.setWaveState(wave.id, state);
        const facts = { wave: wave.id, name: wave.name.en, before, state, inside, why: why.join(" ").slice(0, 300) };
        tx.tables.audit.append({ kind: "wave", by: { node: this.store.province }, facts }, this.now());
      }
    });
  }

  mayEnter(person: Person): May {
    const standing = this.standing();
    if (standing.length === 0) return { may: true, wave: null };
    const candidate = this.candidate(person);
    const mine = standing.filter(({ wave }) => includes(wave, candidate));
    const open = mine.find(({ state }) => state === "open");
    if (open) return { may: true, wave: open.wave };
    const dates = mine.filter(({ state }) => state === "planned").map(({ wave }) => wave.opens);
    return { may: false, opens: dates.length > 0 ? Math.min(...dates) : null };
  }

  /** The public may apply: a public wave is open and not every place is spoken for. */
  publicOpen(): boolean {
    const applied = this.store.tables.invitations.countApplicants();
    return this.standing().some(
      ({ wave, state, inside }) =>
        wave.who.kind === "public" && state === "open" && (wave.quota === null || inside + applied < wave.quota),
    );
  }

  /** For administrators: with how many are inside and how many hold an open invitation. */
  async statuses(): Promise<WaveStatus[]> {
    const standing = this.standing();
    const invited = await this.invited(standing.map(({ wave }) => wave));
    return standing.map(({ wave, state, why }) => ({
      wave,
      state,
      why,
      inside: this.store.tables.invitations.insideWave(wave.id),
      invited: invited.get(wave.id) ?? 0,
    }));
  }

  private standing(): Standing[] {
    const { offices, invitations } = this.store.tables;
    const standing: Standing[] = [];
    for (const wave of offices.waves(this.store.province)) {
      // Counting takes its time where many came in: only a quota needs it here.
      const inside = wave.quota === null ? 0 : invitations.insideWave(wave.id);
      const earlier = standing.filter((other) => other.wave.place < wave.place);
      standing.push({ wave, inside, ...stateOf(wave, this.readings, inside, this.now(), earlier) });
    }
    return standing;
  }

  /** Counted in slices: others have their turn between them, however many are invited. */
  private async invited(waves: readonly Wave[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    const { invitations } = this.store.tables;
    const seen = new Set<PersonId>();
    let after: string | undefined;
    do {
      const where = { state: "open" as const, limit: PAGE, now: this.now(), ...(after && { after }) };
      const page = invitations.invitations(where);
      for (const { person } of page) {
        const known = seen.has(person) ? undefined : this.store.person(person);
        seen.add(person);
        if (!known) continue;
        const candidate = this.candidate(known);
        for (const wave of waves) if (includes(wave, candidate)) counts.set(wave.id, (counts.get(wave.id) ?? 0) + 1);
      }
      after = page.length === PAGE ? page.at(-1)?.id : undefined;
      if (after) await new Promise((resolve) => setImmediate(resolve));
    } while (after);
    return counts;
  }

  private candidate(person: Person): Candidate {
    const { offices } = this.store.tables;
    const charges = offices.chargesOf(person.id).filter(({ cancelled }) => !cancelled);
    const now = this.now();
    const held = charges.filter(({ from, to }) => from <= now && (to === null || now < to));
    const units = new Set<UnitId>();
    const own = person.unitId !== undefined ? [person.unitId] : held.map(({ post }) => offices.post(post)?.unit);
    for (const unit of own)
      for (let at = unit ?? null; at !== null && !units.has(at); at = offices.unit(at)?.parent ?? null) units.add(at);
    return { person, charges, units };
  }
}
