import type { ChangeProof } from "#protocol/change";
import type { Door, Enrolled } from "#protocol/enrol";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import type { Now } from "../../domain/clock.ts";
import { AppError } from "../../domain/error.ts";
import type { OidcSettings } from "../../oidc.ts";
import { Accounts } from "./accounts.ts";
import { Arrivals } from "./arrivals.ts";
import { Passkeys } from "./passkeys.ts";
import { Pins } from "./pins.ts";
import type { Actor, Admission, Comer, Way, WaysStore } from "./ports.ts";
import { RecoveryCodes } from "./recovery-codes.ts";
import { Secrets } from "./secrets.ts";
import { siteOf } from "./site.ts";
import { BoundedHash, type SlowHash } from "./slow-hash.ts";

type WaysAct = Extract<
  SelfAct,
  { do: "ways" | "passkey" | "passkey-made" | "pin" | "pin-made" | "recovery" | "forget" }
>;

export interface WaysOptions {
  store: WaysStore;
  entrance: Admission;
  /** milliseconds since 1970 */
  now: Now;
  /** origins of this province's own nodes, as browsers see them */
  nodes: () => readonly string[];
  /** of the operator, kept outside the folder; empty: none */
  pepper?: string;
  oidc?: OidcSettings | undefined;
  slow?: SlowHash;
}

/** The one refusal of each way: nobody learns whether a name, a PIN, a code or a wait was what stood in the way. */
const REFUSED: Record<Way, string> = {
  passkey: "This passkey was not recognised. Use another way, or ask for a new invitation.",
  pin: "Name, PIN and code do not fit together, or were wrong too often. Wait for a new code, or use another way.",
  recovery: "Name and recovery code do not fit together. Each code is good once.",
  oidc: "This account could not be let in. Begin again, or use another way.",
};

/** What rests on the folder's keys: opened at first use, as it may have to make them. */
interface Sealed {
  pins: Pins;
  codes: RecoveryCodes;
  accounts: Accounts | undefined;
}

/** Ways of signing in: how people make them, and how each lets a new device in. */
export class Ways {
  private readonly arrivals: Arrivals;
  private readonly passkeys: Passkeys;
  private opened: Promise<Sealed> | undefined;

  constructor(private readonly options: WaysOptions) {
    const { store, entrance, now, nodes } = options;
    this.arrivals = new Arrivals(store, entrance, now);
    this.passkeys = new Passkeys(this.arrivals, () => siteOf(nodes()));
  }

  door(): Pick<Door, "passkey" | "pin" | "oidc"> {
    return { passkey: this.passkeys.offered, pin: true, oidc: this.options.oidc?.name ?? null };
  }

  /** Has a passkey, or a PIN with an authenticator. */
  secured(person: PersonId): boolean {
    const { credentials } = this.arrivals.store.tables;
    return credentials.passkeysOf(person).length > 0 || credentials.pin(person) !== undefined;
  }

  /** What a signed-in person does about their own ways. @throws AppError elsewhere, fix, conflict, wait */
  async act(who: Actor, act: WaysAct): Promise<SelfAnswer> {
    const person = this.arrivals.active(who.person);
    if (!person) throw new AppError("elsewhere", "Ways of signing in are kept in your own province. Do this there.");
    switch (act.do) {
      case "ways":
        return this.list(who.person);
      case "passkey":
        return { answer: "passkey", options: await this.passkeys.begin(who, person) };
      case "passkey-made":
        await this.passkeys.made(who, act.response, act.label);
        return { answer: "done" };
      case "pin":
        return { answer: "pin", ...(await this.sealed()).pins.begin(who, person.name.en || person.name.ur) };
      case "pin-made":
        await (await this.sealed()).pins.made(who, person, act);
        return { answer: "done" };
      case "recovery":
        return { answer: "recovery", codes: await (await this.sealed()).codes.make(who) };
      case "forget":
        return this.forget(who, act.way);
    }
  }

  /** With what of theirs the person can prove that a change is theirs. */
  async asks({
    person,
  }: Actor): Promise<{ asks: ("passkey" | "pin")[]; passkey?: Awaited<ReturnType<Ways["passkey"]>> }> {
    const { credentials } = this.arrivals.store.tables;
    const passkey = this.passkeys.offered && credentials.passkeysOf(person).length > 0;
    const pin = credentials.pin(person) !== undefined;
    return {
      asks: [...(passkey ? (["passkey"] as const) : []), ...(pin ? (["pin"] as const) : [])],
      ...(passkey && { passkey: await this.passkeys.ask() }),
    };
  }

