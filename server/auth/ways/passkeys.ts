import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM, fromHex, type PersonId } from "#protocol/ids";
import { tidyLabel } from "../../domain/enrolment/entrance.ts";
import { AppError } from "../../domain/error.ts";
import type { Tx } from "../../domain/ports.ts";
import { Nonces } from "../nonces.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Actor } from "./ports.ts";
import type { Site } from "./site.ts";

const VALID_MS = 5 * 60_000;
const MOST_PASSKEYS = 10;
/** COSE algorithms: ES256 and RS256, which all authenticators between them know. */
const ALGORITHMS = [-7, -257];
const GET = "passkey get";
const makeFor = ({ person, device }: Actor) => `passkey make ${person} ${device}`;

/** Why a response was not taken; `counter`: the authenticator seems to have a twin. */
type Fault = "malformed" | "unknown" | "wrong" | "counter" | "not-active";

/** Passkeys (WebAuthn level 3): found by the authenticator itself, so that nobody is asked for a name. */
export class Passkeys {
  private readonly nonces: Nonces;

  constructor(
    private readonly arrivals: Arrivals,
    private readonly site: () => Site | undefined,
  ) {
    this.nonces = new Nonces(arrivals.now, VALID_MS);
  }

  get offered(): boolean {
    return this.site() !== undefined;
  }

  /** Options for `navigator.credentials.create`. @throws AppError fix (none can be made here), conflict (enough of them) */
  async begin(who: Actor, person: Person): Promise<unknown> {
    const passkeys = this.arrivals.store.tables.credentials.passkeysOf(who.person);
    if (passkeys.length >= MOST_PASSKEYS) throw new AppError("conflict", TOO_MANY);
    const name = person.name.en || person.name.ur;
    return generateRegistrationOptions({
      rpName: "Beep",
      rpID: this.here().id,
      userName: person.contact?.email ?? person.number ?? name,
      userDisplayName: name,
      userID: Uint8Array.from(fromHex(who.person)),
      challenge: this.nonces.issue(makeFor(who)),
      timeout: VALID_MS,
      attestationType: "none",
      excludeCredentials: passkeys.map(({ id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /** @throws AppError fix (it was not made as asked), conflict (enough of them, or known already) */
  async made(who: Actor, given: unknown, label: string): Promise<void> {
    const site = this.here();
    const { challenge, crossOrigin } = clientData(given);
    const verified = await verifyRegistrationResponse({
      response: given as RegistrationResponseJSON,
      expectedChallenge: () => this.nonces.holds(challenge, makeFor(who)),
      expectedOrigin: site.origins,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch(() => undefined);
    const made = verified?.registrationInfo;
    if (!verified?.verified || !made || crossOrigin || !this.nonces.spend(challenge))
      throw new AppError("fix", "The passkey could not be checked. Try once more.");
    const { id, publicKey, counter, transports = [] } = made.credential;
    await this.arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      const { credentials } = tx.tables;
      if (credentials.passkeysOf(who.person).length >= MOST_PASSKEYS) throw new AppError("conflict", TOO_MANY);
      if (credentials.passkey(id)) throw new AppError("conflict", "This passkey is known already.");
      const key = Buffer.from(publicKey).toString("base64url");
      const [now, known] = [this.arrivals.now(), transports.slice(0, 8).map((name) => String(name).slice(0, 20))];
      credentials.addPasskey({
        ...{
          id,
          person: who.person,
          key,
          counter,
          transports: known,
          label: tidyLabel(label) || "Passkey",
          made: now,
          used: null,
        },
      });
      this.arrivals.changed(tx, who, { way: "passkey", did: "made", passkey: id });
    });
  }

  /** Options for `navigator.credentials.get`; `session` is sent back with what it answers. */
  async ask(): Promise<{ session: string; options: unknown }> {
    const session = this.nonces.issue(GET);
    const options = await generateAuthenticationOptions({
      rpID: this.here().id,
      challenge: session,
      timeout: VALID_MS,
      userVerification: "required",
    });
    return { session, options };
  }

  /** Whose passkey answered, if all of it is right; undefined else. */
  async prove(session: string, given: unknown, address: string): Promise<{ person: PersonId; id: string } | undefined> {
    const checked = await this.check(session, given);
    const { arrivals } = this;
    return arrivals.store.write(DIRECTORY_ROOM, (tx) => {
      const fault = typeof checked === "string" ? checked : this.use(tx, checked.id, checked.counter);
      const id = typeof checked === "string" ? undefined : checked.id;
      const person = id && tx.tables.credentials.passkey(id)?.person;
      if (!fault && id && person) return { person, id };
      arrivals.refused(tx, "passkey", address, { person: person ?? null, why: fault ?? "unknown" });
      return undefined;
    });
  }

  private async check(session: string, given: unknown): Promise<{ id: string; counter: number } | Fault> {
    const site = this.here();
    const response = given as AuthenticationResponseJSON | null;
    const { challenge, crossOrigin } = clientData(given);
    const id = response?.id;
    if (typeof id !== "string" || challenge !== session || !this.nonces.holds(session, GET)) return "malformed";
    const passkey = this.arrivals.store.tables.credentials.passkey(id);
    if (!passkey) return "unknown";
    const verified = await verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: Buffer.from(session).toString("base64url"),
      expectedOrigin: site.origins,
      expectedRPID: site.id,
      // The counter is judged in the transaction that moves it.
      credential: { id, publicKey: Uint8Array.from(Buffer.from(passkey.key, "base64url")), counter: 0 },
      requireUserVerification: true,
    }).catch(() => undefined);
    if (!verified?.verified || crossOrigin) return "wrong";
    const owner = Buffer.from(response?.response.userHandle ?? "", "base64url").toString("hex");
    if (owner !== passkey.person || !this.nonces.spend(session)) return "wrong";
    return { id, counter: verified.authenticationInfo.newCounter };
  }

  private use(tx: Tx, id: string, counter: number): Fault | undefined {
    const { credentials } = tx.tables;
    const passkey = credentials.passkey(id);
    if (!passkey) return "unknown";
    if (!this.arrivals.active(passkey.person)) return "not-active";
    if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter) return "counter";
    credentials.usePasskey(id, counter, this.arrivals.now());
    return undefined;
  }

  private here(): Site {
    const site = this.site();
    if (!site) throw new AppError("fix", "Passkeys need an https address with a name. Use another way here.");
    return site;
  }
}

const TOO_MANY = `There are ${MOST_PASSKEYS} passkeys already. Remove one first.`;

/** The challenge that was answered, and whether it was in a frame of another site's page: that is never ours. */
function clientData(given: unknown): { challenge: string; crossOrigin: boolean } {
  try {
    const { clientDataJSON } = (given as { response: { clientDataJSON: string } }).response;
    const text = Buffer.from(clientDataJSON, "base64url").toString();
    const { challenge, crossOrigin } = JSON.parse(text) as { challenge: string; crossOrigin?: boolean };
    return { challenge: Buffer.from(challenge, "base64url").toString(), crossOrigin: crossOrigin === true };
  } catch {
    return { challenge: "", crossOrigin: true };
  }
}
