import type { Down } from "#protocol/down";
import { type EventId, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { type ControlOp, type ControlRequest, controlText } from "#protocol/room";
import type { FleetDevice } from "./fleet-device.ts";

const RESEND_MS = 2_000;

interface Waiting {
  room: RoomId;
  change: ControlOp;
  request: ControlRequest | undefined;
  done: () => void;
  failed: (error: Error) => void;
  sentAt: number;
  /** its request is being signed */
  signing: boolean;
}

/** A client's changes to rooms, one at a time in each: sent again under the same id until the home has answered. */
export class FleetChanges {
  private readonly lines = new Map<RoomId, Waiting[]>();
  private readonly carriedOut = new Map<string, EventId>();

  /** @param cseqOf what the client last saw of a room; undefined where it has not seen it */
  constructor(
    private readonly person: PersonId,
    private readonly device: FleetDevice,
    private readonly cseqOf: (room: RoomId) => number | undefined,
    private readonly send: (request: ControlRequest) => void,
  ) {}

  get size(): number {
    return this.lines.size;
  }

  add(room: RoomId, change: ControlOp): Promise<void> {
    return new Promise((done, failed) => {
      const line = this.lines.get(room) ?? [];
      line.push({ room, change, request: undefined, done, failed, sentAt: 0, signing: false });
      this.lines.set(room, line);
    });
  }

  requestOf(room: RoomId, member: PersonId): EventId | undefined {
    return this.carriedOut.get(`${room}/${member}`);
  }

  /** Sends what is due; after a connection was lost all of it is. */
  flush(now: number): void {
    for (const [first] of this.lines.values())
      if (first && !first.signing && (first.sentAt === 0 || now - first.sentAt > RESEND_MS)) {
        first.sentAt = now;
        void this.ask(first);
      }
  }

  /** The room has been looked at: a change that met a conflict is asked for anew. */
  looked(room: RoomId): void {
    const first = this.lines.get(room)?.[0];
    if (first && !first.request && !first.signing) first.sentAt = 0;
  }

  disconnected(): void {
    for (const [first] of this.lines.values()) if (first) first.sentAt = 0;
  }

  /** An answer came. True where the room has changed meanwhile and has to be looked at again. */
  answered(answer: Extract<Down, { t: "control" }>, now: number): RoomId | undefined {
    for (const [room, line] of this.lines) {
      const [first] = line;
      if (first?.request?.id !== answer.id || answer.state === "waiting") continue;
      if (answer.error?.code === "conflict") {
        first.request = undefined;
        first.sentAt = now;
        return room;
      }
      line.shift();
      if (line.length === 0) this.lines.delete(room);
      const { change } = first;
      if (answer.state === "refused")
        first.failed(new Error(`${change.op} refused: ${answer.error?.code} ${answer.error?.message}`));
      else {
        if (change.op === "add")
          for (const member of change.members) this.carriedOut.set(`${room}/${member}`, answer.id);
        first.done();
      }
    }
    return undefined;
  }

  private async ask(waiting: Waiting): Promise<void> {
    const { room, change } = waiting;
    if (!waiting.request) {
      const expect = change.op === "create" ? undefined : this.cseqOf(room);
      if (change.op !== "create" && expect === undefined) return;
      const { person, device } = this;
      const base = { id: mintId(Date.now()), room, change, person, device: device.id };
      const unsigned = expect === undefined ? base : { ...base, expect };
      waiting.signing = true;
      waiting.request = { ...unsigned, signature: await device.sign(controlText(unsigned)) };
      waiting.signing = false;
    }
    this.send(waiting.request);
  }
}
