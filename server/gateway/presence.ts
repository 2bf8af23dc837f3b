import { isId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import type { Room, Store } from "../domain/ports.ts";
import type { Audience } from "./audience.ts";
import { isClose } from "./marks.ts";
import type { Neighbours } from "./ports.ts";
import type { Session } from "./session.ts";

/** Presence is told in rooms of so many: everybody coming back at once grows with people times those they share rooms with. */
const SEEN_ROOM = 12;
/** People looked after in one tick, and how many ticks it takes to repeat all of them to the other provinces. */
const PER_TICK = 500;
const REPEAT_TICKS = 30;
/** People of another province count as gone when it has not repeated them for so long, in milliseconds. */
const FORGET_MS = 90_000;

/** What provinces tell each other of what passes. Lost ones are repeated, or do not matter. */
export type LiveMessage =
  | { t: "typing"; room: RoomId; person: PersonId; on: boolean }
  | { t: "presence"; online: PersonId[]; offline: PersonId[] };

/** Who is online and who is typing: told only to those who share a small room, channels apart. */
export class Presence {
  private readonly changed = new Set<PersonId>();
  private readonly toldHere = new Set<PersonId>();
  private readonly toldThere = new Set<PersonId>();
  /** people online in other provinces, with the time at which they are forgotten */
  private readonly away = new Map<Province, Map<PersonId, number>>();
  private toRepeat: PersonId[] = [];

  constructor(
    private readonly store: Store,
    private readonly audience: Audience,
    private readonly neighbours: Neighbours | undefined,
    private readonly now: () => number,
  ) {}

  /** A session of the person came or went. */
  touched(person: PersonId): void {
    this.changed.add(person);
  }

  /** Tells a session that has just resumed who is there. */
  greet(session: Session): void {
    const online = new Set<PersonId>();
    for (const room of this.smallRooms(session.person))
      for (const id of room.members.keys()) if (this.toldHere.has(id)) online.add(id);
    online.delete(session.person);
    if (online.size > 0) session.send({ t: "presence", online: [...online], offline: [] });
  }

  /** People who now share a room learn of each other. */
  introduce(room: Room): void {
    if (!isClose(room, SEEN_ROOM)) return;
    const online = [...room.members.keys()].filter((id) => this.toldHere.has(id));
    if (online.length === 0) return;
    for (const id of room.members.keys())
      for (const session of this.audience.of(id)) session.send({ t: "presence", online, offline: [] });
  }

  /** Those who are told of the person: their card is kept up to date with them, too. */
  *readersOf(person: PersonId): Generator<PersonId> {
    for (const room of this.smallRooms(person)) yield* room.members.keys();
  }

  typing(from: Session, id: RoomId, on: boolean): void {
    const room = this.store.room(id);
    if (!room?.members.has(from.person) || !isClose(room)) return;
    const message = { t: "typing", room: id, person: from.person, on } as const;
    this.tellTyping(room, message);
    for (const province of room.provinces)
      if (province !== this.store.province) this.neighbours?.sendLive(province, message satisfies LiveMessage);
  }

  heard(from: Province, message: unknown): void {
    const live = message as Partial<LiveMessage> | null;
    if (live?.t === "typing") {
      const room = isId(live.room) ? this.store.room(live.room) : undefined;
      if (room?.provinces.includes(from) && isId(live.person) && room.members.has(live.person))
        this.tellTyping(room, { t: "typing", room: room.id, person: live.person, on: live.on === true });
    } else if (live?.t === "presence") {
      const there = this.away.get(from) ?? new Map<PersonId, number>();
      this.away.set(from, there);
      const forget = this.now() + FORGET_MS;
      for (const id of idsOf(live.online)) {
        if (!there.has(id)) this.changed.add(id);
        there.set(id, forget);
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
    for (const id of people)
      for (const room of this.smallRooms(id))
        for (const reader of room.members.keys())
          if (reader !== id && this.audience.has(reader)) newsFor(news, reader, id, this.toldHere.has(id));
    for (const [reader, { online, offline }] of news)
      for (const session of this.audience.of(reader))
        session.send({ t: "presence", online: [...online], offline: [...offline] });
  }

  private tellThere(people: readonly PersonId[]): void {
    if (!this.neighbours) return;
    const news = new Map<Province, News>();
    for (const id of people)
      for (const room of this.smallRooms(id))
        for (const province of room.provinces)
          if (province !== this.store.province) newsFor(news, province, id, this.audience.has(id));
    for (const [province, { online, offline }] of news)
      this.neighbours.sendLive(province, {
        t: "presence",
        online: [...online],
        offline: [...offline],
      } satisfies LiveMessage);
  }

  private *smallRooms(person: PersonId): Generator<Room> {
    for (const id of this.store.roomsOf(person)) {
      const room = this.store.room(id);
      if (room && isClose(room, SEEN_ROOM)) yield room;
    }
  }

  private tellTyping(room: Room, message: LiveMessage & { t: "typing" }): void {
    for (const id of room.members.keys())
      if (id !== message.person) for (const session of this.audience.of(id)) session.send(message);
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

/** Brings a set in line with a fact; true where it changed. */
function turn(told: Set<PersonId>, id: PersonId, isSo: boolean): boolean {
  if (told.has(id) === isSo) return false;
  if (isSo) told.add(id);
  else told.delete(id);
  return true;
}

const idsOf = (value: unknown): PersonId[] => (Array.isArray(value) ? value.filter(isId) : []);
