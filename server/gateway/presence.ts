import { isId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import type { Room, Store } from "../domain/ports.ts";
import type { Audience } from "./audience.ts";
import { isClose } from "./marks.ts";
import type { Openness } from "./openness.ts";
import type { Neighbours } from "./ports.ts";
import type { Session } from "./session.ts";

/** Presence is told in rooms of so many: everybody coming back at once grows with people times those they share rooms with. */
const SEEN_ROOM = 12;
/** People looked after in one tick, and how many ticks it takes to repeat all of them to the other provinces. */
const PER_TICK = 500;
const REPEAT_TICKS = 30;
/** People of another province count as gone when it has not repeated them for so long, in milliseconds. */
const FORGET_MS = 90_000;
/** Of who is asked about more rooms than this, or hides more, those provinces are told nothing: their messages stay small. */
const MOST_QUIET = 20;

/** What provinces tell each other of what passes. Lost ones are repeated, or do not matter. */
export type LiveMessage =
  | { t: "typing"; room: RoomId; person: PersonId; on: boolean }
  /** `quiet`: rooms in which people that are online are not to be told of, as these are not open to them (SPEC R191) */
  | { t: "presence"; online: PersonId[]; offline: PersonId[]; quiet?: Record<PersonId, RoomId[]> };

/** Who is online and who is typing: told only to those who share a small room, channels apart. */
export class Presence {
  private readonly changed = new Set<PersonId>();
  private readonly toldHere = new Set<PersonId>();
  private readonly toldThere = new Set<PersonId>();
  /** people online in other provinces, with the time at which they are forgotten */
  private readonly away = new Map<Province, Map<PersonId, number>>();
  /** of people of other provinces, the rooms in which they are not to be told of, as was said last */
  private readonly quiet = new Map<PersonId, ReadonlySet<RoomId>>();
  private toRepeat: PersonId[] = [];

  constructor(
    private readonly store: Store,
    private readonly audience: Audience,
    private readonly openness: Openness,
    private readonly neighbours: Neighbours | undefined,
    private readonly now: () => number,
  ) {}

  /** A session of the person came or went. */
  touched({ person, named }: Session): void {
    this.changed.add(person);
    // When a guest has left, what their client said is still what they may be told of.
    if (named)
      this.hush(
        person,
        [...this.smallRooms(person)].flatMap(({ id }) => (named.has(id) ? [] : [id])),
      );
  }

  /** Tells a session that has just resumed who is there. */
  greet(session: Session): void {
    const online = new Set<PersonId>();
    for (const room of this.smallRooms(session.person))
      if (this.openness.isOpen(room, session.person))
        for (const id of room.members.keys()) if (this.toldHere.has(id) && this.isTold(room, id)) online.add(id);
    online.delete(session.person);
    if (online.size > 0) session.send({ t: "presence", online: [...online], offline: [] });
  }

  /** People who now share a room learn of each other. */
  introduce(room: Room): void {
    if (!isClose(room, SEEN_ROOM)) return;
    const online = [...room.members.keys()].filter((id) => this.toldHere.has(id) && this.isTold(room, id));
    if (online.length === 0) return;
    for (const session of this.readersIn(room)) session.send({ t: "presence", online, offline: [] });
  }

  /** A room came to be open to a person, or is so no longer: others there learn of them, or do not any more. */
  regarded(room: Room, person: PersonId): void {
    if (!isClose(room, SEEN_ROOM)) return;
    if (this.isTold(room, person)) this.introduce(room);
    // Where they never answered nobody was told of them: a word that they are gone would be the first.
    else if (!room.contacts?.has(person)) this.withdraw(room, person);
    if (this.audience.has(person)) this.tellThere([person]);
  }

  private withdraw(room: Room, person: PersonId): void {
    const still = new Set([...this.toldRooms(person)].flatMap(({ members }) => [...members.keys()]));
    for (const session of this.readersIn(room))
      if (session.person !== person && !still.has(session.person))
        session.send({ t: "presence", online: [], offline: [person] });
  }

  /** Those who are here and to whom the room is open. */
  private *readersIn(room: Room): Generator<Session> {
    for (const id of room.members.keys())
      if (this.audience.has(id) && this.openness.isOpen(room, id)) yield* this.audience.of(id);
  }

  /** Those who are told of the person: their card is kept up to date with them, too. */
  *readersOf(person: PersonId): Generator<PersonId> {
    for (const room of this.toldRooms(person)) yield* room.members.keys();
  }

  typing(from: Session, id: RoomId, on: boolean): void {
    const room = this.store.room(id);
    if (!room || !this.openness.isOpen(room, from.person) || !isClose(room)) return;
    const message = { t: "typing", room: id, person: from.person, on } as const;
    this.tellTyping(room, message);
    for (const province of room.provinces)
      if (province !== this.store.province) this.neighbours?.sendLive(province, message satisfies LiveMessage);
  }

  heard(from: Province, message: unknown): void {
    const live = message as Partial<LiveMessage> | null;
    if (live?.t === "typing") {
      const room = isId(live.room) ? this.store.room(live.room) : undefined;
      if (room?.provinces.includes(from) && isId(live.person) && this.openness.isOpen(room, live.person))
        this.tellTyping(room, { t: "typing", room: room.id, person: live.person, on: live.on === true });
    } else if (live?.t === "presence") {
      const there = this.away.get(from) ?? new Map<PersonId, number>();
      this.away.set(from, there);
      const forget = this.now() + FORGET_MS;
      for (const id of idsOf(live.online)) {
        if (!there.has(id)) this.changed.add(id);
        there.set(id, forget);
        this.hush(id, idsOf((live.quiet as Partial<Record<PersonId, unknown>> | undefined)?.[id]));
      }
      for (const id of idsOf(live.offline)) if (there.delete(id)) this.changed.add(id);
    }
  }

  /** A province that cannot be reached says nothing of its people; one that came back is told of all of ours. */
  links(): void {
    for (const { province, up } of this.neighbours?.links() ?? []) {
      if (up) continue;
      for (const id of this.away.get(province)?.keys() ?? []) this.changed.add(id);
      this.away.delete(province);
    }
    this.toRepeat = [...this.audience.people()];
  }

  /** Once a second: changes of the last second in few frames, and a part of all people repeated. */
  tick(): void {
    const now = this.now();
    for (const there of this.away.values())
      for (const [id, forget] of there)
        if (forget < now) {
          there.delete(id);
          this.changed.add(id);
        }
    const part = [...this.take(PER_TICK)];
    this.tellHere(part.filter((id) => turn(this.toldHere, id, this.isOnline(id))));
    this.tellThere(part.filter((id) => turn(this.toldThere, id, this.audience.has(id))));
    if (!this.neighbours) return;
    if (this.toRepeat.length === 0) this.toRepeat = [...this.audience.people()];
    const share = Math.min(PER_TICK, Math.ceil(this.audience.crowd / REPEAT_TICKS));
    this.tellThere(this.toRepeat.splice(-Math.max(1, share)).filter((id) => this.audience.has(id)));
  }

  private *take(most: number): Generator<PersonId> {
    for (const id of this.changed) {
      if (most-- === 0) return;
      this.changed.delete(id);
      yield id;
    }
  }

  private isOnline(id: PersonId): boolean {
    if (this.audience.has(id)) return true;
    for (const there of this.away.values()) if (there.has(id)) return true;
    return false;
  }

  private tellHere(people: readonly PersonId[]): void {
    const news = new Map<PersonId, News>();
    for (const id of people) {
      for (const room of this.toldRooms(id))
        for (const { person: reader } of this.readersIn(room))
          if (reader !== id) newsFor(news, reader, id, this.toldHere.has(id));
      if (!this.toldHere.has(id)) this.quiet.delete(id);
    }
    for (const [reader, { online, offline }] of news)
      for (const session of this.audience.of(reader))
        session.send({ t: "presence", online: [...online], offline: [...offline] });
  }

  private tellThere(people: readonly PersonId[]): void {
    if (!this.neighbours) return;
    const news = new Map<Province, News>();
    const quiet = new Map<Province, Record<PersonId, RoomId[]>>();
    for (const id of people)
      for (const room of this.smallRooms(id)) {
        const isOpen = this.openness.isOpen(room, id);
        for (const province of room.provinces) {
          if (province === this.store.province) continue;
          if (isOpen) newsFor(news, province, id, this.audience.has(id));
          else quietFor(quiet, province, id).push(room.id);
        }
      }
    for (const [province, { online, offline }] of news) {
      const hushed = quiet.get(province) ?? {};
      const told = [...online].filter((id) => (hushed[id]?.length ?? 0) <= MOST_QUIET);
      const rooms = Object.fromEntries(told.flatMap((id) => (hushed[id] ? [[id, hushed[id]]] : [])));
      this.neighbours.sendLive(province, {
        ...{ t: "presence", online: told, offline: [...offline] },
        ...(Object.keys(rooms).length > 0 && { quiet: rooms }),
      } satisfies LiveMessage);
    }
  }

  /** It is said in which rooms the person is not to be told of; where they were not until now, they are told of at once. */
  private hush(id: PersonId, rooms: readonly RoomId[]): void {
    const before = this.quiet.get(id) ?? [];
    if (rooms.length > 0) this.quiet.set(id, new Set(rooms));
    else this.quiet.delete(id);
    for (const each of before) {
      const room = rooms.includes(each) ? undefined : this.store.room(each);
      if (room) this.introduce(room);
    }
  }

  /** Whether others in the room may know whether the person is online. */
  private isTold(room: Room, id: PersonId): boolean {
    return this.openness.isOpen(room, id) && (this.audience.has(id) || this.quiet.get(id)?.has(room.id) !== true);
  }

  private *toldRooms(person: PersonId): Generator<Room> {
    for (const room of this.smallRooms(person)) if (this.isTold(room, person)) yield room;
  }

  private *smallRooms(person: PersonId): Generator<Room> {
    for (const id of this.store.roomsOf(person)) {
      const room = this.store.room(id);
      if (room && isClose(room, SEEN_ROOM)) yield room;
    }
  }

  private tellTyping(room: Room, message: LiveMessage & { t: "typing" }): void {
    for (const session of this.readersIn(room)) if (session.person !== message.person) session.send(message);
  }
}

interface News {
  online: Set<PersonId>;
  offline: Set<PersonId>;
}

function newsFor(news: Map<string, News>, reader: string, id: PersonId, isOnline: boolean): void {
  const own = news.get(reader) ?? { online: new Set(), offline: new Set() };
  news.set(reader, own);
  (isOnline ? own.online : own.offline).add(id);
}

function quietFor(quiet: Map<Province, Record<PersonId, RoomId[]>>, to: Province, id: PersonId): RoomId[] {
  const there = quiet.get(to) ?? {};
  quiet.set(to, there);
  there[id] ??= [];
  return there[id];
}

/** Brings a set in line with a fact; true where it changed. */
function turn(told: Set<PersonId>, id: PersonId, isSo: boolean): boolean {
  if (told.has(id) === isSo) return false;
  if (isSo) told.add(id);
  else told.delete(id);
  return true;
}

const idsOf = (value: unknown): PersonId[] => (Array.isArray(value) ? value.filter(isId) : []);
