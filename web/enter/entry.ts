import { useEffect, useRef, useState } from "preact/hooks";
import type { Enrolled } from "#protocol/enrol";
import { useModel } from "../view/app-context.ts";
import { tell } from "../view/announce.tsx";
import { brought, go } from "../view/route.ts";
import type { Crowd, Newcomer, Stay } from "./door.ts";
import { troubleOf } from "./trouble.ts";
import { remember, type Way } from "./ways.ts";
import { enterWords } from "./words.ts";

export interface Entry {
  busy: boolean;
  trouble: string;
  setTrouble(text: string): void;
  crowd: Crowd | null;
  stay: Stay;
  /** Comes in by what `obtain` brings; answers whether it did, else `trouble` says why not. */
  enter(obtain: (device: Newcomer, stay: Stay) => Promise<Enrolled>): Promise<boolean>;
  /** Something on the way in, with the same words for what goes wrong. */
  attempt(work: () => Promise<unknown>): Promise<boolean>;
}

/** One way's attempt to come in. It is over when its form is gone. */
export function useEntry(way: Way): Entry {
  const app = useModel();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [crowd, setCrowd] = useState<Crowd | null>(null);
  const gone = useRef(false);
  useEffect(
    () => () => {
      gone.current = true;
    },
    [],
  );
  const stay = { crowd: setCrowd, gone: () => gone.current };

  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setTrouble("");
    try {
      await work();
      return true;
    } catch (error) {
      setTrouble(troubleOf(way, error));
      setCrowd(null);
      setBusy(false);
      return false;
    }
  };
  const enter: Entry["enter"] = (obtain) =>
    attempt(async () => {
      let left: number | undefined;
      await app.enter(async (node, key, label) => {
        const enrolled = await obtain({ node, key, label }, stay);
        left = enrolled.recovery;
        return enrolled;
      });
      if (left !== undefined) tell(enterWords.peek().codesLeft(left));
      remember(way);
      brought.value = null;
      // Both were good for once: what brings the person back next time is made now.
      if (way === "code" || way === "recovery") go({ panel: "security", event: "protect" }, true);
    });
  return { busy, trouble, setTrouble, crowd, stay, enter, attempt };
}
