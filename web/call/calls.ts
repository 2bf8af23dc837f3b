import type { CallHead, CallId } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import { computed, signal } from "@preact/signals-core";
import type { Calls } from "./contract.ts";
import type { Engine } from "./engine.ts";
import { type CallModel, type CallState, type CallsInModel, KEPT } from "./host.ts";

/** Heads that a connection has not named so long after its `current` are of calls that are over, milliseconds. */
const STALE = 2000;

/** Calls as the first screen needs them: which are on, and which one rings. All else is fetched when it is asked for. */
export function openCalls(model: CallModel): CallsInModel {
  const heads: CallState["heads"] = signal(new Map());
  const current: CallState["current"] = signal(null);
  const list: CallState["list"] = signal([]);
  const chosen: CallState["chosen"] = signal({ mic: null, camera: null, speaker: null });
  /** calls that were answered here, one way or another */
  const answered = signal<CallId[]>([]);
  /** in which connection, by its beginning, the head of a room was named last */
  const named = new Map<RoomId, number>();
  let loading: Promise<Engine> | undefined;
  const engine = () => {
    if (!loading) {
      loading = import("./engine.ts").then((part) => part.openEngine(model, { heads, current, list, chosen }));
      loading.catch(() => {
        loading = undefined;
      });
    }
    return loading;
  };
  type Late = Record<keyof Engine, (...given: unknown[]) => never>;
  const late =
    (name: keyof Engine) =>
    (...given: unknown[]) =>
      engine().then((on) => (on as unknown as Late)[name](...given));
  /** What answers a call that rings: it falls silent at once. */
  const answer = (name: keyof Engine) => (room: RoomId, how: unknown) => {
    const head = heads.peek().get(room);
    if (head) answered.value = [...answered.peek(), head.id];
    return late(name)(room, how);
  };
  return {
    ...{ heads, current },
    ringing: computed(() => {
      const rings = ({ id, ringing }: CallHead) =>
        ringing.includes(model.account.person as string) && !answered.value.includes(id);
      return [...heads.value.values()].filter(rings).sort((a, b) => a.began - b.began)[0] || null;
    }),
    begin: answer("begin"),
    join: answer("join"),
    decline: answer("decline"),
    plan: late("plan"),
    preview: late("preview"),
    devices: { list, chosen, choose: late("choose"), flip: late("flip") },
    stats: late("stats") as Calls["stats"],
    hear: (message) => {
      if (message.t === "call") {
        named.set(message.room, model.connection.peek().since);
        const map = new Map(heads.peek());
        if (message.head) map.set(message.room, message.head);
        else map.delete(message.room);
        heads.value = map;
        if (!loading) return;
      }
      if (message.t === "current") {
        const { since } = model.connection.peek();
        setTimeout(() => {
          heads.value = new Map([...heads.peek()].filter(([room]) => (named.get(room) as number) >= since));
        }, STALE);
        if (!sessionStorage.getItem(KEPT)) return;
      }
      late("hear")(message);
    },
  };
}
