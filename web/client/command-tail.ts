import { effect } from "@preact/signals-core";
import type { Timeline, TimelineItem } from "../model/contract.ts";
import type { Options } from "./command-options.ts";
import { findRoom, refresh } from "./command-find.ts";
import type { HeadlessClient } from "./index.ts";

/** How far back lines are printed again when their stages change. */
const WATCHED = 200;

/** Prints messages as JSON lines, each again when it has come further, until SIGINT or SIGTERM. */
export async function tail(client: HeadlessClient, { words, waitMs, lines, follow }: Options): Promise<void> {
  await refresh(client, waitMs);
  const only = words.length ? findRoom(client, words.join(" ")).id : undefined;
  const timelines = new Map<string, Timeline>();
  const stops: (() => void)[] = [];
  const watch = (room: string) => {
    const timeline = client.open(room);
    timelines.set(room, timeline);
    stops.push(printing(timeline, lines));
  };
  stops.push(
    effect(() => {
      for (const { id } of client.rooms.value) if (!timelines.has(id) && (!only || id === only)) watch(id);
    }),
  );
  // Cached chunks and the details of the rooms are read meanwhile.
  const settle = Date.now() + Math.min(waitMs, 2000);
  while ([...timelines.values()].some(({ loading }) => loading.peek()) && Date.now() < settle) await Bun.sleep(20);
  if (follow)
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
      stops.push(
        effect(() => {
          if (client.phase.value === "sign-in") resolve();
        }),
      );
    });
  for (const stop of stops) stop();
  for (const timeline of timelines.values()) timeline.close();
}

function printing(timeline: Timeline, lines: number): () => void {
  const printed = new Map<string, string>();
  let first = true;
  return effect(() => {
    const items = timeline.items.value;
    if (timeline.loading.value) return;
    const from = first ? Math.max(0, items.length - lines) : 0;
    items.forEach((item, i) => {
      const line = lineOf(timeline, item);
      const before = printed.get(item.id);
      if (before === line || (before !== undefined && i < items.length - WATCHED)) return;
      printed.set(item.id, line);
      if (i >= from) console.log(line);
    });
    first = false;
  });
}

function lineOf(timeline: Timeline, item: TimelineItem): string {
  const { id, room, origin, n, stamp, sender, content, stage } = item;
  const { provinces, people } = timeline.detail(id);
  return JSON.stringify({
    id,
    room,
    origin,
    n,
    stamp,
    sender,
    text: content.kind === "text" ? content.text : null,
    ...(content.kind === "change" && { change: content.change }),
    stages: {
      ...(stage && { stage }),
      stored: provinces.filter(({ stored }) => stored).map(({ province }) => province),
      delivered: people.filter((person) => person.stage !== "sent").map(({ person }) => person),
      read: people.filter((person) => person.stage === "read").map(({ person }) => person),
    },
  });
}
