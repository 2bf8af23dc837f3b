import type { PersonId, RoomId } from "#protocol/ids";
import type { Room } from "./room.ts";

const SHOWN_MS = 5000;
const SAID_MS = 3000;

/** Who is writing: said at most every three seconds, and forgotten after five. */
export class Typing {
  private readonly said = new Map<RoomId, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly say: (room: RoomId, on: boolean) => void,
    private readonly now: () => number,
  ) {}

  own(room: RoomId, on: boolean): void {
    const last = this.said.get(room);
    if (on ? last !== undefined && this.now() - last < SAID_MS : last === undefined) return;
    if (on) this.said.set(room, this.now());
    else this.said.delete(room);
    this.say(room, on);
  }

  heard(room: Room, person: PersonId, on: boolean): void {
    const key = room.id + person;
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    const others = room.typing.value.filter((id) => id !== person);
    if (on)
      this.timers.set(
        key,
        setTimeout(() => this.heard(room, person, false), SHOWN_MS),
      );
    if (on || others.length < room.typing.value.length) room.typing.value = on ? [...others, person] : others;
  }

  stop(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.said.clear();
  }
}
