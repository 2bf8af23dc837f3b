import type { AdminAnswer, AdminAsk } from "#protocol/admin";
import type { CallAct, CallAnswer } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { ContactAct } from "#protocol/contact";
import type { Bilingual, Grant, Person, PersonState, PostId, Scope } from "#protocol/directory";
import type { Down, Link } from "#protocol/down";
import type { Door, Enrolled } from "#protocol/enrol";
import type { DeviceId, PersonId, Province, RoomId } from "#protocol/ids";
import type { NodeList } from "#protocol/nodes";
import type { Change } from "#protocol/notice";
import type { Order, OrderAnswer } from "#protocol/order";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import type { Directory } from "../domain/directory/directory.ts";
import type { Applications } from "../domain/enrolment/applications.ts";
import type { Enrolment } from "../domain/enrolment/enrolment.ts";
import type { Links } from "../domain/enrolment/links.ts";
import type { Messaging, Sender } from "../domain/messaging.ts";
import type { Store } from "../domain/ports.ts";
import type { Reading } from "../domain/reading.ts";
import type { Rooms } from "../domain/rooms.ts";

/** What the gateway needs of the node around it. */

export interface Proofs {
  isDeviceKey(key: unknown): Promise<boolean>;
  challenge(device: string): string;
  ticket(proof: { device: string; nonce: string; signature: string; origin?: string }): Promise<string>;
  redeem(ticket: string): Sender | undefined;
}

/** Tells devices of people who may come in from strangers, before the door. */
export interface QueueProofs {
  /** whose device signed the turn (`queueText`); undefined where nobody's who may come in did */
  whose(device: string, turn: string, proof: string): Promise<PersonId | undefined>;
}

/** The other provinces. A message may be lost on the way, and is repeated or forgotten; absent on a node that is alone. */
export interface Neighbours {
  links(): Link[];
  /** Calls back when a link went up or down. Returns the way to stop it. */
  onLinks(listener: () => void): () => void;
  sendLive(to: Province, message: unknown): void;
  onLive(listener: (from: Province, message: unknown) => void): () => void;
}

/** What passes from holder to holder, by order or by date. */
export interface Posts {
  /** Calls back for each post that may have passed on, or is called otherwise; returns the way to stop it. */
  onPassed(listener: (post: PostId) => void): () => void;
}

/** One signed-in socket, as calls know it. The object itself is its identity. */
export interface Caller {
  readonly person: PersonId;
  readonly device: DeviceId;
  send(message: Down): void;
  /** @param frame shared with others, and not changed */
  push(frame: Uint8Array): void;
}

/** Calls and conferences; absent on a node that makes none. */
export interface Calls {
  /** Called once: how the sessions of people who are here are reached. */
  open(crowd: { of(person: PersonId): readonly Caller[]; people(): Iterable<PersonId>; crowd: number }): void;
  /**
   * Does what a client asks of the room's call.
   * @param orders what its device signed of it, well-formed
   * @throws AppError forbidden (not a member, not allowed), fix, conflict (stale, or no such seat), wait, update (not signed)
   */
  take(who: Caller, room: RoomId, act: CallAct, orders: readonly CallOrder[]): Promise<CallAnswer>;
  /** The calls that are on in the person's rooms: told after `welcome`. */
  greet(who: Caller): void;
  /** Its socket is gone: its seat is kept for a while, unless the device may not come back. */
  gone(who: Caller, forGood: boolean): void;
}

/** A signed-in device, as administration and one's own affairs know it. */
export interface Actor {
  person: PersonId;
  device: DeviceId;
  /** the client's network address */
  address: string;
}

/** Who may come in, and who decides it. */
export interface Administration {
  /** the roles that a person holds now */
  rolesOf(person: PersonId): Grant[];
  /** @throws AppError forbidden, fix, elsewhere (a person of another province) */
  ask(who: Actor, ask: AdminAsk): Promise<AdminAnswer>;
  /** @throws AppError forbidden, fix, conflict (decided meanwhile), sign-in (signature), elsewhere, wait */
  order(who: Actor, order: Order): Promise<OrderAnswer>;
}

