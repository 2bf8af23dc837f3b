import { useEffect, useRef } from "preact/hooks";
import { announce } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import type { CallEvent } from "../../call/contract.ts";
import type { AppModel } from "../../model/contract.ts";
import { isolated } from "../names.ts";
import { nameOf } from "../who.ts";
import { type Desk, faceName, useDesk } from "./desk.ts";
import { useFresh } from "./fresh.ts";
import { useHands } from "./hands.ts";
import { callReason } from "./reason.ts";
import { callWords } from "./words.ts";

/** In a large conference comings and goings are not worth a word. */
const FEW = 12;

function wordsOf(app: AppModel, { call }: Desk, event: CallEvent): string {
  const c = callWords.peek();
  const faces = call.faces.peek();
  switch (event.is) {
    case "came":
      return faces.length > FEW ? "" : c.cameIn(isolated(nameOf(app, event.person)));
    case "went":
      return faces.length > FEW ? "" : c.wentOut(isolated(nameOf(app, event.person)));
    case "recording":
      return (event.on ? c.recordingOn : c.recordingOff)(isolated(nameOf(app, event.person)));
    case "failed":
      return event.cause ? callReason(event.cause) : event.text;
    case "muted":
      return c.mutedBy(isolated(nameOf(app, event.by)));
    case "reacted": {
      const face = faces.find((each) => each.seat === event.seat);
      return face ? c.reacted(faceName(app, face), event.sign) : "";
    }
    case "asked":
      return "";
  }
}

/** What has just happened: reactions that rise, and short sentences; each is said once. */
export function Floating() {
  const app = useModel();
  const desk = useDesk();
  const fresh = useFresh(desk.call, 5000);
  const said = useRef(0);
  useEffect(() => {
    for (const event of fresh) {
      if (event.id <= said.current) continue;
      said.current = event.id;
      const text = wordsOf(app, desk, event);
      if (text) announce(text);
    }
  });
  useHands();
  const faces = desk.call.faces.value;
  return (
    <>
      <div class="rising" aria-hidden="true">
        {fresh.map((event) => {
          if (event.is !== "reacted") return null;
          const face = faces.find((each) => each.seat === event.seat);
          return (
            <span key={event.id} class={`rises at${event.id % 5}`}>
              <b>{event.sign}</b>
              {face && <bdi>{faceName(app, face)}</bdi>}
            </span>
          );
        })}
      </div>
      <div class="told-now" aria-hidden="true">
        {fresh
          .filter((event) => event.is !== "reacted")
          .map((event) => [event.id, wordsOf(app, desk, event)] as const)
          // Microphone and camera are refused by one and the same word.
          .filter(([, text], i, all) => text && !all.slice(i + 1).some(([, later]) => later === text))
          .slice(-3)
          .map(([id, text]) => (
            <p key={id}>{text}</p>
          ))}
      </div>
    </>
  );
}
