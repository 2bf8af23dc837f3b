import type { AdminAnswer, AdminAsk, AdminPerson, InvitationInfo, OrderInfo, SessionInfo } from "#protocol/admin";
import type { Person } from "#protocol/directory";
import { MASS } from "#protocol/order";
import { postCardFor, type Sight } from "../directory/cards.ts";
import { cameAt } from "../enrolment/held.ts";
import { effectOf } from "./effect.ts";
import { needsSecond } from "./faults.ts";
import { MASS_MS } from "./day.ts";
import type { KeptOrder } from "./ports.ts";
import { actWithout } from "./preview.ts";
import { type Reach, reaches } from "./reach.ts";
import { faultsFor, NOT_YOURS } from "./rights.ts";
import { type Actor, type Surroundings, worldOf } from "./surroundings.ts";
import { nameFlags } from "./name-flags.ts";
import { undoOf } from "./undo.ts";
import { NO_PERSON } from "./words.ts";
import { AppError } from "../error.ts";

type Asked<K extends AdminAsk["ask"]> = Extract<AdminAsk, { ask: K }>;
type Answered<K extends AdminAnswer["answer"]> = Extract<AdminAnswer, { answer: K }>;

const SAMPLE = 20;
/** With the messages that were chosen they are what one answer can carry. */
const REPORTS = 20;
/** Found by a text in the whole fleet, of whom the asker's are picked. */
const FOUND = 300;
/** What is looked through for one page of those whom the asker may see. */
const LOOK = 500;
/** Whoever may see few of many goes on from there with the next page: others have their turn meanwhile. */
const MOST_LOOKED = 5000;

/** Answers what administrators look up, within what their roles reach. Reads, and changes nothing. */
export class Asks {
  constructor(private readonly around: Surroundings) {}

  people({ text, unit, state, after = "", limit }: Asked<"people">, reach: Reach): Answered<"people"> {
    const { store, directory, now } = this.around;
    const world = worldOf(this.around);
    const at = now();
    const units = this.within(unit, reach);
    if (text?.trim()) {
      const fits = (person: Person) =>
        reaches(units, person, at, world) && (state === undefined || (person.state ?? "active") === state);
      const found = store.search(text, FOUND).filter(fits);
      return { answer: "people", people: found.slice(0, limit).map((one) => this.card(one)), total: found.length };
    }
    const where = { province: store.province, units, state: state ?? null, at };
    const page = store.tables.roster.people(where, after, limit + 1);
    const people = page.slice(0, limit).map((one) => this.card(directory.person(one.id) ?? one));
    const next = page.length > limit ? people.at(-1)?.person.id : undefined;
    return { answer: "people", people, ...(next && { next }), total: store.tables.roster.count(where) };
  }

  /** @param only whose orders alone are shown; undefined: everybody's */
  person(id: string, reach: Reach, only: string | undefined): Answered<"person"> {
    const { store, now, online } = this.around;
    const { offices, invitations } = store.tables;
    const found = store.person(id);
    if (!found || !reaches(reach, found, now(), worldOf(this.around))) throw new AppError("forbidden", NO_PERSON);
    const person = this.card(found);
    const here = online(id);
    const devices = store.devicesOf(id).map((device) => ({
      ...{ id: device.id, label: device.label, revoked: device.revoked },
      since: cameAt(store, device.id),
      lastSeen: here.has(device.id) ? now() : invitations.lastSeen(device.id),
      online: here.has(device.id),
    }));
    const posts = [...new Set(person.charges.map(({ post }) => post))].flatMap((post) => offices.post(post) ?? []);
    const kept = store.tables.orders.datedOf(id).filter(({ order }) => only === undefined || order.person === only);
    const dated = kept.map((each) => infoOf(each, now()));
    const grants = offices.grantsOf(id);
    return { answer: "person", person, devices, grants, posts, ...(dated.length > 0 && { dated }) };
  }

