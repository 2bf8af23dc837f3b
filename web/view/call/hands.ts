import { useEffect, useRef } from "preact/hooks";
import type { SeatId } from "#protocol/call";
import { announce, tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { isolated } from "../names.ts";
import { faceName, isHost, useDesk } from "./desk.ts";
import { callWords } from "./words.ts";

/** Says whose hand goes up: a host need not search the pages of a large conference for it. */
export function useHands(): void {
  const app = useModel();
  const { call } = useDesk();
  const before = useRef<ReadonlySet<SeatId> | null>(null);
  const up = call.faces.value.filter((face) => face.hand !== null && !face.mine);
  useEffect(() => {
    const known = before.current;
    before.current = new Set(up.map(({ seat }) => seat));
    const fresh = known ? up.filter(({ seat }) => !known.has(seat)) : [];
    const say = isHost(call) ? tell : announce;
    for (const face of fresh) say(callWords.peek().raisedHand(isolated(faceName(app, face))));
  }, [up.map(({ seat }) => seat).join()]);
}