/** A person's own devices and ways of signing in. */
export interface OwnAffairs {
  /**
   * @param proof as it came; needed for a change of who can come in
   * @throws AppError forbidden, fix, conflict, elsewhere (ways are kept in the home province), wait; sign-in and update (proof)
   */
  act(who: Actor, act: SelfAct, proof?: unknown): Promise<SelfAnswer>;
  /** what changed who can come in as the person, newest first */
  changes(person: PersonId): Change[];
  /** Calls back when one's own act changed who can come in. Returns the way to stop it. */
  onChange(listener: (person: PersonId) => void): () => void;
}

/** How people answer first contacts, and whom they hear nothing of. */
export interface ContactDesk {
  /** requests that wait for the person's answer, up to 100 */
  waiting(person: PersonId): number;
  /** @throws AppError elsewhere (only the home province keeps these), fix, forbidden, conflict, wait */
  act(who: Actor, act: ContactAct): Promise<SelfAnswer>;
}

/** The directory as personnel systems keep it. */
export interface Personnel {
  /** whom a token belongs to, while it holds */
  holder(token: string): TokenHolder | undefined;
  person(id: PersonId, holder: TokenHolder): Person | undefined;
  list(from: number, count: number, holder: TokenHolder): { people: Person[]; total: number };
  match(attribute: string, value: string, holder: TokenHolder): { people: Person[]; total: number };
  words(person: Person): { title?: Bilingual; unit?: Bilingual };
  /** @throws AppError fix, conflict, forbidden, wait */
  put(texts: Record<string, string>, fresh: boolean, holder: TokenHolder): Promise<Person>;
  state(person: Person, state: PersonState, holder: TokenHolder): Promise<Person>;
}
export interface TokenHolder {
  id: string;
  name: string;
  scope: Scope;
}

/** Other ways in than an invitation. */
export interface FrontDoor {
  links: Links;
  applications: Applications;
}

/** The new device that somebody comes in with. */
interface Comer {
  key: string;
  label: string;
}

/** Ways of coming in by what people keep. Each is refused in one sentence, whatever is wrong. */
export interface WaysDoor {
  door(): Pick<Door, "passkey" | "pin" | "oidc">;
  passkey(): Promise<{ session: string; options: unknown }>;
  /** @throws AppError forbidden (with `opens` outside the wave), conflict (too many devices), fix, wait; so all that let in */
  passkeyIn(given: { session: string; response: string }, comer: Comer, address: string): Promise<Enrolled>;
  pinIn(given: { name: string; pin: string; totp: string }, comer: Comer, address: string): Promise<Enrolled>;
  recoveryIn(given: { name: string; code: string }, comer: Comer, address: string): Promise<Enrolled>;
  /** @param page origin of the asking page @throws AppError fix, elsewhere, wait */
  oidc(keep: string, page: string | null): Promise<{ url: string }>;
  /** @param search query of the address that the issuer sent the browser to */
  oidcBack(search: string, address: string): Promise<string | undefined>;
  oidcIn(given: { session: string; keep: string }, comer: Comer, address: string): Promise<Enrolled>;
}

export type Log = (
  level: "debug" | "info" | "warn" | "error",
  event: string,
  fields?: Record<string, string | number | boolean | null | undefined>,
) => void;

export interface Meter {
  count(name: string, by?: number): void;
  observe(name: string, seconds: number): void;
  gauge(name: string, read: () => number): void;
}

export interface Services {
  store: Store;
  messaging: Messaging;
  reading: Reading;
  rooms: Rooms;
  directory: Directory;
  enrolment: Enrolment;
  proofs: Proofs;
  queueProofs: QueueProofs;
  /** what `GET /v1/nodes` answers */
  nodes: () => NodeList;
  neighbours: Neighbours | undefined;
  calls?: Calls | undefined;
  administration?: Administration | undefined;
  ownAffairs?: OwnAffairs | undefined;
  contacts?: ContactDesk | undefined;
  ways?: WaysDoor | undefined;
  /** absent on a node that lets people in by invitation alone */
  door?: FrontDoor | undefined;
  /** absent where posts never pass on */
  succession?: Posts | undefined;
  /** hears when a device came and when it went */
  lastSeen?: { saw(device: DeviceId): void } | undefined;
  personnel?: Personnel | undefined;
  log: Log;
  /** what the log may say of an unknown error */
  errorFields: (error: unknown) => Record<string, string | number | boolean | null | undefined>;
  meter: Meter;
  /** milliseconds since 1970 */
  now: () => number;
}
