import { randomBytes } from "node:crypto";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import { AppError } from "../../domain/error.ts";
import type { Tx } from "../../domain/ports.ts";
import type { OidcSettings } from "../../oidc.ts";
import { AccountIssuer, type Claimed, newVerifier } from "./account-issuer.ts";
import { type AccountState, AccountStates, isKeep } from "./account-state.ts";
import type { Arrivals } from "./arrivals.ts";
import { Pending } from "./pending.ts";
import type { Secrets } from "./secrets.ts";

const BACK_MS = 5 * 60_000;
const SPENT_MS = 15 * 60_000;
const KEEP = /^[\w-]{32,128}$/;

/** Sign-in with the ministry's own account. It finds people who are in the directory; it makes nobody. */
export class Accounts {
  private readonly issuer: AccountIssuer;
  private readonly states: AccountStates;
  /** came back, and the issuer said who they are */
  private readonly proven: Pending<{ state: AccountState; claimed: Claimed }>;
  private readonly spent: Pending<true>;

  constructor(
    private readonly arrivals: Arrivals,
    secrets: Secrets,
    private readonly settings: OidcSettings,
    /** origins of the pages that may begin one; the first for who names none */
    private readonly origins: () => readonly string[],
  ) {
    const { now } = arrivals;
    this.issuer = new AccountIssuer(settings);
    this.states = new AccountStates(secrets, now);
    this.proven = new Pending(now, BACK_MS);
    this.spent = new Pending(now, SPENT_MS);
  }

  /** @param keep what the browser keeps to itself, and shows again when it comes in @param page its origin */
  async begin(keep: string, page: string | null): Promise<{ url: string }> {
    if (!KEEP.test(keep)) throw new AppError("fix", 'The request needs "keep", 32 to 128 random letters.');
    const origins = this.origins();
    const origin = origins.find((own) => own === page) ?? (page === null ? origins[0] : undefined);
    if (!origin) throw new AppError("elsewhere", "Open the page of your own province to sign in with this account.");
    const state = this.states.make(keep, origin, newVerifier());
    return { url: await this.issuer.begin(state, this.states.seal(state)) };
  }

  /**
   * A browser came back from the issuer. Its session is made only now: whoever began the sign-in does not know it, so
   * that nobody comes in as another by having them follow a link. And only who began it knows what was kept, so that
   * nobody's browser is let in as another.
   * @param search query of the address, with the question mark
   * @returns the session, whether or not it went well; undefined where nothing of ours was begun, or it came back before
   */
  async back(search: string, address: string): Promise<string | undefined> {
    const sealed = new URLSearchParams(search).get("state") ?? "";
    const state = this.states.open(sealed);
    if (!state || this.spent.see(state.id)) return undefined;
    this.spent.put(state.id, true);
    const session = randomBytes(24).toString("base64url");
    try {
      this.proven.put(session, { state, claimed: await this.issuer.finish(state, sealed, search) });
    } catch (error) {
      // The person is told when the page asks to come in: nothing here is for a stranger's eyes.
      const why = error instanceof AppError ? "unreachable" : "issuer";
      await this.arrivals.store.write(DIRECTORY_ROOM, (tx) => this.arrivals.refused(tx, "oidc", address, { why }));
    }
    return session;
  }

  /** Whose account it was; undefined where it did not go well, is another browser's, or nobody's here. */
  async prove(session: string, keep: string, address: string): Promise<PersonId | undefined> {
    const found = this.proven.take(session);
    const fault = !found ? "unknown" : isKeep(keep, found.state.keep) ? undefined : "another-browser";
    return this.arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      const judged = found && !fault ? this.judge(tx, found.claimed) : { why: fault ?? "unknown" };
      if ("person" in judged) return judged.person;
      this.arrivals.refused(tx, "oidc", address, judged);
      return undefined;
    });
  }

  /** An account stays with the person that it was first used for: an address that is given to a successor lets nobody in. */
  private judge(tx: Tx, { subject, value }: Claimed): { person: PersonId } | { why: string } {
    const { credentials, offices } = tx.tables;
    const { issuer, field } = this.settings;
    const { province } = this.arrivals.store;
    const named =
      field === "number" ? offices.personByNumber(province, value) : offices.personByContact(province, value);
    const person = named && this.arrivals.active(named.id)?.id;
    if (!person) return { why: "nobody" };
    const bound = credentials.account(issuer, subject);
    if (bound) return bound.person === person ? { person } : { why: "moved" };
    if (credentials.accountOf(issuer, person)?.claim === value) return { why: "another-account" };
    const made = this.arrivals.now();
    credentials.putAccount({ issuer, subject, person, claim: value, made });
    const facts = { way: "oidc", did: "made", person };
    tx.tables.audit.append({ kind: "credential", by: { node: province }, facts }, made);
    return { person };
  }
}