  /** @param reach of holders beyond it the card is shown as to any official */
  posts({ text, unit, after, limit }: Asked<"posts">, reach: Reach): Answered<"posts"> {
    const world = worldOf(this.around);
    const sightOf = (person: Person): Sight => (reaches(reach, person, this.around.now(), world) ? "own" : "far");
    const { store, directory } = this.around;
    const { offices } = store.tables;
    const wanted = text?.trim().toLowerCase();
    const fits = ({ en, ur }: { en: string; ur: string }) => !wanted || `${en} ${ur}`.toLowerCase().includes(wanted);
    const units = unit === undefined ? [undefined] : [...offices.unitsUnder(unit)].sort();
    const ids: string[] = [];
    for (const one of units) {
      let at = units.length === 1 ? after : undefined;
      do {
        const where = { province: store.province, limit: LOOK, ...(one && { unit: one }), ...(at && { after: at }) };
        const page = offices.posts(where);
        for (const { id, title } of page) if ((after === undefined || id > after) && fits(title)) ids.push(id);
        at = page.length === LOOK ? page.at(-1)?.id : undefined;
      } while (at !== undefined && (units.length > 1 || ids.length <= limit));
    }
    ids.sort();
    const page = ids.slice(0, limit);
    const next = ids.length > limit ? page.at(-1) : undefined;
    const posts = directory.postCards(page).map((card) => postCardFor(sightOf, card));
    return { answer: "posts", posts, ...(next && { next }) };
  }

  invitations({ state, after, limit }: Asked<"invitations">, reach: Reach): Answered<"invitations"> {
    const { store, now } = this.around;
    const world = worldOf(this.around);
    const found: InvitationInfo[] = [];
    let at = after;
    for (let looked = 0; ; looked += LOOK) {
      if (looked >= MOST_LOOKED && at !== undefined) return { answer: "invitations", invitations: found, next: at };
      const where = { limit: LOOK, now: now(), ...(state && { state }), ...(at && { after: at }) };
      const page = store.tables.invitations.invitations(where);
      for (const { id, person, made, good, expires, by, way, state: is, failed } of page) {
        at = id;
        const known = world.person(person);
        if (reach !== "all" && !(known && reaches(reach, known, now(), world))) continue;
        const expired = is === "open" && expires <= now();
        const stands = expired ? "expired" : is;
        const more = { ...(good > made && { from: good }), ...(failed !== null && { failed }) };
        found.push({ id, person, made, expires, by, way, state: stands, ...more });
        if (found.length === limit) return { answer: "invitations", invitations: found, next: id };
      }
      if (page.length < LOOK) return { answer: "invitations", invitations: found };
    }
  }

  sessions({ after = "", limit }: Asked<"sessions">, reach: Reach): Answered<"sessions"> {
    const page: SessionInfo[] = [];
    const place = ({ device, since }: SessionInfo) => `${device} ${since}`;
    const behind = [...this.around.sessions()].filter((session) => place(session) > after);
    for (const session of behind.sort((a, b) => (place(a) < place(b) ? -1 : 1))) {
      if (!this.sees(session, reach)) continue;
      if (page.length === limit) return { answer: "sessions", sessions: page, next: place(page.at(-1) as SessionInfo) };
      page.push(session);
    }
    return { answer: "sessions", sessions: page };
  }

  /** Of those who are within reach, by whom; what was told of the asker is for others to read. */
  reports({ after, limit }: Asked<"reports">, reach: Reach, who: Actor): Answered<"reports"> {
    const { store, now } = this.around;
    const world = worldOf(this.around);
    const most = Math.min(limit, REPORTS);
    const page = store.tables.contacts.reports(after, most);
    const reports = page.filter(({ by, person }) => {
      const one = world.person(by);
      return person !== who.person && one !== undefined && reaches(reach, one, now(), world);
    });
    const next = page.length === most ? page.at(-1)?.id : undefined;
    return { answer: "reports", reports, ...(next !== undefined && { next }) };
  }

  overview(roles: Answered<"overview">["overview"]["roles"], reach: Reach | null, who: Actor): Answered<"overview"> {
    const { store, now } = this.around;
    const { roster, invitations, orders } = store.tables;
    const { province } = store;
    const none = { people: 0, inside: 0, sessions: 0, invitations: 0, waiting: 0 };
    if (reach === null) return { answer: "overview", overview: { province, roles, ...none } };
    const at = now();
    let sessions = 0;
    for (const session of this.around.sessions()) if (this.sees(session, reach)) sessions++;
    const waiting = orders.orders({ state: "waiting", limit: LOOK, now: at }).orders;
    const overview = {
      ...{ province, roles, sessions },
      people: roster.count({ province, units: reach, state: "active", at }),
      inside: roster.inside(province, reach, at),
      invitations:
        reach === "all"
          ? invitations.countOpenInvitations(at)
          : this.invitations({ ask: "invitations", state: "open", limit: LOOK }, reach).invitations.length,
      waiting: waiting.filter(({ order }) => reach === "all" || order.person === who.person).length,
    };
    return { answer: "overview", overview };
  }

