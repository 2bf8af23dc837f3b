import { useEffect, useState } from "preact/hooks";
import { Icon } from "../view/icon.tsx";
import { steadyNow } from "../platform/clock.ts";
import type { Crowd } from "./door.ts";
import { enterWords } from "./words.ts";

/** How many come first, and about how long it takes, as the node said last. */
export function Queue({ crowd }: { crowd: Crowd }) {
  const w = enterWords.value;
  const [now, tick] = useState(steadyNow());
  useEffect(() => {
    const timer = setInterval(() => tick(steadyNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(1, Math.ceil((crowd.until - now) / 1000));
  return (
    <div class="queue">
      <Icon sign="waiting" />
      <div>
        <p class="name">{w.queue}</p>
        <p>{w.place(crowd.place, seconds)}</p>
        <p class="hint">{w.queueHint}</p>
        <p class="sr" role="status">
          {/* said when the place changes, not each second */}
          {w.place(crowd.place, Math.max(1, Math.ceil((crowd.until - steadyNow()) / 5000) * 5))}
        </p>
      </div>
    </div>
  );
}
