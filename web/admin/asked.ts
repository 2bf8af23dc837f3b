import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AdminAsk } from "#protocol/admin";
import { useModel } from "../view/app-context.ts";
import { type AnswerTo, deskOf } from "./desk.ts";

/** Grows with each order that changed something: what is on screen is asked for again. */
export const changes = signal(0);

export interface Asked<T> {
  data: T | null;
  error: unknown;
  busy: boolean;
  again(): void;
}

/** Answers of an ask, asked again when it differs, when an order was carried out, and when the connection is back. */
export function useAsked<A extends AdminAsk>(ask: A | null): Asked<AnswerTo<A>> {
  const app = useModel();
  const [state, setState] = useState<{ key: string; data: AnswerTo<A> | null; error: unknown; busy: boolean }>({
    key: "",
    data: null,
    error: null,
    busy: true,
  });
  const [tries, setTries] = useState(0);
  const key = JSON.stringify(ask);
  const online = app.connection.value.state === "online";
  const changed = changes.value;
  useEffect(() => {
    if (!ask) return;
    let wanted = true;
    setState((before) => ({ ...before, busy: true, error: null, data: before.key === key ? before.data : null, key }));
    deskOf(app)
      .ask(ask)
      .then(
        (data) => wanted && setState({ key, data, error: null, busy: false }),
        (error) => wanted && setState((before) => ({ ...before, error, busy: false })),
      );
    return () => {
      wanted = false;
    };
  }, [key, changed, online, tries]);
  const mine = state.key === key;
  return {
    data: mine ? state.data : null,
    error: mine ? state.error : null,
    busy: !mine || state.busy,
    again: () => setTries((count) => count + 1),
  };
}

export interface Pages<T> extends Asked<T[]> {
  /** what the first page said of all */
  total: number | undefined;
  /** asks for the next page; null when there is none */
  more: (() => void) | null;
}

type Page<T> = { items: T[]; next?: string | number; total?: number };

/** A list that comes page by page. @param key tells one list from another; a new one begins at its first page */
export function usePages<T>(key: string, load: (after?: string | number) => Promise<Page<T>>): Pages<T> {
  const app = useModel();
  const [state, setState] = useState<{ key: string; items: T[] | null; next?: string | number; total?: number }>({
    key: "",
    items: null,
  });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(true);
  const [tries, setTries] = useState(0);
  const turn = useRef(0);
  const online = app.connection.value.state === "online";
  const changed = changes.value;
  const fetch = (after?: string | number) => {
    const mine = ++turn.current;
    setBusy(true);
    setError(null);
    load(after).then(
      (page) => {
        if (turn.current !== mine) return;
        setBusy(false);
        setState((before) => ({
          key,
          items: after === undefined ? page.items : [...(before.items ?? []), ...page.items],
          next: page.next,
          total: page.total ?? (after === undefined ? undefined : before.total),
        }));
      },
      (failed) => {
        if (turn.current !== mine) return;
        setBusy(false);
        setError(failed);
      },
    );
  };
  useEffect(() => {
    fetch();
    return () => {
      turn.current++;
    };
  }, [key, changed, online, tries]);
  const mine = state.key === key;
  const { next } = state;
  return {
    data: mine ? state.items : null,
    error,
    busy,
    total: mine ? state.total : undefined,
    more: mine && next !== undefined && !busy ? () => fetch(next) : null,
    again: () => setTries((count) => count + 1),
  };
}
