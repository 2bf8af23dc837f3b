import { randomBytes } from "node:crypto";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Pin } from "../../domain/enrolment/ports.ts";
import { AppError } from "../../domain/error.ts";
import type { Tx } from "../../domain/ports.ts";
import type { Arrivals } from "./arrivals.ts";
import { oneMore } from "./misses.ts";
import { personNamed } from "./names.ts";
import { Pending } from "./pending.ts";
import { pinFault, plainDigits } from "./pin-rules.ts";
import type { Actor } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import type { SlowHash } from "./slow-hash.ts";
import { newTotpSecret, totpCard, totpStep } from "./totp.ts";

/** How long one has to copy the secret into an authenticator and come back with its first code. */
const MAKING_MS = 15 * 60_000;
/** Whose row a refusal writes where the name is nobody's. */
const NOBODY: PersonId = "";
const NO_SECRET = new Uint8Array(20);

/** PIN and authenticator, for browsers without passkeys. */
export class Pins {
  private readonly making: Pending<Uint8Array>;

  private constructor(
    private readonly arrivals: Arrivals,
    private readonly secrets: Secrets,
    private readonly slow: SlowHash,
    /** what is compared with where there is nothing to compare with */
    private readonly nothing: Pin,
  ) {
    this.making = new Pending(arrivals.now, MAKING_MS);
  }

  static async open(arrivals: Arrivals, secrets: Secrets, slow: SlowHash): Promise<Pins> {
    const hash = await slow.hash(randomBytes(16).toString("hex"));
    const secret = secrets.seal(NOBODY, newTotpSecret());
    return new Pins(arrivals, secrets, slow, { person: NOBODY, hash, secret, step: 0, made: 0 });
  }

  /** Begins one: the secret counts once a first code of it has come back. */
  begin({ person }: Actor, label: string): { uri: string; secret: string } {
    const secret = newTotpSecret();
    this.making.put(person, secret);
    return totpCard(secret, label);
  }

  /** @throws AppError conflict (nothing was begun), fix (the PIN will not do, the code is wrong) */
  async made(who: Actor, person: Person, typed: { pin: string; totp: string }): Promise<void> {
    const { arrivals } = this;
    const secret = this.making.see(who.person);
    if (!secret) throw new AppError("conflict", "This took too long. Begin again with a new secret.");
    const { number = "", contact: { mobile = "", office = "" } = {} } = person;
    const pin = plainDigits(typed.pin);
    const fault = pinFault(pin, [number, mobile, office]);
    if (fault) throw new AppError("fix", fault);
    const step = totpStep(secret, plainDigits(typed.totp), arrivals.now());
    if (step === null)
      throw new AppError(
        "fix",
        "The authenticator's code is not right. Wait for the next one, and see that its clock is.",
      );
    arrivals.mayMake(who);
    const hash = await this.slow.hash(this.secrets.pepper(pin));
    const sealed = this.secrets.seal(who.person, secret);
    await arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      const { credentials } = tx.tables;
      const did = credentials.pin(who.person) ? "changed" : "made";
      credentials.putPin({ person: who.person, hash, secret: sealed, step, made: arrivals.now() });
      credentials.dropMisses(who.person);
      arrivals.changed(tx, who, { way: "pin", did });
    });
    this.making.take(who.person);
  }

  /**
   * Who it is, if PIN and code are theirs, now, and not used before; undefined else. The work is the same whatever is
   * wrong: names, hash and code are looked at alike, and one commit writes one row.
   */
  prove(typed: { name: string; pin: string; totp: string }, address: string): Promise<PersonId | undefined> {
    return this.compare(personNamed(this.arrivals, typed.name), typed, address);
  }

  /** Of somebody who is inside, and is asked once more. Wrong ones count in the same row. */
  async proveOf(person: PersonId, typed: { pin: string; totp: string }, address: string): Promise<boolean> {
    return (await this.compare(this.arrivals.active(person), typed, address)) === person;
  }

  private async compare(
    person: Person | undefined,
    typed: { pin: string; totp: string },
    address: string,
  ): Promise<PersonId | undefined> {
    const { arrivals, secrets } = this;
    const kept = (person && arrivals.store.tables.credentials.pin(person.id)) ?? this.nothing;
    const right = await this.slow.matches(secrets.pepper(plainDigits(typed.pin)), kept.hash);
    const secret = secrets.unseal(kept.person, kept.secret);
    const step = totpStep(secret ?? NO_SECRET, plainDigits(typed.totp), arrivals.now());
    const proof = { kept, step: right && secret ? step : null, why: secret ? "wrong" : "pepper" };
    return arrivals.store.write(DIRECTORY_ROOM, (tx) => this.judge(tx, person, proof, address));
  }

  /** Inside one transaction, one attempt behind another: guesses sent all at once are counted as those sent in a row. */
  private judge(
    tx: Tx,
    person: Person | undefined,
    { kept, step, why }: { kept: Pin; step: number | null; why: string },
    address: string,
  ): PersonId | undefined {
    const { credentials } = tx.tables;
    const { now, active } = { now: this.arrivals.now(), active: person && this.arrivals.active(person.id) };
    const id = person?.id ?? NOBODY;
    const misses = credentials.misses(id);
    const locked = (misses?.until ?? 0) > now;
    const fresh = credentials.pin(id);
    const sound = active && fresh?.hash === kept.hash && step !== null && step > fresh.step;
    if (sound && !locked) {
      credentials.putPin({ ...fresh, step });
      credentials.dropMisses(id);
      return id;
    }
    // While the wait lasts nothing is counted, or whoever guesses on could make it last for ever.
    const next = locked && misses ? misses : oneMore(misses, now);
    credentials.putMisses(id, next);
    const facts = { person: person?.id ?? null, misses: next.count, until: next.until || null };
    this.arrivals.refused(tx, "pin", address, { ...facts, why: locked ? "locked" : why });
    return undefined;
  }
}
