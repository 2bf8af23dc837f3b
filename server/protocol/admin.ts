import type { AuditEntry, AuditKind } from "./audit.ts";
import type { Report } from "./contact.ts";
import type { Charge, Entry, Grant, Person, PersonState, Post, PostCard, Unit, UnitId, Wave } from "./directory.ts";
import type { DeviceId, PersonId, Province } from "./ids.ts";
import type { Order, OrderAct, OrderId, Refused } from "./order.ts";

/** What an administrator's pages ask of the own province's node. What is beyond the asker's scope is left out or `forbidden`. */
export type AdminAsk =
  | { ask: "overview" }
  /** `after`: `next` of the page before */
  | { ask: "people"; text?: string; unit?: UnitId; state?: PersonState; after?: string; limit: number }
  | { ask: "person"; person: PersonId }
  | { ask: "units" }
  | { ask: "posts"; text?: string; unit?: UnitId; after?: string; limit: number }
  | { ask: "waves" }
  | { ask: "invitations"; state?: InvitationState; after?: string; limit: number }
  | { ask: "sessions"; after?: string; limit: number }
  | { ask: "grants" }
  | { ask: "tokens" }
  | { ask: "orders"; state: "waiting" | "done" | "dated"; after?: string; limit: number }
  /** what people told of others, the newest first */
  | { ask: "reports"; after?: string; limit: number }
  | { ask: "audit"; find: AuditFind }
  /** what an order would do, without doing it */
  | { ask: "preview"; act: OrderAct }
  /** reads people (and their units, posts, charges) from CSV; changes nothing. At most 200 KiB at a time */
  | { ask: "csv"; csv: string }
  /** the file of an `export` that was approved; it can be fetched once, within a day. `piece`: `next` of the piece before */
  | { ask: "exported"; order: OrderId; piece?: string };

export type AdminAnswer =
  | { answer: "overview"; overview: Overview }
  | { answer: "people"; people: AdminPerson[]; next?: string; total: number }
  /** `dated`: orders on this person whose day is to come, the nearest first */
  | {
      answer: "person";
      person: AdminPerson;
      devices: DeviceInfo[];
      grants: Grant[];
      posts: Post[];
      dated?: OrderInfo[];
    }
  | { answer: "units"; units: Unit[] }
  | { answer: "posts"; posts: PostCard[]; next?: string }
  | { answer: "waves"; waves: WaveStatus[] }
  | { answer: "invitations"; invitations: InvitationInfo[]; next?: string }
  | { answer: "sessions"; sessions: SessionInfo[]; next?: string }
  | { answer: "grants"; grants: { grant: Grant; person?: Person }[] }
  | { answer: "tokens"; tokens: { id: string; name: string; made: number; expires: number; used: number | null }[] }
  | { answer: "orders"; orders: OrderInfo[]; next?: string }
  | { answer: "reports"; reports: Report[]; next?: string }
  | { answer: "audit"; entries: AuditEntry[]; next?: number; size: number }
  | { answer: "preview"; preview: Preview }
  | { answer: "csv"; entries: Entry[]; refused: RefusedRow[]; same: number }
  | { answer: "exported"; name: string; csv: string; next?: string };

export interface Overview {
  province: Province;
  /** the asker's own roles that hold now; without any, everything else is refused */
  roles: Grant[];
  /** people that are active, who have come in, and sessions that are open, within the asker's scope */
  people: number;
  inside: number;
  sessions: number;
  /** invitations that are open, orders that wait for a second administrator */
  invitations: number;
  waiting: number;
}

export interface AdminPerson {
  person: Person;
  /** present and future ones */
  charges: Charge[];
  /** devices that are not shut out */
  devices: number;
  /** has a passkey or a PIN */
  secured: boolean;
  lastSeen: number | null;
  /** when the open invitation expires; null: there is none */
  invited: number | null;
}

export interface DeviceInfo {
  id: DeviceId;
  label: string;
  /** milliseconds since 1970 */
  since: number;
  /** at this node; null: not seen here */
  lastSeen: number | null;
  revoked: boolean;
  /** a session of it is open here */
  online: boolean;
}

export interface WaveStatus {
  wave: Wave;
  /** `held`: its date has come, and a gate or a hand holds it; `full`: its quota is used up */
  state: "planned" | "open" | "held" | "full" | "closed";
  /** what holds it, in words */
  why: string[];
  inside: number;
  invited: number;
}

export type InvitationState = "open" | "used" | "expired" | "cancelled";
export interface InvitationInfo {
  id: string;
  person: PersonId;
  made: number;
  /** from when it is good, where that is later than `made` */
  from?: number;
  expires: number;
  by: PersonId | null;
  way: string;
  state: InvitationState;
  /** why it could not be sent, the last time it was tried */
  failed?: string;
}

export interface SessionInfo {
  person: PersonId;
  device: DeviceId;
  label: string;
  since: number;
}

export interface OrderInfo {
  order: Order;
  state: "waiting" | "dated" | "done" | "refused" | "expired";
  /** who approved or refused it */
  second?: PersonId;
  /** who of the machine's users gave it: then `order` names no person and is not signed */
  operator?: string;
  /** why it could not be carried out on its day */
  why?: string;
  /** words for what it changes */
  at: number;
  /** what would put it back, where it can be undone */
  undo: OrderAct | null;
}

export interface Preview {
  /** how many entries it changes, and the first of them */
  changes: number;
  sample: Entry[];
  refused: Refused[];
  /** what would be done, but should be looked at: names that may be taken for somebody else's */
  flags?: Refused[];
  second: boolean;
  undoable: boolean;
}

/** A row that an import does not take. */
export interface RefusedRow {
  /** line in the file, from 1, the head being line 1 */
  line: number;
  column?: string;
  why: string;
}

export interface AuditFind {
  text?: string;
  kind?: AuditKind;
  person?: PersonId;
  from?: number;
  to?: number;
  /** entries with a smaller n */
  before?: number;
  limit: number;
}
