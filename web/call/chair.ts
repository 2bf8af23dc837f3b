import type { CallAct, CallId, Joining, SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import { effect, type Signal, signal, untracked } from "@preact/signals-core";
import { Refusal } from "../net/refusal.ts";
import type { CallPhase } from "./contract.ts";
import type { CallHost } from "./host.ts";
import { LIFE_TIMES, type LifeNeeds } from "./life.ts";
import type { SeatSeal } from "./seal.ts";
import { outcomeOf, type Signalling } from "./signalling.ts";
import { Sitting } from "./sitting.ts";

type Ending = Extract<CallPhase, { at: "over" }>["why"];

/** Where one stands with the call, whatever others do. */
export type Place =
  | { at: "joining" }
  | { at: "lobby"; since: number }
  | { at: "in" }
  | { at: "returning"; since: number }
  | { at: "over"; why: Ending };

/** The last patience is sixteen times the first. */
const MOST_DOUBLINGS = 4;

export const CHAIR_TIMES = {
  ...LIFE_TIMES,
  /** how long a node keeps the place of one whose socket is lost */
  kept: 30_000,
  /** how long to try to come back in all */
  returning: 60_000,
  /** how long to wait for the list of seats before media begins */
  listed: 1500,
};

export type Begin = Omit<Extract<CallAct, { do: "begin" }>, "seat">;

interface ChairNeeds extends Omit<LifeNeeds, "seal" | "times"> {
  host: CallHost;
  signalling: Signalling;
  times: typeof CHAIR_TIMES;
  seal(): Promise<SeatSeal>;
  call(): CallId;
  /** how to begin the present call once more, where a node has forgotten it */
  beginAgain(): Begin;
  /** by whose word it begins */
  begun(act: Begin, sealed: boolean): Promise<CallOrder[]>;
  /** whether one may have to wait in the lobby */
  mayWait(): boolean;
  joining(): Pick<Joining, "on">;
}

interface ChairEvents {
  /** another seat, with another connection behind it */
  sat(sitting: Sitting): void;
  streams(): void;
  over(): void;
}

/** Takes a seat in a call and keeps it: over lost sockets, other nodes, and connections that do not come about. */
export class Chair {
  readonly place: Signal<Place> = signal({ at: "joining" });
  sitting: Sitting | null = null;
  private socket = 0;
  private node = "";
  private lostAt = 0;
  private coming = false;
  private admitted = false;
  /** how often in a row the connections of a seat did not come about */
  private failures = 0;
  private readonly unwatch: () => void;

  constructor(
    private readonly needs: ChairNeeds,
    private readonly events: ChairEvents,
  ) {
    this.unwatch = effect(() => {
      const link = needs.host.connection.value;
      untracked(() => {
        if (link.state !== "online") this.lost();
        else if (this.sitting && link.since !== this.socket) this.comeBack(true);
      });
    });
  }

  /** The first time. @throws Refusal where the node does not let one in, or cannot be reached */
  async take(act: { do: "join"; was?: SeatId } | Begin): Promise<void> {
    await this.sit(act.do === "begin" ? act : { do: "join" }, "was" in act ? act.was : undefined);
  }

  /** What the list of seats says of one's own. */
  listed(state: "lobby" | "in" | "away" | undefined): void {
    const { sitting } = this;
    if (!sitting || !state || this.ended) return;
    if (state === "lobby" && !this.admitted) {
      if (this.place.peek().at !== "lobby") this.place.value = { at: "lobby", since: this.needs.host.now() };
    } else this.admit();
  }

  /** A host let one in, or one is in without. */
  admit(): void {
    const waited = this.place.peek().at === "lobby" && this.sitting?.present;
    this.admitted = true;
    // What was offered too early was refused.
    if (waited) this.anew();
    else this.enter();
  }

  private enter(): void {
    if (!this.sitting || this.ended || this.coming) return;
    this.place.value = { at: "in" };
    this.sitting.begin();
  }

  /** The connections do not come about, or the call is another one now: a new seat for the old one. */
  anew(): void {
    if (!this.ended && !this.coming) this.comeBack(false);
  }

  end(why: Ending): void {
    if (this.ended) return;
    this.place.value = { at: "over", why };
    this.unwatch();
    this.sitting?.close();
    this.events.over();
  }

  private get ended(): boolean {
    return this.place.peek().at === "over";
  }

  private lost(): void {
    const place = this.place.peek();
    if (this.ended || place.at === "joining" || place.at === "returning") return;
    this.lostAt = this.needs.host.now();
    this.place.value = { at: "returning", since: this.lostAt };
  }

  private async sit(act: Begin | { do: "join" }, was?: SeatId): Promise<void> {
    const { needs } = this;
    const link = needs.host.connection.peek();
    const seal = await needs.seal();
    const { seat, life, ice } = await this.ask(act, { key: seal.key, ...needs.joining(), ...(was && { was }) }).catch(
      (error) => {
        seal.close();
        throw error;
      },
    );
    if (this.ended) {
      seal.close();
      needs.signalling.do({ do: "leave" }).catch(() => {});
      return;
    }
    seal.seated(needs.call(), seat);
    const former = this.sitting;
    // On a slow machine or line a connection takes longer than the first patience: it must not be begun anew for ever.
    const patience = needs.times.patience * 2 ** Math.min(this.failures, MOST_DOUBLINGS);
    const sitting = new Sitting(
      seat,
      seal,
      { life, ice },
      { ...needs, times: { ...needs.times, patience } },
      {
        changed: () => {
          if (sitting.present?.isUp) this.failures = 0;
          this.events.streams();
        },
        hopeless: () => {
          if (this.sitting !== sitting) return;
          this.failures++;
          this.anew();
        },
      },
    );
    this.sitting = sitting;
    this.admitted = false;
    this.here(link);
    former?.close();
    this.events.sat(sitting);
    if (!needs.mayWait()) this.enter();
    // The list says whether one waits in the lobby. Where none comes, the node knows what it refuses.
    setTimeout(() => {
      const { at } = this.place.peek();
      if (this.sitting === sitting && (at === "joining" || at === "returning")) this.enter();
    }, needs.times.listed);
  }

  private async ask(act: Begin | { do: "join" }, seat: Joining) {
    const { signalling, begun } = this.needs;
    if (act.do === "join") return signalling.sit({ ...act, seat });
    return signalling.sit({ ...act, seat }, await begun(act, seat.key !== null));
  }

  private here(link: ReturnType<CallHost["connection"]["peek"]>): void {
    if (link.state !== "online") return;
    this.socket = link.since;
    this.node = link.node;
  }

  private async comeBack(resume: boolean): Promise<void> {
    if (this.coming || this.ended) return;
    this.coming = true;
    const { host, times } = this.needs;
    const began = host.now();
    if (this.place.peek().at !== "returning") this.place.value = { at: "returning", since: began };
    for (let wait = times.first; !this.ended; wait = Math.min(wait * 1.5, times.most)) {
      const link = host.connection.peek();
      // Without a link there is nothing to try: the next one calls again.
      if (link.state !== "online") break;
      try {
        if (!(resume && (await this.resume(link)))) await this.sitAgain(began);
        break;
      } catch (error) {
        if (error instanceof Refusal && error.code === "offline") break;
        if (outcomeOf(error) === "no") this.end((error as Refusal).code === "forbidden" ? "refused" : "ended");
        else if (host.now() - began > times.returning) this.end("lost");
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    this.coming = false;
    this.settle();
  }

  /** After coming back: in again, or, where the link was lost meanwhile, once more. */
  private settle(): void {
    if (this.ended) return;
    const link = this.needs.host.connection.peek();
    if (link.state === "online" && this.socket !== link.since) setTimeout(() => this.comeBack(true), 0);
    else if (this.admitted || !this.needs.mayWait()) this.enter();
  }

  /** A new seat for the old one. A node that was restarted knows of no call: whoever comes first begins it once more. */
  private async sitAgain(now: number): Promise<void> {
    const was = this.sitting?.seat;
    try {
      await this.sit({ do: "join" }, was);
    } catch (error) {
      const forgotten = error instanceof Refusal && error.code === "conflict";
      if (!forgotten || now - this.lostAt > this.needs.times.kept) throw error;
      await this.sit(this.needs.beginAgain(), was);
    }
  }

  /** With a new socket of the same node to the same seat; false where that seat is not there any more. */
  private async resume(
    link: Extract<ReturnType<CallHost["connection"]["peek"]>, { state: "online" }>,
  ): Promise<boolean> {
    const { sitting, needs } = this;
    if (!sitting || link.node !== this.node || needs.host.now() - this.lostAt > needs.times.kept) return false;
    try {
      const { seat, life, ice } = await needs.signalling.sit({ do: "resume", seat: sitting.seat });
      if (seat !== sitting.seat) return false;
      this.here(link);
      if (life > sitting.number) sitting.move(life, ice);
      else sitting.present?.again();
      this.events.sat(sitting);
      return true;
    } catch (error) {
      if (outcomeOf(error) === "later") throw error;
      return false;
    }
  }
}
