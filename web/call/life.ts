import { type IceServer, type SeatId, type Track, TRACKS, type Want } from "#protocol/call";
import { Refusal } from "../net/refusal.ts";
import type { Rtc } from "../platform/rtc.ts";
import type { Pace } from "./ladder.ts";
import { type Arriving, Receiver } from "./receiver.ts";
import type { MediaSeal } from "./seal.ts";
import { Sender } from "./sender.ts";
import { type CallNewsOf, outcomeOf, type Signalling } from "./signalling.ts";

export const LIFE_TIMES = {
  /** waits between attempts, milliseconds, each half as long again as the one before: gateways are back within a second */
  first: 200,
  most: 3000,
  /** how long a connection may take to come about, or be cut off, before it is tried anew */
  patience: 6000,
};

export interface LifeEvents {
  /** other streams arrive than before, or a connection is up or down */
  changed(): void;
  /** the connections cannot be brought about: the seat has to be taken anew */
  hopeless(): void;
}

export interface LifeNeeds {
  rtc: Rtc;
  seal: MediaSeal;
  /** what is to be sent on the track's line now */
  sent: (track: Track) => MediaStreamTrack | null;
  signalling: Signalling;
  speaker: () => string | null;
  times?: Partial<typeof LIFE_TIMES>;
}

/** Firefox before 113 tells of ICE alone. */
export const stateOf = ({ connectionState, iceConnectionState }: RTCPeerConnection): string =>
  connectionState || (iceConnectionState === "completed" ? "connected" : iceConnectionState);
const BROKEN: ReadonlySet<string> = new Set(["failed", "disconnected"]);
const up = (pc: RTCPeerConnection): boolean => stateOf(pc) === "connected";

/** A seat's media from one beginning to the next: what it sends and what it receives, kept up as long as it can be. */
export class Life {
  readonly sender: Sender;
  readonly receiver: Receiver;
  private readonly times: typeof LIFE_TIMES;
  private wanted: Want[] = [];
  private asked = "[]";
  private asking = false;
  private closed = false;
  private restarted = false;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    private readonly needs: LifeNeeds,
    readonly life: number,
    ice: IceServer[],
    private readonly events: LifeEvents,
  ) {
    const { rtc, seal, speaker, signalling } = needs;
    this.times = { ...LIFE_TIMES, ...needs.times };
    this.sender = new Sender(rtc, ice, seal);
    this.receiver = new Receiver(rtc, ice, seal, speaker, {
      answer: (n, sdp) => signalling.do({ do: "answer", life, n, sdp }),
      changed: () => events.changed(),
      failed: (error) => this.unanswered(error),
    });
    this.watch(this.sender.pc, () => this.restart());
    this.watch(this.receiver.pc, () => events.hopeless());
  }

  /** Sends what there is to send, and wants what is wanted, until both are taken. */
  async start(): Promise<void> {
    await this.send();
    await this.persist(() => this.publish(false));
    this.later(this.times.patience, () => {
      if (!up(this.sender.pc)) this.restart();
    });
  }

  /** Puts on the lines what is on now. */
  async send(): Promise<void> {
    for (const track of TRACKS) if (!this.closed) await this.sender.set(track, this.needs.sent(track));
  }

  take(ladder: Pace): void {
    this.sender.take(ladder).catch(console.error);
  }

  want(list: Want[]): void {
    this.wanted = list;
    this.ask();
  }

  /** Says again what may have been lost with a socket. */
  again(): void {
    this.asked = "";
    this.ask();
    if (BROKEN.has(stateOf(this.sender.pc))) this.restart();
  }

  offer(news: CallNewsOf<"offer">): void {
    if (news.life === this.life) this.receiver.offer(news);
  }

  get(seat: SeatId, track: Track): Arriving | undefined {
    return this.receiver.get(seat, track);
  }

  /** Whether it sends. */
  get isUp(): boolean {
    return up(this.sender.pc);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.sender.close();
    this.receiver.close();
  }

  private publish(restart: boolean): Promise<void> {
    const { life } = this;
    return this.sender.publish(async (sdp, tracks) => {
      const { sdp: answer } = await this.needs.signalling.publish({ life, sdp, tracks });
      return answer;
    }, restart);
  }

  /** Looks for a way to the gateway anew; where that does not help, the seat is taken anew. */
  private restart(): void {
    if (this.closed) return;
    if (this.restarted) {
      this.events.hopeless();
      return;
    }
    this.restarted = true;
    this.persist(() => this.publish(true));
    this.later(this.times.patience, () => {
      if (!up(this.sender.pc)) this.events.hopeless();
      else this.restarted = false;
    });
  }

  private watch(pc: RTCPeerConnection, broken: () => void): void {
    let cut: ReturnType<typeof setTimeout> | undefined;
    pc.onconnectionstatechange = pc.oniceconnectionstatechange = () => {
      if (this.closed) return;
      const state = stateOf(pc);
      if (cut !== undefined) clearTimeout(cut);
      if (state === "failed") broken();
      // It often heals by itself: a telephone that changes its network takes a few seconds.
      if (state === "disconnected") cut = this.later(this.times.patience / 2, broken);
      this.events.changed();
    };
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    // What is asked for while an answer is awaited is asked for once, as it is then.
    await this.persist(async () => {
      for (;;) {
        const feeds = this.wanted;
        const now = JSON.stringify(feeds);
        if (now === this.asked) return;
        await this.needs.signalling.do({ do: "want", life: this.life, feeds });
        this.asked = now;
      }
    });
    this.asking = false;
  }

  private unanswered(error: unknown): void {
    // The gateway offers again when it is wanted again.
    if (outcomeOf(error) === "later") this.later(this.times.first, () => this.again());
    else if (!(error instanceof Refusal)) console.error("an offer could not be answered", error);
  }

  /** Tries until it is done, refused for good, or this life is over. */
  private async persist(what: () => Promise<void>): Promise<void> {
    for (let wait = this.times.first; !this.closed; wait = Math.min(wait * 1.5, this.times.most)) {
      try {
        return await what();
      } catch (error) {
        if (this.closed || outcomeOf(error) === "no") return;
      }
      await new Promise<void>((resolve) => this.later(wait, resolve));
    }
  }

  private later(ms: number, what: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.closed) what();
    }, ms);
    this.timers.add(timer);
    return timer;
  }
}
