import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Calls, CurrentCall } from "../../call/contract.ts";
import { route } from "../route.ts";
import { isIn } from "./begin.ts";
import { folded } from "./desk.ts";
import { Ended } from "./ended.tsx";
import { FoldedCall } from "./folded.tsx";
import { Incoming } from "./incoming.tsx";
import { JoinPage } from "./join.tsx";
import { aside, covered } from "./part.ts";
import { CallScreen } from "./screen.tsx";

/** Says how the call ended, unless it was oneself who left; it is said also when the model has put the call away. */
function useEnd(call: CurrentCall | null): void {
  useEffect(() => {
    if (!call) return;
    folded.value = false;
    let talked = false;
    return effect(() => {
      const phase = call.phase.value;
      if (phase.at === "talking") talked = true;
      if (phase.at !== "over" || phase.why === "left") return;
      const { room, head } = call;
      aside.value = {
        at: "over",
        room,
        media: head.peek().media,
        why: phase.why,
        // By the call's own beginning: this page may have been loaded anew in the middle of it.
        lasted: talked && phase.why === "ended" ? call.now() - head.peek().began : 0,
      };
    });
  }, [call]);
}

/** Whoever goes elsewhere, also by a phone's back button, leaves the call on as a bar. */
function useFolding(call: CurrentCall | null): void {
  const room = route.value.room;
  const was = useRef(room);
  useEffect(() => {
    if (call && room !== was.current && room !== call.room) folded.value = true;
    was.current = room;
  }, [room]);
}

/** All of calls that stands over or above the page: who rings, the join page, the call, its end. */
export function CallLayer({ calls }: { calls: Calls }) {
  const call = calls.current.value;
  const ringing = calls.ringing.value;
  const beside = aside.value;
  const on = isIn(calls);
  const full = on ? !folded.value : beside !== null;
  useEnd(call);
  useFolding(on ? call : null);
  useLayoutEffect(() => {
    covered.value = full;
    return () => {
      covered.value = false;
    };
  }, [full]);
  return (
    <>
      {call && on && folded.value && <FoldedCall call={call} />}
      {call && on && !folded.value && <CallScreen call={call} calls={calls} />}
      {!on && beside?.at === "join" && <JoinPage key={beside.room} calls={calls} wish={beside} />}
      {!on && beside?.at === "over" && <Ended calls={calls} end={beside} />}
      {ringing && <Incoming key={ringing.id} calls={calls} head={ringing} />}
    </>
  );
}
