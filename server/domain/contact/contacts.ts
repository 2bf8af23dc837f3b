import type { ContactAct, ContactAnswer, ContactRequest } from "#protocol/contact";
import { DIRECTORY_ROOM, isId, type PersonId, type RoomId } from "#protocol/ids";
import type { ControlOp, ControlRequest } from "#protocol/room";
import type { SelfAnswer } from "#protocol/self";
import { stampMs } from "#protocol/stamp";
import type { Now } from "../clock.ts";
import { AppError } from "../error.ts";
import type { FirstContact, Room, Store } from "../ports.ts";
import type { Rooms } from "../rooms.ts";
import { Reports } from "./reports.ts";
import { standingIn } from "./standing.ts";

/** A signed-in device. */
interface Who {
  person: PersonId;
  device: string;
}

const PAGE = 50;
/** Beyond it the number of requests is not told: somebody floods the person. */
const MOST_COUNTED = 100;
const MOST_BLOCKED = 1000;
const DONE: SelfAnswer = { answer: "done" };

/**
 * How the people of this province answer who contacts them first, and whom they hear nothing of (R190 to R197). It is kept
 * here, at their home, and told to nobody else: neither to other provinces nor to whom it concerns.
 */
export class Contacts {
  private readonly reports: Reports;

  constructor(
    private readonly store: Store,
    private readonly rooms: Pick<Rooms, "control">,
    private readonly now: Now,
  ) {
    this.reports = new Reports(store, now);
  }

  /** Requests that the person has not answered, up to 100. */
  waiting(person: PersonId): number {
    let count = 0;
    for (const id of this.store.contactsOf(person)) if (this.asked(person, id) && ++count === MOST_COUNTED) break;
    return count;
  }

  /** @throws AppError elsewhere (only the home province keeps these), fix, forbidden (not asked), conflict, wait */
  async act(who: Who, act: ContactAct): Promise<SelfAnswer> {
    const { store } = this;
    const { person } = who;
    if (store.person(person)?.province !== store.province)
      throw new AppError("elsewhere", "This is done at a node of your own province.");
    switch (act.do) {
      case "contacts":
        return this.list(person, act.before);
      case "accept":
        await this.answer(person, act.room, undefined);
        return DONE;
      case "decline":
        await this.decline(who, act.room, act.leave);
        return DONE;
      case "block":
        await this.block(person, act.person);
        return DONE;
      case "unblock":
        await this.regarding(person, act.person, (tx) => tx.tables.contacts.unblock(person, act.person));
        return DONE;
      case "blocked":
        return { answer: "blocked", people: store.tables.contacts.blocked(person) };
      case "report":
        await this.reports.make(who, act);
        return DONE;
    }
  }

  private list(person: PersonId, before: unknown = Number.MAX_SAFE_INTEGER): ContactAnswer {
    if (!Number.isSafeInteger(before)) throw new AppError("fix", "The request is malformed.");
    const found = this.store
      .contactsOf(person)
      .flatMap((id) => {
        const room = this.asked(person, id);
        const contact = room?.contacts?.get(person);
        return room && contact ? [requestOf(room, person, contact)] : [];
      })
      .filter(({ at }) => at < (before as number))
      .sort((a, b) => b.at - a.at || (a.room < b.room ? -1 : 1));
    // Those of one moment stay together, as the next page begins behind it.
    let end = Math.min(PAGE, found.length);
    while (end < found.length && found[end]?.at === found[end - 1]?.at) end++;
    return { answer: "contacts", contacts: found.slice(0, end), more: end < found.length };
  }

  private async decline(who: Who, id: RoomId, leave: ControlRequest | undefined): Promise<void> {
    if (leave !== undefined && !isOwnLeaving(leave, id, who))
      throw new AppError("fix", "This is no request to leave that room.");
    await this.answer(who.person, id, "declined");
    // Hidden it is in any case; where others changed the room meanwhile, or its home is away, it is left when it can be.
    if (leave) await this.rooms.control(leave).catch(ignoreRefusal);
  }

  /** @param state undefined: the room is theirs */
  private answer(person: PersonId, id: RoomId, state: FirstContact["state"] | undefined): Promise<void> {
    if (!isId(id)) throw new AppError("fix", "The request is malformed.");
    return this.store.write(id, (tx) => {
      const room = tx.room(id);
      const contact = room && tx.contact(id, person);
      // Asked again, or answered on another device already.
      if (room?.members.has(person) && (contact?.state ?? undefined) === state) return;
      if (!contact || !room?.members.has(person)) throw new AppError("forbidden", "You are not asked about this.");
      tx.putContact(id, person, state && { ...contact, state });
    });
  }

  private block(person: PersonId, other: PersonId): Promise<void> {
    const { store } = this;
    if (!isId(other) || other === person || !store.person(other))
      throw new AppError("fix", "There is nobody of this name to block.");
    return this.regarding(person, other, (tx) => {
      const { contacts } = tx.tables;
      if (contacts.blocked(person).length >= MOST_BLOCKED && !contacts.blocks(person, other))
        throw new AppError("conflict", `You can block up to ${MOST_BLOCKED} people.`);
      contacts.block(person, other, this.now());
    });
  }

  /** What the person sees of the other's rooms changes with the commit. */
  private regarding(
    person: PersonId,
    other: PersonId,
    change: (tx: Parameters<Parameters<Store["write"]>[1]>[0]) => void,
  ) {
    const { store } = this;
    if (!isId(other)) throw new AppError("fix", "The request is malformed.");
    return store.write(DIRECTORY_ROOM, (tx): void => {
      const concerned = store.roomsOf(person).filter((id) => {
        const room = store.room(id);
        const isOfTwo = room?.kind === "direct" && room.members.has(other);
        return isOfTwo || room?.contacts?.get(person)?.by === other;
      });
      change(tx);
      tx.regard(person, concerned);
    });
  }

  /** The room, where the person is to be asked about it. */
  private asked(person: PersonId, id: RoomId): Room | undefined {
    const room = this.store.room(id);
    return room?.members.has(person) && standingIn(room, person, this.store) === "asked" ? room : undefined;
  }
}

function requestOf(room: Room, person: PersonId, { by, at }: FirstContact): ContactRequest {
  const { id, kind, name, members, cseq } = room;
  // Whoever began a conversation of two, it is with the other one.
  const [other] = kind === "direct" ? [...members.keys()].filter((each) => each !== person) : [by];
  const told = other === undefined || other === DIRECTORY_ROOM || other === person ? null : other;
  return { room: id, kind, name, by: told, size: members.size, cseq, at: stampMs(at) };
}

/** As it came, whatever that is: what else is amiss with the request is seen where it is judged. */
function isOwnLeaving(leave: unknown, id: RoomId, { person, device }: Who): boolean {
  if (typeof leave !== "object" || leave === null) return false;
  const { room, person: by, device: from, change } = leave as Partial<ControlRequest>;
  const isOwn = isId(room) && room === id && by === person && from === device;
  const { op, members, posts } = (change ?? {}) as Partial<Extract<ControlOp, { op: "remove" }>>;
  const isOneself = Array.isArray(members) && members.length === 1 && members[0] === person;
  return isOwn && op === "remove" && isOneself && (posts === undefined || (Array.isArray(posts) && posts.length === 0));
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
}
