import type { CallId, SeatId, SeatKey, Track } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import { signal } from "@preact/signals-core";
import type { CallStats } from "./contract.ts";
import type { Epoch } from "./crypto/epoch.ts";
import { SealedSecret } from "./crypto/sealed-secret.ts";
import { DevicePins, makeSeatKey, type OwnSeatKey } from "./crypto/seat-key.ts";
import { canSeal, Sealer, sealOptions, type SealWay } from "./crypto/transform.ts";
import type { CallHost } from "./host.ts";
import type { Roster } from "./roster.ts";
import type { SeatSeal } from "./seal.ts";
import type { CallNewsOf, Signalling } from "./signalling.ts";

/** Makes the key with which this device joins, where its browser can encrypt calls. */
export async function makeSeal(host: CallHost, signalling: Signalling): Promise<SeatSeal> {
  const way = canSeal();
  if (!way) return new Sealing(host, signalling, null, null);
  const { key, person, device } = host.who();
  return new Sealing(host, signalling, way, await makeSeatKey(key, { room: signalling.room, person, device }));
}

/** Keys and frames of one seat, as the call's rules want them. */
class Sealing implements SeatSeal {
  readonly key: SeatKey | null;
  readonly config: RTCConfiguration;
  readonly state: SeatSeal["state"] & { value: SeatSeal["state"]["value"] };
  readonly code = signal("");
  readonly version = signal(0);
  private readonly room: RoomId;
  private seat: SeatId = "";
  private sealer: Sealer | null = null;
  private secret: SealedSecret | null = null;
  private sealed = true;
  private hushed = false;
  private epochs: { use: Epoch | null; hold: readonly Epoch[] } = { use: null, hold: [] };
  private members: Roster = new Map();
  private refused: readonly SeatId[] = [];

  constructor(
    private readonly host: CallHost,
    private readonly signalling: Signalling,
    private readonly way: SealWay | null,
    private readonly own: OwnSeatKey | null,
  ) {
    this.room = signalling.room;
    this.key = own?.key ?? null;
    this.config = sealOptions(way);
    this.state = signal(way ? "sealing" : "impossible");
  }

  seated(call: CallId, seat: SeatId): void {
    const { way, own, room, host } = this;
    this.seat = seat;
    if (!way || !own) return;
    const sealer = new Sealer(seat, way, () => console.error("the part that encrypts calls could not be loaded"));
    this.sealer = sealer;
    this.secret = new SealedSecret({ room, call, seat }, own, new DevicePins(host.vault), {
      now: () => performance.now(),
      later: (ms, work) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
      },
      random: () => crypto.getRandomValues(new Uint8Array(32)),
      send: (epoch, boxes) => {
        this.signalling.do({ do: "keys", epoch, boxes }).catch(() => {});
      },
      epochs: (use, hold) => {
        this.epochs = { use, hold };
        this.passEpochs();
        this.changed();
      },
      code: (digits) => {
        this.code.value = digits;
      },
      refused: (seats) => {
        this.refused = seats;
        this.changed();
      },
    });
  }

  sends(sender: RTCRtpSender, track: Track): void {
    this.sealer?.attachSender(sender, track);
  }

  receives(receiver: RTCRtpReceiver, seat: SeatId): void {
    this.sealer?.attachReceiver(receiver, seat);
  }

  roster(roster: Roster, sealed: boolean, asked: boolean): void {
    this.members = roster;
    // Whose browser cannot decrypt would hear what is encrypted as loud noise.
    const hushed = asked && [...roster.values()].some(({ key }) => !key);
    if (hushed !== this.hushed) {
      this.hushed = hushed;
      this.passEpochs();
    }
    this.secret?.seats([...roster.values()]);
    if (sealed !== this.sealed) this.sealer?.open(!sealed);
    this.sealed = sealed;
    this.changed();
  }

  keys({ from, epoch, box }: CallNewsOf<"keys">): void {
    this.secret?.heard(from, epoch, box);
  }

  readable(seat: SeatId): boolean {
    if (!this.sealed) return true;
    return this.epochs.use !== null && Boolean(this.members.get(seat)?.key) && !this.refused.includes(seat);
  }

  async stats(): Promise<CallStats["seal"]> {
    const sum = { sealed: 0, opened: 0, wrong: 0, astray: 0, keyless: 0 };
    for (const [seat, counts] of Object.entries((await this.sealer?.stats()) ?? {})) {
      if (seat === this.seat) sum.sealed += counts.encrypted;
      sum.opened += counts.decoded;
      sum.wrong += counts.wrongKey;
      sum.astray += counts.astray;
      if (seat !== this.seat) sum.keyless += counts.noKey;
    }
    return sum;
  }

  close(): void {
    this.secret?.close();
    this.sealer?.close();
  }

  private passEpochs(): void {
    const { use, hold } = this.epochs;
    this.sealer?.setEpoch(this.hushed ? null : use, hold);
  }

  private changed(): void {
    const { way, sealed, epochs } = this;
    this.state.value = !sealed ? "open" : !way ? "impossible" : epochs.use ? "sealed" : "sealing";
    this.version.value = this.version.peek() + 1;
  }
}
