import { computed, signal } from "@preact/signals";
import type { Change, Notice } from "#protocol/notice";
import type { Person } from "#protocol/directory";
import type { Link } from "#protocol/down";
import type { PersonId, RoomId } from "#protocol/ids";
import { stampOf } from "#protocol/stamp";
import type { AppModel, Connection, RoomItem, Stage } from "../../model/contract.ts";
import { memoryVault } from "../../platform/memory.ts";
import { plain } from "../names.ts";
import { type Conversation, conversation as begin, ROOMS } from "./conversations.ts";
import { createFakeCalls } from "./fake-call.ts";
import { answerSelf, openFakeDoor } from "./fake-door.ts";
import { fakeContacts } from "./fake-contacts.ts";
import { callLog } from "./fake-call-log.ts";
import { meetings, withPlan } from "./fake-meetings.ts";
import { findPosts, POSTS } from "./fake-posts.ts";
import { PEOPLE, PROVINCES, idOf } from "./people.ts";
import { item } from "./talk.ts";

/** What the address asks to see: `?phase=sign-in&cut=pb,sd&connection=offline&empty=1`. */
const asked = new URLSearchParams(location.search);
const PAGE = 120;
const now = Date.now();

export function createFake(): AppModel {
  openFakeDoor();
  const phase = signal<"starting" | "sign-in" | "ready">((asked.get("phase") as "ready") ?? "ready");
  const outbox = signal(Number(asked.get("outbox") ?? 0));
  const notice = signal<{ code: string; text: string } | null>(null);
  const state = asked.get("connection") ?? "online";
  const connection = signal<Connection>(
    state === "offline"
      ? { state, since: now - 60_000, retryAt: now + 12_000 }
      : state === "online" || state === "away"
        ? {
            state: "online",
            node: "10.1.0.11",
            province: state === "away" ? "sd" : "is",
            away: state === "away",
            current: true,
            since: now,
          }
        : { state: state as "connecting" | "update", since: now - 10_000 },
  );
  const cut = (asked.get("cut") ?? "").split(",");
  const links = signal<Link[]>(
    PROVINCES.slice(1).map(({ code }) => ({
      province: code,
      up: !cut.includes(code),
      since: now - 47 * 60_000,
      waiting: cut.includes(code) ? 3 : 0,
    })),
  );
  const version = signal(0);
  const held = signal(ROOMS);
  const typing = signal<Record<RoomId, PersonId[]>>({});
  const people = new Map(PEOPLE.map((person) => [person.id, signal<Person | undefined>(person)]));

  const listed = computed<RoomItem[]>(() => {
    version.value;
    return held.value
      .map(({ room, all }) => {
        const items = all.value;
        const last = items[items.length - 1];
        const preview =
          last?.content.kind === "text"
            ? {
                sender: last.sender,
                text: last.content.text,
                mine: last.mine,
                ...(last.stage ? { stage: last.stage } : {}),
              }
            : last?.content.kind === "call"
              ? { sender: last.sender, text: "Call", mine: last.mine, content: last.content }
              : null;
        return { ...room, preview, latest: last?.at ?? now, typing: typing.value[room.id] ?? [] };
      })
      .sort((a, b) => b.latest - a.latest);
  });
  const find = (id: RoomId) => held.value.find(({ room }) => room.id === id) as Conversation;

  const advance = (conversation: Conversation, id: string, stages: Stage[]) => {
    const [next, ...rest] = stages;
    if (!next) return;
    setTimeout(() => {
      const items = conversation.all.value;
      conversation.all.value = items.map((each) => (each.id === id ? { ...each, stage: next } : each));
      if (next === "stored") outbox.value--;
      advance(conversation, id, rest);
    }, 900);
  };

  if (asked.has("call"))
    for (const [n, items] of Object.entries(callLog())) {
      const conversation = find(idOf(Number(n), 2));
      conversation.all.value = [...conversation.all.value, ...items];
    }

  if (asked.has("meetings"))
    for (const [n, items] of Object.entries(meetings())) {
      const conversation = find(idOf(Number(n), 2));
      conversation.all.value = [...conversation.all.value, ...items];
    }

  const changes: Change[] = [
    {
      ...{ n: 2, at: now - 60_000, device: idOf(2, 9) },
      ...{ what: "passkey", did: "made", label: "Firefox on Windows" },
    },
    {
      ...{ n: 1, at: now - 120_000, device: idOf(3, 9) },
      ...{ what: "device", did: "came", label: "Firefox on Windows" },
    },
  ];
  const access: Notice[] = [
    ...(asked.has("changed") ? [{ kind: "changes", changes } as const] : []),
    ...(asked.has("invited")
      ? [{ kind: "invitation", invitation: "i1", by: idOf(4), from: now + 20 * 3_600_000, at: now } as const]
      : []),
  ];
  const app: AppModel = {
    calls: asked.has("call") ? createFakeCalls() : null,
    phase,
    me: signal(PEOPLE[0] as Person),
    connection,
    provinces: signal(PROVINCES),
    links,
    rooms: listed,
    online: signal(new Set([1, 4, 5, 10].map((n) => idOf(n)))),
    outbox,
    notice,
    dismiss: () => (notice.value = null),
    person: (id) => people.get(id) ?? signal(undefined),
    photo: async () => null,
    roles: signal([]),
    contacts: fakeContacts.waiting,
    access: signal(access),
    platform: { vault: memoryVault() },
    device: idOf(1, 9),
    skew: 0,
    async request(ask) {
      if (ask.t === "self") return { t: "self", ref: 1, answer: await answerSelf(ask.act) };
      if (ask.t === "page") return fakeContacts.page(ask.room);
      throw new Error("Nothing answers in a preview.");
    },
    sign: async () => "",
    async enter(obtain) {
      await obtain(location.origin, "made-up-key", "Chrome on Android");
      phase.value = "ready";
    },
    async signIn(code) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (code !== "1234") throw new Error("This code is wrong or has been used already.");
      phase.value = "ready";
    },
    async signOut() {
      phase.value = "sign-in";
    },
    open(id) {
      const conversation = find(id);
      const shown = signal(PAGE);
      const loading = signal(false);
      const unread = conversation.room.unread;
      const items = conversation.all.value;
      const every = asked.has("whole");
      return {
        room: id,
        items: computed(() => {
          const all = conversation.all.value;
          return every ? all : all.slice(-shown.value);
        }),
        more: computed(() => !every && shown.value < conversation.all.value.length),
        loading,
        stalled: signal(false),
        async loadOlder() {
          loading.value = true;
          await new Promise((resolve) => setTimeout(resolve, 250));
          shown.value += PAGE;
          loading.value = false;
        },
        members: signal(
          conversation.members.map((who, i) => ({
            person: idOf(who),
            province: PEOPLE[who]?.province as string,
            role: i === 0 && conversation.room.kind !== "channel" ? "owner" : who === 12 ? "owner" : "member",
            since: stampOf(now),
          })),
        ),
        detail: (event) => {
          const stage = conversation.all.value.find((each) => each.id === event)?.stage;
          const far = stage !== "waiting" && stage !== "stored";
          return {
            provinces: conversation.room.provinces.map((province) => ({
              province,
              stored: province === "is" ? stage !== "waiting" : far || province === "pb",
              cutOffSince: cut.includes(province) ? now - 47 * 60_000 : null,
            })),
            people: conversation.members
              .filter((who) => who !== 0)
              .map((who, i) => ({
                person: idOf(who),
                stage: stage === "read" || (far && i === 0) ? "read" : far && i < 3 ? "delivered" : "sent",
              })),
          };
        },
        firstUnread: signal(unread > 0 ? (items[items.length - unread]?.id ?? null) : null),
        read() {
          if (conversation.room.unread === 0) return;
          conversation.room = { ...conversation.room, unread: 0 };
          version.value++;
        },
        close() {},
      };
    },
    send(id, text) {
      const conversation = find(id);
      const sent = item(id, 0, Date.now(), text, "waiting");
      outbox.value++;
      conversation.all.value = [...conversation.all.value, sent];
      if (connection.value.state === "online")
        advance(conversation, sent.id, ["stored", "crossed", "delivered", "read"]);
      return sent.id;
    },
    async discard(id) {
      for (const conversation of held.value)
        conversation.all.value = conversation.all.value.filter((each) => each.id !== id);
      outbox.value--;
      return true;
    },
    typing() {},
    async find(text) {
      const wanted = plain(text);
      return PEOPLE.filter((person) =>
        [person.name, person.post, person.unit].some((each) => plain(`${each.en} ${each.ur}`).includes(wanted)),
      );
    },
    search: async (text) => ({ people: await app.find(text), posts: findPosts(text) }),
    post: (id) => signal(POSTS.find(({ post }) => post.id === id)),
    async createRoom({ kind, name, history, members }, begun = () => {}) {
      const numbers = [0, ...members.map((id) => PEOPLE.findIndex((person) => person.id === id))];
      const same = held.value.find(({ room }) => kind === "direct" && room.other === members[0]);
      if (same) {
        begun(same.room.id);
        return same.room.id;
      }
      const made = begin(held.value.length + 1, kind, name, numbers, [], {
        history,
        writable: true,
        role: "owner",
      });
      held.value = [...held.value, made];
      if (kind === "direct" || kind === "post") begun(made.room.id);
      return made.room.id;
    },
    async change(id, change) {
      const conversation = find(id);
      if (change.op === "rename") conversation.room = { ...conversation.room, name: change.name };
      version.value++;
    },
    async start() {},
    async stop() {},
  };
  if (app.calls)
    app.calls.plan = (id, meeting) => {
      const { all } = find(id);
      all.value = withPlan(all.value, id, meeting);
    };
  setTimeout(() => {
    typing.value = { [idOf(4, 2)]: [idOf(4)], [idOf(1, 2)]: asked.has("typing") ? [idOf(5), idOf(2)] : [] };
  }, 50);
  Object.assign(globalThis, {
    fake: {
      say(n: number, who: number, text: string) {
        const conversation = find(idOf(n, 2));
        conversation.all.value = [...conversation.all.value, item(conversation.room.id, who, Date.now(), text)];
      },
      notice,
    },
  });
  return app;
}
