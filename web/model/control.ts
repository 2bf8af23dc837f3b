import type { Down } from "#protocol/down";
import type { DeviceId, EventId, PersonId, Province, RoomId } from "#protocol/ids";
import { type ControlOp, type ControlRequest, controlText } from "#protocol/room";
import { offline, Refusal } from "../net/refusal.ts";
import type { DeviceKey, Vault } from "../platform/ports.ts";

type Outcome = Extract<Down, { t: "control" }>;
const PATIENCE_MS = 30_000;

interface Open {
  request: ControlRequest;
  resolve(state: "done" | "waiting"): void;
  reject(error: Refusal): void;
  timer: ReturnType<typeof setTimeout>;
}
interface Waiting {
  room: RoomId;
  province: Province;
}

export interface ControlEvents {
  say(message: { t: "control"; request: ControlRequest } | { t: "outcome"; ids: EventId[] }): boolean;
  /** may the present node hear of the room? */
  shared(room: RoomId): boolean;
  /** a change waits for the room's home (province), or waits no longer (null) */
  waiting(room: RoomId, province: Province | null): void;
  /** the home refused a change that had waited for it */
  refused(room: RoomId, message: string): void;
}

/** Changes to rooms on their way: signed, sent again over a new link under the same id, and watched while they wait for the home. */
export class Controls {
  private readonly open = new Map<EventId, Open>();
  private waiting: Record<EventId, Waiting> = {};

  constructor(
    private readonly vault: Vault,
    private readonly events: ControlEvents,
  ) {}

  async load(): Promise<void> {
    this.waiting = { ...((await this.vault.get("meta", "controls")) as Record<EventId, Waiting> | undefined) };
    for (const { room, province } of Object.keys(this.waiting).map((id) => this.waiting[id] as Waiting))
      this.events.waiting(room, province);
  }

  /** Settles when the home has made the change, or when the node keeps it for a home that it cannot reach now. */
  async ask(
    who: { person: PersonId; device: DeviceId; key: DeviceKey },
    what: { id: EventId; room: RoomId; change: ControlOp; expect?: number },
  ): Promise<"done" | "waiting"> {
    const { person, device, key } = who;
    const unsigned = { ...what, person, device };
    const request: ControlRequest = { ...unsigned, signature: await key.sign(controlText(unsigned)) };
    return new Promise((resolve, reject) => {
      if (!this.events.say({ t: "control", request })) return reject(offline());
      const timer = setTimeout(() => {
        this.open.delete(request.id);
        reject(new Refusal("wait", "No answer has come yet. If the change was made, it will show."));
      }, PATIENCE_MS);
      this.open.set(request.id, { request, resolve, reject, timer });
    });
  }

  /** A new link: what was not answered goes again; what waits is asked after. */
  connected(): void {
    this.open.forEach(({ request }) => {
      if (this.events.shared(request.room)) this.events.say({ t: "control", request });
    });
    const ids = Object.keys(this.waiting)
      .filter((id) => this.events.shared((this.waiting[id] as Waiting).room))
      .slice(0, 200);
    if (ids.length) this.events.say({ t: "outcome", ids });
  }

  heard({ id, state, province, error }: Outcome): void {
    const open = this.open.get(id);
    if (open) {
      clearTimeout(open.timer);
      this.open.delete(id);
      if (state === "waiting") this.wait(id, { room: open.request.room, province: province || "" });
      if (state === "refused") open.reject(Refusal.from(error));
      else open.resolve(state);
      return;
    }
    const waiting = this.waiting[id];
    if (!waiting || state === "waiting") return;
    this.wait(id, undefined);
    if (state === "refused") this.events.refused(waiting.room, Refusal.from(error).message);
  }

  /** An error that names the request's id. False when it is none of these. */
  failed(id: EventId, error: Refusal): boolean {
    const open = this.open.get(id);
    if (!open) return false;
    clearTimeout(open.timer);
    this.open.delete(id);
    open.reject(error);
    return true;
  }

  /** The province whose answer a change of the room awaits. */
  waitsFor(room: RoomId): Province | null {
    const found = Object.keys(this.waiting).find((id) => (this.waiting[id] as Waiting).room === room);
    return found === undefined ? null : (this.waiting[found] as Waiting).province;
  }

  stop(): void {
    this.open.forEach(({ timer, reject }) => {
      clearTimeout(timer);
      reject(offline());
    });
    this.open.clear();
  }

  private wait(id: EventId, waiting: Waiting | undefined): void {
    const room = (waiting || (this.waiting[id] as Waiting)).room;
    if (waiting) this.waiting[id] = waiting;
    else delete this.waiting[id];
    this.events.waiting(room, this.waitsFor(room));
    this.vault.write([{ table: "meta", key: "controls", value: { ...this.waiting } }]).catch(() => {});
  }
}