  grants(): Answered<"grants"> {
    const { store, directory } = this.around;
    const grants = store.tables.offices.grants(store.province).map((grant) => {
      const person = directory.person(grant.person);
      return { grant, ...(person && { person }) };
    });
    return { answer: "grants", grants };
  }

  tokens(): Answered<"tokens"> {
    const tokens = this.around.store.tables.orders.tokens(this.around.now());
    return {
      answer: "tokens",
      tokens: tokens.map(({ id, name, made, expires, used }) => ({ id, name, made, expires, used })),
    };
  }

  /** @param only whose orders alone are shown; undefined: everybody's */
  orders({ state, after, limit }: Asked<"orders">, only: string | undefined): Answered<"orders"> {
    const { store, now } = this.around;
    const found: OrderInfo[] = [];
    let at = after;
    do {
      const where = { state, limit, now: now(), ...(at && { after: at }) };
      const page = store.tables.orders.orders(where);
      for (const kept of page.orders)
        if (only === undefined || kept.order.person === only) found.push(infoOf(kept, now()));
      at = page.next;
    } while (at !== undefined && found.length === 0);
    return { answer: "orders", orders: found, ...(at && { next: at }) };
  }

  preview({ act }: Asked<"preview">, who: Actor): Answered<"preview"> {
    const world = worldOf(this.around);
    const at = this.around.now();
    const refused = faultsFor(who.person, act, at, world);
    // Of what is refused nothing is shown: it may be of somebody out of reach, or for another role altogether.
    const mayAny = refused.every(({ why }) => why !== NOT_YOURS);
    const allowed = mayAny ? actWithout(act, refused) : undefined;
    const effect = allowed ? effectOf(allowed, world) : [];
    const counted =
      allowed?.do === "invite"
        ? allowed.people.length
        : allowed?.do === "uninvite"
          ? allowed.invitations.length
          : effect.length;
    const lasting = ["export", "token", "untoken", "uninvite", "ungrant", "approve", "refuse"].includes(act.do);
    // As the order desk counts: many in several orders are many all the same.
    const alone = allowed?.do === "state" ? allowed.people.length + this.changedLately(who, at) : 0;
    const flags = allowed?.do === "put" ? nameFlags(allowed.entries, this.around.store) : [];
    const preview = {
      ...(flags.length > 0 && { flags }),
      ...{ changes: counted, sample: effect.filter((entry) => !("photo" in entry)).slice(0, SAMPLE), refused },
      ...{ second: (allowed !== undefined && needsSecond(allowed, at, world)) || alone > MASS, undoable: !lasting },
    };
    return { answer: "preview", preview };
  }

  private changedLately({ person }: Actor, at: number): number {
    return this.around.store.tables.orders.changedBy(person, at - MASS_MS);
  }

  private sees({ person }: SessionInfo, reach: Reach): boolean {
    const world = worldOf(this.around);
    const found = world.person(person);
    return found !== undefined && reaches(reach, found, this.around.now(), world);
  }

  /** A unit and all below it, as far as the asker's roles go. */
  private within(unit: string | undefined, reach: Reach): Reach {
    if (unit === undefined) return reach;
    const under = this.around.store.tables.offices.unitsUnder(unit);
    return reach === "all" ? under : new Set([...under].filter((one) => reach.has(one)));
  }

  private card(found: Person): AdminPerson {
    const { store, directory, now, secured } = this.around;
    const { offices, invitations } = store.tables;
    const at = now();
    const devices = store.devicesOf(found.id);
    return {
      person: directory.person(found.id) ?? found,
      charges: offices.chargesOf(found.id).filter(({ to }) => to === null || to > at),
      devices: devices.filter(({ revoked }) => !revoked).length,
      secured: secured(found.id),
      lastSeen: invitations.lastSeenOf(devices.map(({ id }) => id)),
      invited: invitations.openInvitations(found.id, at)[0]?.expires ?? null,
    };
  }
}

function infoOf(kept: KeptOrder, now: number): OrderInfo {
  const { order, state, at, second, until, operator, why } = kept;
  const is = state === "waiting" && until <= now ? "expired" : state === "said" ? "done" : state;
  return {
    ...{ order, state: is, at, undo: undoOf(kept) },
    ...(second && { second }),
    ...(operator !== undefined && { operator }),
    ...(why !== undefined && { why }),
  };
}
