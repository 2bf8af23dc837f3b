import type { CallId, Seat, SeatId } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import { openBox, rosterName, sealBox } from "./box.ts";
import type { CallSecret, SecretHost } from "./call-secret.ts";
import { securityCode } from "./code.ts";
import { type Epoch, epochId } from "./epoch.ts";
import { Keyer } from "./keyer.ts";
import type { DevicePins, OwnSeatKey } from "./seat-key.ts";
import { SeatPairs } from "./seat-pairs.ts";

/** A box that only tells of an arrival: three bytes of mark, then the largest number known, in decimal; base64. */
const ARRIVED = /^AAAA([A-Za-z0-9+/=]{1,32})$/;
const arrived = (newest: number): string => `AAAA${btoa(String(newest))}`;
/** Inputs that may wait to be worked on, and boxes whose keyer is not known yet: what is beyond is sent again anyway. */
const MAX_WAITING = 256;
const MAX_EARLY = 16;

interface Box {
  from: SeatId;
  epoch: number;
  box: string;
}

/** The call's secrets by boxes between seats: the keyer's decisions, and the cryptography they need. */
export class SealedSecret implements CallSecret {
  private readonly keyer: Keyer;
  private readonly pairs: SeatPairs;
  private early: Box[] = [];
  private work: Promise<void> = Promise.resolve();
  private waiting = 0;
  private listed: readonly Seat[] | null = null;
  private callOff: () => void = () => {};
  private shown = "";
  private refusedShown = "";
  private codeShown = "";
  /** from the host's clock to that of one's node, which said when one's seat was taken */
  private ahead: number | null = null;
  private closed = false;

  constructor(
    private readonly at: { room: RoomId; call: CallId; seat: SeatId },
    own: OwnSeatKey,
    pins: Pick<DevicePins, "holds">,
    private readonly host: SecretHost,
  ) {
    this.keyer = new Keyer(at.seat, () => host.random());
    this.pairs = new SeatPairs(at, own, pins);
  }

  seats(seats: readonly Seat[]): void {
    // Only the newest list counts, however many came while one was looked at.
    const queued = this.listed !== null;
    this.listed = seats;
    if (!queued) this.enqueue(() => this.look());
  }

  heard(from: SeatId, epoch: number, box: string): void {
    if (this.waiting < MAX_WAITING) this.enqueue(() => this.open({ from, epoch, box }));
  }

  close(): void {
    this.closed = true;
    this.callOff();
  }

  /** Milliseconds since 1970 by the node's clock; the machine's own may be years off. */
  private now(): number {
    return this.host.now() + (this.ahead ?? 0);
  }

  private enqueue(task: () => Promise<void>): void {
    this.waiting++;
    // A task that failed (a vault that is closed) must not keep the later ones from running.
    const safe = () => (this.closed ? undefined : task().then(() => this.step()));
    this.work = this.work.then(safe).catch(() => {});
    this.work.then(() => this.waiting--);
  }

  private async look(): Promise<void> {
    const seats = this.listed ?? [];
    this.listed = null;
    const { members, refused } = await this.pairs.look(seats);
    const mine = members.find(({ id }) => id === this.at.seat);
    if (mine) this.ahead ??= mine.at - this.host.now();
    const name = await rosterName(members.map(({ id, key }) => ({ id, agree: key.agree })));
    const roster = members.map(({ id, at, state }) => ({ id, at, here: state === "in" }));
    this.keyer.sit({ name, members: roster }, this.now());
    const code = mine ? await securityCode(this.at.call, members) : "";
    if (code !== this.codeShown) {
      this.codeShown = code;
      this.host.code(code);
    }
    if (refused.join() !== this.refusedShown) {
      this.refusedShown = refused.join();
      this.host.refused(refused);
    }
    const early = this.early;
    this.early = [];
    for (const box of early) await this.open(box);
  }

  private async open({ from, epoch, box }: Box): Promise<void> {
    const pair = this.pairs.of(from);
    if (!pair) {
      this.early = [...this.early, { from, epoch, box }].slice(-MAX_EARLY);
      return;
    }
    const told = ARRIVED.exec(box)?.[1];
    if (told) {
      this.keyer.acknowledge(from, epoch, Number(atob(told)), this.now());
      return;
    }
    const { room, call, seat } = this.at;
    const content = await openBox(await pair, { room, call, epoch, keyer: from, seat }, box);
    if (content) this.keyer.receive({ n: epoch, keyer: from, secret: content.secret }, content.roster, this.now());
  }

  private async step(): Promise<void> {
    const { seal, acks, use, hold, wake } = this.keyer.step(this.now());
    const shown = JSON.stringify([use && epochId(use), hold.map(epochId)]);
    if (shown !== this.shown) {
      this.shown = shown;
      this.host.epochs(use, hold);
    }
    for (const { to, n, newest } of acks) this.host.send(n, [{ seat: to, box: arrived(newest) }]);
    for (const { epoch, roster, to } of seal) await this.seal(epoch, roster, to);
    this.callOff();
    if (wake !== null && !this.closed)
      this.callOff = this.host.later(Math.max(0, wake - this.now()), () => this.enqueue(async () => {}));
  }

  private async seal(epoch: Epoch, roster: string, to: readonly SeatId[]): Promise<void> {
    const { room, call, seat: keyer } = this.at;
    const boxes = await Promise.all(
      to.map(async (seat) => {
        const pair = await this.pairs.of(seat);
        const place = { room, call, epoch: epoch.n, keyer, seat };
        return pair ? [{ seat, box: await sealBox(pair, place, { roster, secret: epoch.secret }) }] : [];
      }),
    );
    if (!this.closed) this.host.send(epoch.n, boxes.flat());
  }
}
