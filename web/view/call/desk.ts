import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { SeatId } from "#protocol/call";
import type { CurrentCall, Face } from "../../call/contract.ts";
import type { AppModel } from "../../model/contract.ts";
import { clean, told } from "../names.ts";
import { nameOf, provinceName } from "../who.ts";
import { callWords } from "./words.ts";

export type CallPanel = "people" | "chat" | "security" | "devices" | "connection" | "more" | "leave" | "react";

/** What one arranges on one's own screen of a call; nobody else sees it. */
export interface Desk {
  call: CurrentCall;
  view: Signal<"auto" | "speaker" | "grid">;
  /** what `view` comes to now: all alike, or one large */
  alike: Signal<boolean>;
  pinned: Signal<SeatId | null>;
  panel: Signal<CallPanel | null>;
}

export const makeDesk = (call: CurrentCall): Desk => ({
  call,
  view: signal("auto"),
  alike: signal(false),
  pinned: signal(null),
  panel: signal(null),
});

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("A part of a call needs its desk");
  return desk;
}

/** Whether the call goes on as a bar, with the page beneath in use. */
export const folded = signal(false);

export const isHost = (call: CurrentCall): boolean => call.rank.value === "host" || call.rank.value === "cohost";

export const faceName = (app: AppModel, face: Face): string =>
  face.mine ? callWords.value.you : face.name ? clean(face.name) : nameOf(app, face.person);

/** Post and province, or that it is a guest. */
export function facePost(app: AppModel, face: Face): string {
  if (face.name) return callWords.value.guest;
  const person = app.person(face.person).value;
  return person ? [told(person.post), provinceName(app, person.province)].filter(Boolean).join(" · ") : "";
}

/** The time by the call's own clock, told anew each second: the clock of an old machine may be minutes wrong. */
export function useNow(call: CurrentCall): number {
  const [, again] = useState(0);
  useEffect(() => {
    const id = setInterval(() => again((count) => count + 1), 1000);
    return () => clearInterval(id);
  }, []);
  return call.now();
}
