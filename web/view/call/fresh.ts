import { useEffect, useRef, useState } from "preact/hooks";
import type { CallEvent, CurrentCall } from "../../call/contract.ts";

/** The call's events for some time after they are first seen here, whatever the clock of their maker says. @param ms */
export function useFresh(call: CurrentCall, ms: number): CallEvent[] {
  const seen = useRef(new Map<number, number>());
  const [, again] = useState(0);
  const events = call.events.value;
  const now = Date.now();
  for (const event of events) if (!seen.current.has(event.id)) seen.current.set(event.id, now);
  const fresh = events.filter((event) => now - (seen.current.get(event.id) ?? 0) < ms);
  const first = fresh.reduce((least, event) => Math.min(least, seen.current.get(event.id) ?? now), now);
  useEffect(() => {
    if (fresh.length === 0) return;
    const id = setTimeout(() => again((count) => count + 1), Math.max(50, first + ms - Date.now()));
    return () => clearTimeout(id);
  });
  return fresh;
}
