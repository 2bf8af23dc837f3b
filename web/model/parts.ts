import type { Ack, Down } from "#protocol/down";
import type { Person, PostCard } from "#protocol/directory";
import type { EventId, Province, RoomId } from "#protocol/ids";
import type { EventRecord } from "#protocol/record";
import type { CallModel, CallsInModel } from "../call/host.ts";
import { NodeApi } from "../net/api.ts";
import { Link, LINK_TIMES, type LinkEvents, type LinkTimes } from "../net/link.ts";
import { Nodes } from "../net/nodes.ts";
import { Outbox } from "../net/outbox.ts";
import type { Platform } from "../platform/ports.ts";
import { mayHearAbroad } from "./abroad.ts";
import { Cards } from "./cards.ts";
import { Controls } from "./control.ts";
import { Rooms } from "./rooms.ts";
import { Typing } from "./typing.ts";

export interface ClientOptions {
  /** the node to sign in at; in a browser the one that served the page */
  node: string;
  /** name and version, for the nodes' logs */
  app?: string;
  /** how this device is called in the person's list */
  label?: string | (() => Promise<string>);
  times?: Partial<LinkTimes>;
  /** makes the calls of this client; absent where it makes none */
  calls?(model: CallModel): CallsInModel;
  /** every event that is new to this client, once, in the order of each origin */
  onEvent?(event: EventRecord): void;
  /** every own message that a node has stored */
  onAck?(ack: Ack): void;
}

/** What the parts tell the model that holds them. */
export interface PartsEvents extends Pick<LinkEvents, "state" | "welcome" | "signedOut" | "down" | "acks"> {
  event(event: EventRecord): void;
  /** an own waiting message came, went or changed */
  entry(room: RoomId, id: EventId): void;
  waiting(room: RoomId, province: Province | null): void;
  refused(room: RoomId, message: string): void;
  trouble(error: unknown): void;
}

export interface Parts {
  api: NodeApi;
  nodes: Nodes;
  link: Link;
  out: Outbox;
  house: Rooms;
  people: Cards<Person>;
  posts: Cards<PostCard>;
  writing: Typing;
  controls: Controls;
}

/** Wires the client's parts together. */
export function assemble(platform: Platform, options: ClientOptions, events: PartsEvents): Parts {
  const { vault, now, random } = platform;
  const say: Link["say"] = (message) => link.say(message);
  const request: Link["request"] = (ask) => link.request(ask);
  const trouble = (error: unknown) => events.trouble(error);
  const api = new NodeApi(platform);
  const nodes = new Nodes(api, now, vault);
  const people = new Cards<Person>(
    vault,
    "people",
    "",
    ({ id }) => id,
    async (ids) => ((await request({ t: "people", ids })) as Extract<Down, { t: "people" }>).people,
    now,
  );
  const posts = new Cards<PostCard>(
    vault,
    "meta",
    "post ",
    ({ post }) => post.id,
    async (ids) => ((await request({ t: "posts", ids })) as Extract<Down, { t: "posts" }>).posts,
    now,
  );
  const house = new Rooms(vault, {
    ...{ say, request, trouble, event: events.event },
    online: () => link.online,
    passed: (post, who) => {
      posts.renew(post);
      for (const id of who) people.renew(id);
    },
    left: (room) => out.refuse(room, "You are no longer a member of this conversation."),
  });
  const out = new Outbox(
    vault,
    {
      send: (frame) => link.send(frame),
      reachable: (id) => house.get(id)?.elsewhere === false,
      changed: events.entry,
      trouble,
      renew: () => link.renew(),
    },
    now,
    random,
  );
  const writing = new Typing((room, on) => say({ t: "typing", room, on }), now);
  const controls = new Controls(vault, {
    ...{ say, waiting: events.waiting, refused: events.refused },
    shared: (room) => house.shared(room),
  });
  const link: Link = new Link(
    platform,
    api,
    nodes,
    {
      ...events,
      have: (visited) => house.have(visited),
      known: (visited) => house.known(visited),
      mayHear: (message) => !house.visited || mayHearAbroad(message, (room) => house.shared(room)),
      events: (records) => house.live(records),
      page: (head, records) => house.page(head, records),
    },
    options.app || "beep",
    { ...LINK_TIMES, ...options.times },
  );
  return { api, nodes, link, out, house, people, posts, writing, controls };
}
