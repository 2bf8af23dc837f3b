import type { Seat } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { deviceKey, makeKeyPair } from "../../../platform/device-key.ts";
import { memoryVault } from "../../../platform/memory.ts";
import type { SecretHost } from "../call-secret.ts";
import type { Epoch } from "../epoch.ts";
import { SealedSecret } from "../sealed-secret.ts";
import { DevicePins, makeSeatKey, type OwnSeatKey } from "../seat-key.ts";

export const ROOM = "0".repeat(31).concat("1");
export const CALL = "0".repeat(31).concat("2");

export interface Sitter {
  seat: Seat;
  own: OwnSeatKey;
}

/** A seat with real keys; `n` makes its names and its place in line. */
export async function sitter(n: number): Promise<Sitter> {
  const [person, device] = [`${n}`.padStart(32, "a"), `${n}`.padStart(32, "b")];
  const own = await makeSeatKey(await deviceKey(await makeKeyPair(false)), { room: ROOM, person, device });
  const seat: Seat = {
    id: `${n}`.padStart(16, "c"),
    person,
    device,
    province: "pb" as Province,
    at: n,
    state: "in",
    rank: "member",
    on: [],
    sends: [],
    life: 1,
    hand: null,
    key: own.key,
    recording: false,
    network: null,
  };
  return { seat, own };
}

export interface Sitting {
  secret: SealedSecret;
  use: Epoch | null;
  hold: readonly Epoch[];
  code: string;
  refused: readonly string[];
}

/** Real secrets of real seats, joined by a net of the test's own making, on the machine's clock. */
export class Table {
  readonly sittings = new Map<string, Sitting>();
  readonly boxes: { from: string; to: string; epoch: number; box: string }[] = [];

  constructor(private readonly pass: (from: string, to: string, box: string) => string | null = (_f, _t, box) => box) {}

  sit({ seat, own }: Sitter, pins: Pick<DevicePins, "holds"> = new DevicePins(memoryVault())): Sitting {
    const host: SecretHost = {
      now: () => performance.now(),
      later: (ms, work) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
      },
      random: () => crypto.getRandomValues(new Uint8Array(32)),
      send: (epoch, boxes) => {
        for (const { seat: to, box } of boxes) {
          this.boxes.push({ from: seat.id, to, epoch, box });
          const passed = this.pass(seat.id, to, box);
          if (passed !== null) setTimeout(() => this.sittings.get(to)?.secret.heard(seat.id, epoch, passed), 1);
        }
      },
      epochs: (use, hold) => Object.assign(sitting, { use, hold }),
      code: (code) => Object.assign(sitting, { code }),
      refused: (refused) => Object.assign(sitting, { refused }),
    };
    const secret = new SealedSecret({ room: ROOM, call: CALL, seat: seat.id }, own, pins, host);
    const sitting: Sitting = { secret, use: null, hold: [], code: "", refused: [] };
    this.sittings.set(seat.id, sitting);
    return sitting;
  }

  tell(...seats: readonly Seat[]): void {
    for (const { secret } of this.sittings.values()) secret.seats(seats);
  }

  close(): void {
    for (const { secret } of this.sittings.values()) secret.close();
  }
}
