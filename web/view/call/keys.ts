import { useEffect } from "preact/hooks";
import { attempt } from "./controls.tsx";
import type { Desk } from "./desk.ts";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** M, V and H switch microphone, camera and hand; by the place of the key, so that an Urdu keyboard has them too. */
export function useKeys({ call, panel }: Desk): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      // What had the focus may be gone with its tile or its question; the page beneath must not take the key for itself.
      if (event.key === "Escape" && event.target === document.body) {
        event.preventDefault();
        panel.value = null;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
      const at = call.phase.peek().at;
      if (at !== "talking" && at !== "alone" && at !== "returning") return;
      if (event.code === "KeyM") attempt(call.mic(!call.on.peek().has("mic")));
      else if (event.code === "KeyV") attempt(call.camera(!call.on.peek().has("camera")));
      else if (event.code === "KeyH") call.hand(call.faces.peek().find((face) => face.mine)?.hand == null);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed, true);
    return () => removeEventListener("keydown", pressed, true);
  }, [call]);
}

/** Keeps the screen from going dark while a call is looked at, where the browser can. */
export function useWake(): void {
  useEffect(() => {
    const { wakeLock } = navigator as { wakeLock?: WakeLock };
    if (!wakeLock) return;
    let held: WakeLockSentinel | null = null;
    let over = false;
    const hold = async () => {
      if (document.hidden) return;
      try {
        held = await wakeLock.request("screen");
        if (over) await held.release();
      } catch {
        // a low battery may forbid it
      }
    };
    void hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", hold);
      held?.release().catch(() => {});
    };
  }, []);
}
