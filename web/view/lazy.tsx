import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import { tell } from "./announce.tsx";

const loaded = new Map<unknown, unknown>();

/** Fetches a part before it is asked for, once the screen stands. */
export function fetchAhead<P extends object>(load: () => Promise<ComponentType<P>>): void {
  setTimeout(() => {
    if (!loaded.has(load))
      load().then(
        (part) => loaded.set(load, part),
        () => {},
      );
  }, 300);
}

/** A part that the first screen does not need: fetched when it is first shown, and at once ever after. */
export function Lazy<P extends object>({
  load,
  props,
  children = null,
}: {
  load: () => Promise<ComponentType<P>>;
  props: P;
  /** what stands there meanwhile */
  children?: ComponentChildren;
}) {
  const [, again] = useState(0);
  const Part = loaded.get(load) as ComponentType<P> | undefined;
  useEffect(() => {
    if (Part) return;
    let wanted = true;
    load().then(
      (part) => {
        loaded.set(load, part);
        if (wanted) again((count) => count + 1);
      },
      () => tell(words.value.failed),
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  return Part ? <Part {...props} /> : children;
}
