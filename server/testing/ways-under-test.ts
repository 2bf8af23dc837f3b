import { Secret, TOTP } from "otpauth";
import type { AuditEntry } from "#protocol/audit";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { SelfAnswer } from "#protocol/self";
import { BoundedHash, type SlowHash } from "../auth/ways/slow-hash.ts";
import { Ways, type WaysOptions } from "../auth/ways/ways.ts";
import { Entrance } from "../domain/enrolment/entrance.ts";
import { openHouse } from "./house-under-test.ts";
import { SoftwarePasskey } from "./software-passkey.ts";

export const ORIGIN = "https://beep.example.pk";

/** Counts what is done, and does it. */
class CountedHash implements SlowHash {
  private readonly real = new BoundedHash();
  readonly done = { hash: 0, matches: 0, derive: 0 };

  hash(text: string) {
    this.done.hash++;
    return this.real.hash(text);
  }
  matches(text: string, hash: string) {
    this.done.matches++;
    return this.real.matches(text, hash);
  }
  derive(text: string, salt: string) {
    this.done.derive++;
    return this.real.derive(text, salt);
  }
}

/** The code that an authenticator with this secret shows at a moment. */
export const codeAt = (secret: string, ms: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ms });

let keys = 0;
export const comer = () => ({ key: `key ${++keys}`, label: "New browser" });

/** Ways of signing in over the house's store, with people who are inside. */
export function openWays(over: Partial<WaysOptions> = {}) {
  const house = openHouse();
  const { store, wall } = house;
  const now = () => wall.ms;
  const slow = new CountedHash();
  const entrance = new Entrance(store, house.directory, now);
  const ways = new Ways({ store, entrance, now, nodes: () => [ORIGIN], slow, ...over });
  const actor = (person: Person) => ({ person: person.id, device: person.id, address: "10.0.0.1" });
  const made = {
    ...{ house, store, wall, ways, slow, actor },
    /** A person with one device, a personal number, e-mail and mobile. */
    async person(name: string, number: string, more: Partial<Person> = {}): Promise<Person> {
      const id = await house.enter("is", name);
      const contact = { email: `${name.toLowerCase()}@example.pk`, mobile: `+92300${number.padStart(7, "5")}` };
      const person = { ...(store.person(id) as Person), number, contact, ...more };
      await store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(person));
      return person;
    },
    async passkey(person: Person, label = "Phone"): Promise<SoftwarePasskey> {
      const passkey = new SoftwarePasskey(ORIGIN);
      const { options } = (await ways.act(actor(person), { do: "passkey" })) as SelfAnswer & { answer: "passkey" };
      await ways.act(actor(person), { do: "passkey-made", response: passkey.create(options), label });
      return passkey;
    },
    /** @returns the authenticator's secret */
    async pin(person: Person, pin: string): Promise<string> {
      const { secret } = (await ways.act(actor(person), { do: "pin" })) as SelfAnswer & { answer: "pin" };
      await ways.act(actor(person), { do: "pin-made", pin, totp: codeAt(secret, wall.ms) });
      // The first code is used by that.
      wall.ms += 30_000;
      return secret;
    },
    audit: (kind: string): AuditEntry[] =>
      store.tables.audit.entries(1, 500).filter((entry: AuditEntry) => entry.kind === kind),
  };
  return made;
}

/** Code and words of a refusal; all that somebody outside learns. */
export const refusedAs = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "let in",
    (error: { code?: string; message: string; options?: unknown }) =>
      JSON.stringify([error.code ?? "not an AppError", error.message, error.options]),
  );
