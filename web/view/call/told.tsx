import type { CallHead } from "#protocol/call";
import type { CallWords } from "../../locales/call/en.ts";
import type { TimelineItem } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import type { Outcome } from "./outcome.ts";
import { outcome } from "./outcome.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

type CallContent = Extract<TimelineItem["content"], { kind: "call" }>;

/** A call in a few words. */
export function titleOf(how: Outcome, call: CallContent["call"], c: CallWords): string {
  const video = call.media === "video";
  switch (how.is) {
    case "on":
      return call.kind === "conference" ? c.entry.onConference : c.entry.on;
    case "calling":
      return c.entry.calling;
    case "missed":
      return video ? c.entry.missedVideo : c.entry.missed;
    case "unanswered":
      return c.entry.unanswered;
    case "declined":
      return c.entry.declined;
    case "ended":
    case "over":
      return call.kind === "conference" ? c.entry.endedConference : video ? c.entry.endedVideo : c.entry.ended;
  }
}

/** In the list of rooms: a call that is on now, or how the last one went. */
export function CallTold(props: {
  head?: CallHead;
  content?: CallContent;
  mine?: boolean;
  direct?: boolean;
  at?: number;
}) {
  const { head, content, mine = false, direct = false, at = 0 } = props;
  const me = useModel().me.value?.id;
  const c = callWords.value;
  if (head)
    return (
      <span class="call-on">
        <Sign sign={head.media === "video" ? "camera" : "phone"} />
        {head.kind === "conference" ? c.onNowConference(head.size) : c.onNow(head.size)}
      </span>
    );
  if (!content) return null;
  const how = outcome({ id: "", at, mine, direct, call: content.call, note: content.note }, undefined, me, Date.now());
  return (
    <span class={`call-was ${how.is}`}>
      <Sign sign={how.is === "missed" ? "missed" : content.call.media === "video" ? "camera" : "phone"} />
      {titleOf(how, content.call, c)}
    </span>
  );
}
