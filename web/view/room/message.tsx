import { Component } from "preact";
import type { PostId } from "#protocol/directory";
import type { AppModel, TimelineItem } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import { callPart } from "../call/part.ts";
import { clock } from "../format.ts";
import { Lazy } from "../lazy.tsx";
import { told } from "../names.ts";
import { Prose } from "../text/prose.tsx";
import { changeWords } from "./change.ts";
import { StageMark } from "./stage.tsx";
import { roomWords } from "./room-words.ts";
import { called } from "../who.ts";

const callRow = callPart(async () => (await import("./call-entry.tsx")).CallRow);
const meetingCard = async () => (await import("./meeting-card.tsx")).meetingCard();

export interface MessageProps {
  item: TimelineItem;
  /** words of the day to stand above, when it is the first of its day */
  day: string | null;
  /** the line "new messages" stands above */
  divider: boolean;
  /** begins a run of one sender */
  head: boolean;
  /** ends a run of one sender */
  tail: boolean;
  named: boolean;
  /** what the sender wrote as holder of */
  post: PostId | null;
  /** the newest of one's own: its stage is told in words */
  last: boolean;
  /** provinces that the newest own message waits for, in words */
  waits: string;
  /** changes with the language, so that words are made anew */
  epoch: unknown;
  onDiscard: (item: TimelineItem) => void;
}

function Sender({ item, post }: { item: TimelineItem; post: PostId | null }) {
  const app = useModel();
  const person = app.person(item.sender).value;
  return (
    <div class="sender">
      <bdi class="name">{called(person)}</bdi>
      <bdi class="quiet">{told(post ? app.post(post).value?.post.title : person?.post)}</bdi>
    </div>
  );
}

function Body({ item }: { item: TimelineItem }) {
  const { calls } = useModel();
  const { content } = item;
  switch (content.kind) {
    case "text":
      return (
        <p class="text">
          <Prose text={content.text} />
        </p>
      );
    case "call":
      return <Lazy load={callRow} props={{ item, calls }} />;
    case "meeting":
      return <Lazy load={meetingCard} props={{ item, meeting: content.meeting }} />;
    default:
      return <p class="text quiet">{roomWords.value.unknown}</p>;
  }
}

function Bubble(props: MessageProps) {
  const { item, head, tail, named } = props;
  return (
    <div class={`bubble${item.mine ? " mine" : ""}${head ? " head" : ""}${tail ? " tail" : ""}`}>
      {named && head && <Sender item={item} post={props.post} />}
      <Body item={item} />
      <div class="meta">
        <time>{clock(item.at)}</time>
        {item.stage && <StageMark {...props} stage={item.stage} />}
      </div>
    </div>
  );
}

function Change({ item }: { item: TimelineItem }) {
  const app: AppModel = useModel();
  return item.content.kind === "change" ? (
    <p class="change">
      <span dir="auto">{changeWords(app, item.sender, item.content)}</span>
    </p>
  ) : null;
}

/** One row of the timeline. It is drawn again only when something about it changed. */
export class Message extends Component<MessageProps> {
  override shouldComponentUpdate(next: MessageProps): boolean {
    const now = this.props as unknown as Record<string, unknown>;
    return Object.entries(next).some(([key, value]) => now[key] !== value);
  }

  override render(props: MessageProps) {
    const { item, day, divider } = props;
    return (
      <>
        {day && (
          <p class="day">
            <span>{day}</span>
          </p>
        )}
        {divider && (
          <p class="divider">
            <span>{roomWords.value.newMessages}</span>
          </p>
        )}
        {item.content.kind === "change" ? <Change item={item} /> : <Bubble {...props} />}
      </>
    );
  }
}
