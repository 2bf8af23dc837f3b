import type { CallAct, SeatId } from "#protocol/call";
import type { PersonId } from "#protocol/ids";
import { Refusal } from "../net/refusal.ts";
import type { Happenings } from "./happenings.ts";
import type { OwnTracks } from "./own-tracks.ts";
import type { Recording } from "./recording.ts";
import type { Signalling } from "./signalling.ts";

/** What one does and asks in a call: what others must do is one act each, and a refusal is told. */
export abstract class Asking {
  protected abstract readonly signalling: Signalling;
  protected abstract readonly happenings: Happenings;
  protected abstract readonly own: OwnTracks;
  protected abstract readonly recording: Recording;

  mic = (on: boolean): Promise<void> => this.own.set("mic", on);
  camera = (on: boolean): Promise<void> => this.own.set("camera", on);
  share = (on: boolean): Promise<void> => this.own.share(on);
  record = (on: boolean): void => {
    this.recording.turn(on).catch((error) => this.refused(error));
  };

  hand = (up: boolean): void => this.act({ do: "hand", up });
  react = (sign: string): void => this.act({ do: "react", sign });
  // hosts
  admit = (seat: SeatId): void => this.act({ do: "admit", seat });
  refuse = (seat: SeatId): void => this.act({ do: "remove", seat });
  mute = (seat: SeatId | null): void => this.act({ do: "mute", seat, track: "mic" });
  askToSpeak = (seat: SeatId): void => this.act({ do: "ask", seat, track: "mic" });
  remove = (seat: SeatId): void => this.act({ do: "remove", seat });
  lower = (seat: SeatId | null): void => this.act({ do: "lower", seat });
  lock = (on: boolean): void => this.act({ do: "lock", on });
  lobby = (on: boolean): void => this.act({ do: "lobby", on });
  unseal = (): void => this.act({ do: "unseal" });
  promote = (person: PersonId, rank: "cohost" | "member"): void => this.act({ do: "rank", person, rank });
  endForAll = (): void => this.act({ do: "end" });

  protected act(act: CallAct): void {
    this.signalling.do(act).catch((error) => this.refused(error));
  }
  /** Of what the machine says by itself nobody needs to hear that it was not taken. */
  protected tell(act: CallAct): void {
    this.signalling.do(act).catch(() => {});
  }
  protected refused(error: unknown): void {
    this.happenings.failed(error instanceof Refusal ? error.message : "This did not work.", error);
  }
}
