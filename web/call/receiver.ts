import type { SeatId, Track } from "#protocol/call";
import type { Player, Rtc } from "../platform/rtc.ts";
import type { MediaSeal } from "./seal.ts";
import { forGateway } from "./sdp.ts";
import type { CallNewsOf } from "./signalling.ts";

export interface Arriving {
  seat: SeatId;
  track: Track;
  media: MediaStreamTrack;
  stream: MediaStream;
}

interface ReceiverEvents {
  answer(n: number, sdp: string): Promise<void>;
  /** other streams arrive than before */
  changed(): void;
  /** an offer could not be taken, or its answer not be given */
  failed(error: unknown): void;
}

const keyOf = (seat: SeatId, track: Track): string => `${seat} ${track}`;

/** The connection on which a seat receives: as the gateway offers it, offer after offer. Voices are played here. */
export class Receiver {
  readonly pc: RTCPeerConnection;
  readonly arriving = new Map<string, Arriving>();
  private readonly players = new Map<string, Player>();
  private newest: CallNewsOf<"offer"> | undefined;
  private work: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly rtc: Rtc,
    iceServers: RTCIceServer[],
    private readonly seal: MediaSeal,
    private readonly speaker: () => string | null,
    private readonly events: ReceiverEvents,
  ) {
    this.pc = rtc.peer({ iceServers, bundlePolicy: "max-bundle", ...seal.config });
  }

  /** Offers are taken in their order; one that has been overtaken before its turn is passed over. */
  offer(news: CallNewsOf<"offer">): void {
    this.newest = news;
    this.work = this.work.then(async () => {
      if (this.closed || this.newest !== news) return;
      try {
        await this.take(news);
      } catch (error) {
        if (!this.closed) this.events.failed(error);
      }
    });
  }

  get(seat: SeatId, track: Track): Arriving | undefined {
    return this.arriving.get(keyOf(seat, track));
  }

  /** What is heard. */
  get voices(): MediaStreamTrack[] {
    return [...this.arriving.values()].map(({ media }) => media).filter(({ kind }) => kind === "audio");
  }

  /** Another loudspeaker was chosen. */
  speakers(): void {
    for (const player of this.players.values()) player.speaker(this.speaker());
  }

  close(): void {
    this.closed = true;
    this.pc.close();
    for (const player of this.players.values()) player.stop();
    this.players.clear();
    this.arriving.clear();
  }

  private async take({ sdp, n, feeds }: CallNewsOf<"offer">): Promise<void> {
    const { pc } = this;
    const seats = new Map(feeds.map((feed) => [feed.mid, feed]));
    // A line's key is told as soon as the line is there: what comes in before must not be heard as noise.
    pc.ontrack = ({ transceiver }) => {
      const feed = transceiver.mid === null ? undefined : seats.get(transceiver.mid);
      if (feed) this.seal.receives(transceiver.receiver, feed.seat);
    };
    await pc.setRemoteDescription({ type: "offer", sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    if (this.closed) return;
    this.arrange(seats);
    await this.events.answer(n, forGateway((pc.localDescription as RTCSessionDescription).sdp));
  }

  private arrange(feeds: ReadonlyMap<string, { seat: SeatId; track: Track }>): void {
    const gone = new Set(this.arriving.keys());
    for (const { mid, receiver, currentDirection } of this.pc.getTransceivers()) {
      const feed = mid === null ? undefined : feeds.get(mid);
      if (!feed || currentDirection === "inactive" || currentDirection === "stopped") continue;
      const { seat, track } = feed;
      const key = keyOf(seat, track);
      gone.delete(key);
      if (this.arriving.get(key)?.media === receiver.track) continue;
      this.leave(key);
      this.seal.receives(receiver, seat);
      const stream = this.rtc.stream([receiver.track]);
      this.arriving.set(key, { seat, track, media: receiver.track, stream });
      receiver.track.onmute = receiver.track.onunmute = () => this.events.changed();
      if (receiver.track.kind === "audio") this.players.set(key, this.rtc.play(stream, this.speaker()));
    }
    for (const key of gone) this.leave(key);
    this.events.changed();
  }

  private leave(key: string): void {
    this.arriving.delete(key);
    this.players.get(key)?.stop();
    this.players.delete(key);
  }
}
