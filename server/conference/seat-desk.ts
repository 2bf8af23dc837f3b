import type { CallId, CallNews, IceServer, SeatId, Track, Want } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Feed, FeedWant, MediaGateway } from "./ports.ts";

/** A wanted track as the gateway knows it. */
export interface Resolved {
  track: Track;
  want: FeedWant;
}

/** What a seat's media needs of the call around it. */
export interface SeatDesk {
  readonly seat: SeatId;
  call(): CallId;
  /** the gateway on which it is to stand now */
  gateway(): MediaGateway | undefined;
  now(): number;
  ice(): IceServer[];
  tell(news: CallNews): void;
  /** What can be had of these now, on the gateway on which it stands. */
  resolve(wants: readonly Want[], at: Province): Resolved[];
  /** What others can have of it is now this; null: nothing. */
  shows(feed: Feed | null, at: Province | null, life: number): void;
  speaking(on: boolean): void;
  /** It never answers. */
  giveUp(): void;
  failed(what: string, error: unknown): void;
}
