import type { Link } from "#protocol/down";
import type { EventId } from "#protocol/ids";
import { decodeRecord, type EventRecord, KIND } from "#protocol/record";
import { comparePlace, stampMs, stampOf } from "#protocol/stamp";
import { computed, signal } from "@preact/signals-core";
import type { OutboxEntry } from "../net/outbox-store.ts";
import { contentOf, fold, type Said } from "./content.ts";
import type { Timeline } from "./contract.ts";
import { othersAt } from "./marks.ts";
import type { Room } from "./room.ts";

/** What a timeline asks of the model around it. */
export interface TimelineHost {
  /** Loads what is shown first. */
  begin(room: Room): Promise<void>;
  /** Loads older events from the cache or a node; settles when done or when there is nothing to be had now. */
  older(room: Room): Promise<void>;
  read(room: Room): void;
  closed(room: Room): void;
  links(): readonly Link[];
  /** how far the node's clock is ahead of the machine's, milliseconds */
  skew(): number;
}

/** Events as the view shows them; the same event gives the same object until its stage changes. */
export class Faces {
  private readonly known = new WeakMap<object, Said>();

  event(room: Room, event: EventRecord): Said {
    const known = this.known.get(event);
    const mine = event.sender === room.me;
    const stage = mine && event.kind === KIND.message ? room.stage(event) : undefined;
    if (known && known.stage === stage) return known;
    const { id, sender, stamp, origin, n } = event;
    const content = known ? known.content : contentOf(event);
    const face: Said = { id, room: room.id, sender, mine, at: stampMs(stamp), stamp, origin, n, content };
    if (stage) face.stage = stage;
    this.known.set(event, face);
    return face;
  }

  waiting(room: Room, entry: OutboxEntry, skew: number): Said {
    const known = this.known.get(entry);
    const stage = entry.state === "refused" ? "refused" : "waiting";
    if (known && known.stage === stage) return known;
    const { id, sender, ...draft } = decodeRecord(entry.draft);
    const at = entry.at + skew;
    const content = contentOf(draft);
    const face: Said = {
      id,
      room: room.id,
      sender,
      mine: true,
      at,
      stamp: stampOf(at),
      origin: null,
      n: 0,
      content,
      stage,
    };
    if (entry.refusal) face.refusal = entry.refusal;
    this.known.set(entry, face);
    return face;
  }
}

export function openTimeline(room: Room, faces: Faces, host: TimelineHost): Timeline {
  const loading = signal(false);
  const firstUnread = signal<EventId | null>(null);
  const readTo = { ...room.readTo };
  let closed = false;
  let unreadBefore = room.unread > 0;
  const items = computed(() => {
    room.version.value;
    const list = room.log.visible().map((event) => faces.event(room, event));
    // History that was begun anew may bring them as older events, not as new ones.
    const limbo = [...room.limbo.values()].filter(({ id }) => !room.log.byId.has(id));
    list.push(...limbo.sort(comparePlace).map((event) => faces.event(room, event)));
    room.waiting.forEach((entry) => {
      list.push(faces.waiting(room, entry, host.skew()));
    });
    return fold(list);
  });
  const more = computed(() => room.version.value >= 0 && room.log.hasOlder);
  /** as of which state of the room nothing older could be had */
  const stalledAt = signal(-1);
  const members = computed(() => (room.version.value >= 0 ? room.known : []));

  let older: Promise<void> | undefined;
  const load = (how: (room: Room) => Promise<void>): Promise<void> => {
    if (!older) {
      loading.value = true;
      const before = room.log.visible().length;
      const done = () => {
        older = undefined;
        if (room.log.visible().length === before) stalledAt.value = room.version.peek();
        loading.value = false;
      };
      older = how(room).then(done, done);
    }
    return older;
  };
  const findUnread = () => {
    if (!unreadBefore || closed) return;
    const first = room.log
      .visible()
      .find(({ kind, sender, origin, n }) => kind === KIND.message && sender !== room.me && n > (readTo[origin] || 0));
    if (first) {
      unreadBefore = false;
      firstUnread.value = first.id;
    }
  };
  room.open++;
  load(host.begin).then(findUnread);

  return {
    room: room.id,
    items,
    more,
    loading,
    stalled: computed(() => room.version.value === stalledAt.value),
    loadOlder: () => load(host.older),
    members,
    firstUnread,
    detail: (id) => {
      const event = room.log.byId.get(id) || room.limbo.get(id);
      if (!event) return { provinces: [], people: [] };
      return room.marks.detail(event, room.summary.provinces, othersAt(room.known, room.me, event), host.links());
    },
    read: () => {
      findUnread();
      if (!closed) host.read(room);
    },
    close: () => {
      if (closed) return;
      closed = true;
      room.open--;
      host.closed(room);
    },
  };
}
