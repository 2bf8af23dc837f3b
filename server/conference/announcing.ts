import type { Province } from "#protocol/ids";
import type { Leg } from "../domain/calls/leg.ts";
import type { Room } from "./room.ts";

/** Whoever lost a leg asks for it once; one who goes on asking is answered so often, in milliseconds. */
const ANSWER_MS = 200;

/** Tells the other provinces this one's leg: what changed, and now and then that it is as it was. */
export class Announcing {
  private sent = { life: "", version: 0 };

  private readonly answered = new Map<Province, number>();

  constructor(private readonly room: Room) {}

  /** @param now milliseconds since 1970 */
  mayAnswer(from: Province, now: number): boolean {
    if (now - (this.answered.get(from) ?? 0) < ANSWER_MS) return false;
    this.answered.set(from, now);
    return true;
  }

  changed(own: Leg | undefined): void {
    if (!own) return;
    const since = this.sent.life === own.life ? this.sent.version : 0;
    if (since === own.version) return;
    this.sent = { life: own.life, version: own.version };
    this.room.toOthers({ t: "call", is: "leg", leg: own.news(since) });
  }

  /** Whoever lost something sees it by the version, and asks. */
  beat(own: Leg | undefined): void {
    if (!own) return;
    const { room } = this;
    room.toOthers({ t: "call", is: "leg", leg: own.news(own.version) });
    const seats = room.speaking.beat();
    if (seats.length > 0) room.toOthers({ t: "call", is: "speaking", room: room.room, call: own.opening.id, seats });
  }

  /** There is no leg here any more. */
  none(): void {
    this.room.toOthers({ t: "call", is: "none", room: this.room.room });
  }
}
