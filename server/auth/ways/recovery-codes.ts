import { randomBytes } from "node:crypto";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import { inGroups, lettersOf, mintLetters } from "../../domain/enrolment/code.ts";
import type { Arrivals } from "./arrivals.ts";
import { personNamed } from "./names.ts";
import type { Actor } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import type { SlowHash } from "./slow-hash.ts";

const CODES = 10;
/** 49 bits */
const LETTERS = 10;

/** Ten codes on paper, good once each, for who has lost everything else. */
export class RecoveryCodes {
  constructor(
    private readonly arrivals: Arrivals,
    private readonly secrets: Secrets,
    private readonly slow: SlowHash,
  ) {}

  /** Ten new ones in place of all former ones; only their hashes are kept. */
  async make(who: Actor): Promise<string[]> {
    this.arrivals.mayMake(who);
    const codes = Array.from({ length: CODES }, () => inGroups(mintLetters(LETTERS)));
    const salt = randomBytes(16).toString("hex");
    const hashes: string[] = [];
    for (const code of codes) hashes.push(await this.hash(code, salt));
    await this.arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      tx.tables.credentials.putRecovery(who.person, hashes);
      this.arrivals.changed(tx, who, { way: "recovery", did: "made", codes: CODES });
    });
    return codes;
  }

  /**
   * Spends a code: whose it was, and how many are left. 49 bits cannot be guessed at the rates that addresses are held
   * to, so wrong ones shut nobody out: an enemy could do that to people who have nothing but their codes.
   */
  async prove(
    typed: { name: string; code: string },
    address: string,
  ): Promise<{ person: PersonId; left: number } | undefined> {
    const { arrivals } = this;
    const person = personNamed(arrivals, typed.name);
    const [salt = ""] = person ? (arrivals.store.tables.credentials.recovery(person.id)[0]?.split("$") ?? []) : [];
    const hash = await this.hash(typed.code, salt || "nobody's");
    return arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      const { credentials } = tx.tables;
      const active = person && arrivals.active(person.id);
      if (active && credentials.takeRecovery(active.id, hash))
        return { person: active.id, left: credentials.recovery(active.id).length };
      arrivals.refused(tx, "recovery", address, { person: person?.id ?? null, why: "wrong" });
      return undefined;
    });
  }

  private async hash(code: string, salt: string): Promise<string> {
    return `${salt}$${await this.slow.derive(this.secrets.pepper(lettersOf(code)), salt)}`;
  }
}
