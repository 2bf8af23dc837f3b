import type { CallHead, SeatId, Track, Want } from "#protocol/call";
import type { Down } from "#protocol/down";
import type { PersonId } from "#protocol/ids";
import { computed, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals-core";
import type { Consent } from "./consent.ts";
import type { CallPhase, Face, Ladder } from "./contract.ts";
import { facesOf } from "./faces.ts";
import { changes, type Roster, type RosterChange, seated, spoke } from "./roster.ts";
import type { SeatSeal } from "./seal.ts";
import { type Showing, wants } from "./want.ts";

type Views = { camera: MediaStream | null; screen: MediaStream | null };

/** Who is in the call as this device knows it, and what may be seen and heard of them. */
export class Scene {
  readonly head: Signal<CallHead>;
  readonly seats = signal<Roster>(new Map());
  /** one's own; "" before one has sat down */
  readonly seat = signal<SeatId>("");
  readonly keys = signal<SeatSeal | null>(null);
  readonly speakers = signal<SeatId[]>([]);
  readonly shown = signal<readonly Showing[]>([]);
  private readonly speaking = signal<ReadonlySet<SeatId>>(new Set());
  private readonly streams = signal(0);
  /** the list of the present seat is here */
  listed = false;

  constructor(
    head: CallHead,
    private readonly me: () => PersonId | undefined,
  ) {
    this.head = signal(head);
  }

  /** Other streams arrive than before. */
  moved(): void {
    this.streams.value = this.streams.peek() + 1;
  }

  /** The seats that a node tells of. Answers what others did. */
  listen(message: Extract<Down, { t: "seats" }>): RosterChange[] {
    const before = this.seats.peek();
    const after = seated(before, message);
    this.seats.value = after;
    const known = this.listed;
    if (message.full && this.seat.peek()) this.listed = true;
    return known ? changes(before, after).filter(({ person }) => person !== this.me()) : [];
  }

  spoke(seats: readonly SeatId[]): void {
    this.speaking.value = new Set(seats);
    this.speakers.value = spoke(this.speakers.peek(), seats, this.seats.peek(), this.seat.peek());
  }

  /** Keys follow the seats, and what is decided and agreed to. */
  passKeys({ isClear, asked }: Pick<Consent, "isClear" | "asked">): void {
    const [roster, seat, keys] = [this.seats.value, this.seat.value, this.keys.value];
    // A browser that cannot encrypt has nothing to agree to.
    const clear = keys?.key === null ? !this.head.value.rules.sealed : isClear.value;
    const waits = asked.value !== null;
    // A list from before one sat down is of other seats than those that share keys with this one.
    if (keys && roster.has(seat)) untracked(() => keys.roster(roster, !clear, waits));
  }

  /** What is to be received: it follows who speaks, what is shown, what can be read and what the line bears. */
  wants(step: Ladder["step"]): Want[] {
    const seal = this.keys.value;
    if (!seal) return [];
    seal.version.value;
    const [roster, own, speakers, shown] = [this.seats.value, this.seat.value, this.speakers.value, this.shown.value];
    return wants({ roster, own, speakers, shown, step, readable: (seat) => seal.readable(seat) });
  }

  /** Whether somebody else is in the call. */
  get others(): boolean {
    return [...this.seats.value.values()].some(({ person, state }) => person !== this.me() && state !== "lobby");
  }

  /** Somebody else says that their line is poor. */
  get isPoorForSomebody(): boolean {
    const own = this.seat.peek();
    return [...this.seats.peek().values()].some(
      ({ id, state, network }) => id !== own && state === "in" && network === 1,
    );
  }

  get inPhase(): CallPhase {
    return this.others ? { at: "talking" } : { at: "alone", rings: this.head.value.ringing.length > 0 };
  }

  faces(
    on: ReadonlySignal<ReadonlySet<Track>>,
    views: ReadonlySignal<Views>,
    theirs: (seat: SeatId, track: "camera" | "screen") => MediaStream | null,
  ): ReadonlySignal<Face[]> {
    let faces: Face[] = [];
    return computed(() => {
      this.streams.value;
      const seal = this.keys.value;
      if (seal) seal.version.value;
      const [own, mine] = [this.seat.value, views.value];
      faces = facesOf(
        {
          ...{ roster: this.seats.value, head: this.head.value, own, me: this.me() as PersonId },
          ...{ on: on.value, speaking: this.speaking.value },
          stream: (seat, track) => (seat === own ? mine[track] : theirs(seat, track)),
          readable: (seat) => seal?.readable(seat) === true,
        },
        faces,
      );
      return faces;
    });
  }
}