  async proves({ person, address }: Actor, { passkey, pin }: Pick<ChangeProof, "passkey" | "pin">): Promise<boolean> {
    if (passkey) {
      const found = await this.passkeys.prove(passkey.session, readJson(passkey.response), address);
      return found?.person === person;
    }
    return pin !== undefined && (await (await this.sealed()).pins.proveOf(person, pin, address));
  }

  passkey(): Promise<{ session: string; options: unknown }> {
    return this.passkeys.ask();
  }

  /** @throws AppError forbidden (alike, whatever is wrong; with `opens` outside the wave), conflict (too many devices) */
  async passkeyIn(given: { session: string; response: string }, comer: Comer, address: string): Promise<Enrolled> {
    const found = await this.passkeys.prove(given.session, readJson(given.response), address);
    return this.enter("passkey", found?.person, comer, address, found && { passkey: found.id });
  }

  /** @throws as `passkeyIn`, and AppError wait while too many guesses wait */
  async pinIn(given: { name: string; pin: string; totp: string }, comer: Comer, address: string): Promise<Enrolled> {
    const { pins } = await this.sealed();
    return this.enter("pin", await pins.prove(given, address), comer, address);
  }

  /** @throws as `pinIn` */
  async recoveryIn(given: { name: string; code: string }, comer: Comer, address: string): Promise<Enrolled> {
    const { codes } = await this.sealed();
    const found = await codes.prove(given, address);
    const enrolled = await this.enter("recovery", found?.person, comer, address, found && { left: found.left });
    return { ...enrolled, recovery: found?.left ?? 0 };
  }

  /** @throws AppError fix (not offered), elsewhere (a page of another province), wait (the issuer cannot be reached) */
  async oidc(keep: string, page: string | null): Promise<{ url: string }> {
    const { accounts } = await this.sealed();
    if (!accounts) throw new AppError("fix", "This node takes no such account.");
    return accounts.begin(keep, page);
  }

  /** The session with which the page goes on; undefined where none was begun here. */
  async oidcBack(search: string, address: string): Promise<string | undefined> {
    return (await this.sealed()).accounts?.back(search, address);
  }

  /** @throws as `passkeyIn` */
  async oidcIn(given: { session: string; keep: string }, comer: Comer, address: string): Promise<Enrolled> {
    const { accounts } = await this.sealed();
    return this.enter("oidc", await accounts?.prove(given.session, given.keep, address), comer, address);
  }

  private sealed(): Promise<Sealed> {
    this.opened ??= this.unlock().catch((error) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async unlock(): Promise<Sealed> {
    const { arrivals } = this;
    const { nodes, oidc, pepper = "", slow = new BoundedHash() } = this.options;
    const secrets = await Secrets.open(arrivals.store, pepper);
    const pages = () => [...new Set([...(siteOf(nodes())?.origins ?? []), ...nodes()])];
    return {
      pins: await Pins.open(arrivals, secrets, slow),
      codes: new RecoveryCodes(arrivals, secrets, slow),
      accounts: oidc && new Accounts(arrivals, secrets, oidc, pages),
    };
  }

  private async enter(
    way: Way,
    person: PersonId | undefined,
    comer: Comer,
    address: string,
    facts?: Record<string, string | number>,
  ): Promise<Enrolled> {
    if (!person) throw new AppError("forbidden", REFUSED[way]);
    return this.arrivals.enter(person, way, comer, address, facts);
  }

  private list(person: PersonId): SelfAnswer {
    const { credentials } = this.arrivals.store.tables;
    const passkeys = credentials.passkeysOf(person).map(({ id, label, made, used }) => ({ id, label, made, used }));
    const [pin, recovery] = [credentials.pin(person) !== undefined, credentials.recovery(person).length];
    return { answer: "ways", ways: { passkeys, pin, recovery, oidc: this.options.oidc !== undefined } };
  }

  /** @param way as the client sent it: of what shape is not known yet */
  private async forget(who: Actor, way: "pin" | { passkey: string }): Promise<SelfAnswer> {
    const passkey = way === "pin" ? "" : (way as { passkey?: unknown } | null | undefined)?.passkey;
    if (typeof passkey !== "string") throw new AppError("fix", "There is no such way of signing in.");
    return this.arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      const { credentials } = tx.tables;
      if (way === "pin") {
        if (!credentials.pin(who.person)) throw new AppError("conflict", "There is no PIN.");
        credentials.dropPin(who.person);
        this.arrivals.changed(tx, who, { way: "pin", did: "forgotten" });
      } else {
        if (credentials.passkey(passkey)?.person !== who.person)
          throw new AppError("conflict", "There is no such passkey.");
        credentials.dropPasskey(passkey);
        this.arrivals.changed(tx, who, { way: "passkey", did: "forgotten", passkey });
      }
      return { answer: "done" };
    });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("fix", "The passkey's answer is malformed.");
  }
}
