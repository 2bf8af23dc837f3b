import type { CallAct, CallHead, SeatId } from "#protocol/call";
import type { CallOrder, OrderedAct } from "#protocol/call-order";
import type { PersonId } from "#protocol/ids";
import type { ReadonlySignal } from "@preact/signals-core";
import { Refusal } from "../net/refusal.ts";
import type { CallHost } from "./host.ts";
import type { Happenings } from "./happenings.ts";
import { ordered } from "./orders.ts";
import type { OwnTracks } from "./own-tracks.ts";
import type { Recording } from "./recording.ts";
import type { Signalling } from "./signalling.ts";

/** What one does and asks in a call: what others must do is one act each, and a refusal is told. */
export abstract class Asking {
  protected abstract readonly signalling: Signalling;
  protected abstract readonly happenings: Happenings;
  protected abstract readonly own: OwnTracks;
  protected abstract readonly recording: Recording;
  protected abstract readonly host: Pick<CallHost, "who" | "now">;
  abstract readonly head: ReadonlySignal<CallHead>;
  /** Signing takes a moment: orders keep their turn, and each is later than the one before. */
  private turn: Promise<void> = Promise.resolve();
  private ordered = 0;

  mic = (on: boolean): Promise<void> => this.own.set("mic", on);
  camera = (on: boolean): Promise<void> => this.own.set("camera", on);
  share = (on: boolean): Promise<void> => this.own.share(on);
  record = (on: boolean): void => {
    this.recording.turn(on).catch((error) => this.refused(error));
  };

  hand = (up: boolean): void => this.act({ do: "hand", up });
  react = (sign: string): void => this.act({ do: "react", sign });
  // hosts
  admit = (seat: SeatId): void => this.order({ do: "admit", seat });
  refuse = (seat: SeatId): void => this.order({ do: "remove", seat });
  mute = (seat: SeatId | null): void => this.order({ do: "mute", seat, track: "mic" });
  askToSpeak = (seat: SeatId): void => this.order({ do: "ask", seat, track: "mic" });
  remove = (seat: SeatId): void => this.order({ do: "remove", seat });
  lower = (seat: SeatId | null): void => this.order({ do: "lower", seat });
  lock = (on: boolean): void => this.order({ do: "lock", on });
  lobby = (on: boolean): void => this.order({ do: "lobby", on });
  /** Who decides it has said yes to it. */
  unseal = (): void => {
    this.agreeClear();
    this.order({ do: "unseal" });
  };
  promote = (person: PersonId, rank: "cohost" | "member"): void => this.order({ do: "rank", person, rank });
  endForAll = (): void => this.order({ do: "end" });

  abstract agreeClear(): void;
  protected act(act: CallAct, orders?: CallOrder[]): void {
    this.signalling.do(act, orders).catch((error) => this.refused(error));
  }
  /** What decides for others counts by this device's signature alone. */
  private order(act: Exclude<OrderedAct, { do: "begin" }>): void {
    this.turn = this.turn
      .then(() => ordered(this.host, this.head.peek(), act, this.ordered))
      .then((order) => {
        this.ordered = order.at;
        this.act(act, [order]);
      })
      .catch((error) => this.refused(error));
  }
  /** Of what the machine says by itself nobody needs to hear that it was not taken. */
  protected tell(act: CallAct): void {
    this.signalling.do(act).catch(() => {});
  }
  protected refused(error: unknown): void {
    this.happenings.failed(error instanceof Refusal ? error.message : "This did not work.", error);
  }
}
