import type { AdminAsk } from "#protocol/admin";
import { changeText, isChange } from "#protocol/change";
import { mintId } from "#protocol/ids";
import { type OrderAct, orderText } from "#protocol/order";
import { controlText } from "#protocol/room";
import type { SelfAct } from "#protocol/self";
import { type ClientUnderTest, sign } from "../../gateway/client-under-test.ts";
import type { World } from "./world.ts";
import { smallJpeg } from "../small-picture.ts";
import { yesTo } from "../yes-to.ts";

type ActorName = keyof World["actors"];
export type Message = Record<string, unknown> & { t: string };

/** Something that none of these actors may do, as a sound message up but for the right to it; or a frame of records. */
export interface Deed {
  name: string;
  who: readonly ActorName[];
  /** they may do it, and what comes back may still hold nothing that is not theirs */
  open?: true;
  make(world: World, actor: ClientUnderTest): Promise<Message> | Message | Uint8Array;
}

export const ALL = ["nobody", "nodal", "auditor", "custodian", "former", "foreign", "citizen"] as const;
const NONE = ["nobody", "custodian", "former", "foreign", "citizen"] as const;
const HOUR = 3600_000;
const words = { en: "x", ur: "x" };

/** An act of one's own, with a sound proof where it is a change: nothing but the right to it is missing. */
export async function proven({ at: { node } }: World, actor: ClientUnderTest, given: object): Promise<Message> {
  const act = given as SelfAct;
  if (!isChange(act)) return { t: "self", act };
  const { nonce } = await node.proven.ask({ person: actor.person.id, device: actor.device, address: "" });
  const signature = await sign(actor.pair, changeText(nonce, actor.device, node.url, act));
  return { t: "self", act, proof: { nonce, origin: node.url, signature } };
}

/** A signed request for a change of a room. */
export async function requested(
  actor: ClientUnderTest,
  room: string,
  change: object,
  expect?: number,
): Promise<Message> {
  const bare = { id: mintId(Date.now()), room, change, ...(expect !== undefined && { expect }) };
  const request = { ...bare, person: actor.person.id, device: actor.device };
  return { t: "control", request: { ...request, signature: await sign(actor.pair, controlText(request as never)) } };
}

/** Other people's rooms. */
const rooms: Deed[] = [
  ...(["group", "direct", "post"] as const).flatMap((kind, i): Deed[] => {
    const room = (world: World) => world.rooms[i] as string;
    const change = (name: string, op: (world: World, actor: ClientUnderTest) => object): Deed => ({
      name: `control ${name} ${kind}`,
      // Whoever is of another province has it judged there: with a room's id changed it would be their own new room.
      who: name === "create over" ? ALL.filter((who) => who !== "foreign") : ALL,
      make: (world, actor) => requested(actor, room(world), op(world, actor), 1),
    });
    return [
      { name: `page ${kind}`, who: ALL, make: (w) => ({ t: "page", room: room(w), before: {}, limit: 50 }) },
      { name: `room ${kind}`, who: ALL, make: (w) => ({ t: "room", room: room(w) }) },
      {
        name: `call ${kind}`,
        who: ALL,
        make: (w) => ({ t: "call", room: room(w), act: { do: "answer", id: mintId(Date.now()) } }),
      },
      change("add self", (_w, actor) => ({ op: "add", members: [actor.person.id] })),
      change("remove", (w) => ({ op: "remove", members: [w.victim.person.id] })),
      change("rename", () => ({ op: "rename", name: "Mine" })),
      change("own", (_w, actor) => ({ op: "role", person: actor.person.id, role: "owner" })),
      change("succeed", () => ({ op: "succeed", post: "dc" })),
      change("create over", () => ({ op: "create", kind: "group", name: "Mine", history: "all", members: [] })),
    ];
  }),
];

/** Other people's devices and ways of signing in. */
const affairs: Deed[] = (
  [
    ["rename", (w) => ({ do: "rename", device: w.victim.device, label: "Mine" })],
    ["revoke", (w) => ({ do: "revoke", device: w.victim.device })],
    ["link-wait", () => ({ do: "link-wait", code: "ABCDEFGH" })],
    ["link-let", () => ({ do: "link-let", code: "ABCDEFGH", signature: "A".repeat(88) })],
    ["passkey-made", () => ({ do: "passkey-made", response: { id: "x", response: {} }, label: "x" })],
    ["pin-made", () => ({ do: "pin-made", pin: "493817", totp: "000000" })],
    ["forget", () => ({ do: "forget", way: { passkey: "x" } })],
    // What is asked of others is theirs to answer, and their rooms are not told of.
    ...[0, 1, 2].flatMap((i): [string, (world: World) => object][] => [
      ["accept", (w) => ({ do: "accept", room: w.rooms[i] })],
      ["decline", (w) => ({ do: "decline", room: w.rooms[i] })],
      ["report", (w) => ({ do: "report", room: w.rooms[i], person: w.victim.person.id, messages: [w.events[i]] })],
    ]),
  ] as [string, (world: World) => object][]
).map(([name, act]) => ({ name: `self ${name}`, who: ALL, make: (world, actor) => proven(world, actor, act(world)) }));

const asks: Deed[] = (
  [
    [NONE, () => ({ ask: "people", limit: 50 })],
    [[...NONE, "nodal"], (w) => ({ ask: "person", person: w.victim.person.id })],
    [NONE, () => ({ ask: "units" })],
    [NONE, () => ({ ask: "posts", limit: 50 })],
    [[...NONE, "nodal"], () => ({ ask: "waves" })],
    [NONE, () => ({ ask: "invitations", limit: 50 })],
    [NONE, () => ({ ask: "sessions", limit: 50 })],
    [[...NONE, "nodal"], () => ({ ask: "grants" })],
    [[...NONE, "nodal"], () => ({ ask: "tokens" })],
    [NONE, () => ({ ask: "orders", state: "waiting", limit: 50 })],
    [[...NONE, "nodal"], () => ({ ask: "audit", find: { limit: 50 } })],
    [ALL, (w) => ({ ask: "exported", order: w.waiting.id })],
    [ALL, (w) => ({ ask: "exported", order: w.waiting.id, piece: "1" })],
    [NONE, (w) => ({ ask: "preview", act: { do: "revoke", devices: [w.victim.device] } })],
    [NONE, () => ({ ask: "reports", limit: 50 })],
    [NONE, () => ({ ask: "csv", csv: "number,name_en\nP-1,x" })],
  ] as [readonly ActorName[], (world: World) => AdminAsk][]
).map(([who, ask]) => ({
  name: `ask ${ask({ victim: { person: {} }, waiting: {} } as World).ask}`,
  who,
  make: (world) => ({ t: "admin", ask: ask(world) }),
}));

const acts: [string, readonly ActorName[], (world: World, actor: ClientUnderTest) => OrderAct][] = [
  ["put person", ALL, (w) => ({ do: "put", entries: [{ person: { ...w.victim.person, name: words } }] })],
  [
    "put unit",
    ALL,
    () => ({
      do: "put",
      entries: [{ unit: { id: "dept", province: "is", parent: null, kind: "office", name: words } }],
    }),
  ],
  [
    "put post",
    ALL,
    () => ({ do: "put", entries: [{ post: { id: "dc", province: "is", unit: "district", title: words } }] }),
  ],
  [
    "put charge",
    ALL,
    (_w, actor) => ({
      do: "put",
      entries: [
        { charge: { id: mintId(Date.now()), post: "dc", person: actor.person.id, kind: "acting", from: 0, to: null } },
      ],
    }),
  ],
  ["state", ALL, (w) => ({ do: "state", people: [w.victim.person.id], state: "removed" })],
  [
    "grant",
    ALL,
    (_w, actor) => ({
      do: "grant",
      grant: {
        id: mintId(Date.now()),
        person: actor.person.id,
        role: "provincial",
        scope: { province: "is" },
        from: 0,
        to: null,
      },
    }),
  ],
  ["revoke", ALL, (w) => ({ do: "revoke", devices: [w.victim.device] })],
  ["unrevoke", ALL, (w) => ({ do: "unrevoke", devices: [w.stolen.out.device] })],
  ["invite", ALL, (w) => ({ do: "invite", people: [w.victim.person.id], validMs: HOUR, way: "show" })],
  ["put wave", ALL, (w) => ({ do: "put", entries: [{ wave: { ...w.wave, hand: "auto" } }] })],
  [
    "put photo",
    ALL,
    (w) => ({
      do: "put",
      entries: [{ photo: { person: w.victim.person.id, type: "image/jpeg", bytes: smallJpeg() } }],
    }),
  ],
  ["put oneself", ALL, (_w, actor) => ({ do: "put", entries: [{ person: { ...actor.person, grade: 22 } }] })],
  ["ungrant", ALL, (w) => ({ do: "ungrant", grant: w.grant })],
  ["uninvite", ALL, (w) => ({ do: "uninvite", invitations: [w.invitation] })],
  ["untoken", ALL, (w) => ({ do: "untoken", token: w.token })],
  ["export audit", [...NONE, "nodal"], () => ({ do: "export", what: "audit" })],
  ["export", [...NONE, "nodal"], () => ({ do: "export", what: "people" })],
  ["token", ALL, () => ({ do: "token", name: "x", scope: { province: "is" }, validMs: HOUR })],
  ["approve", ALL, (w) => yesTo(w.waiting)],
  ["refuse", ALL, (w) => ({ do: "refuse", order: w.waiting.id })],
];

async function signed(by: ClientUnderTest, as: ClientUnderTest, now: number, act: OrderAct): Promise<Message> {
  const order = { id: mintId(Date.now()), at: now, person: as.person.id, device: as.device, act };
  return { t: "order", order: { ...order, signature: await sign(by.pair, orderText(order)) } };
}

const orders: Deed[] = acts.flatMap(([name, who, act]): Deed[] => [
  {
    name: `order ${name}`,
    who,
    make: (world, actor) => signed(actor, actor, Date.now() + world.at.node.ahead, act(world, actor)),
  },
  {
    // In the administrator's name, by another's key.
    name: `order ${name} as administrator`,
    who: ALL,
    make: (world, actor) => signed(actor, world.admin, Date.now() + world.at.node.ahead, act(world, actor)),
  },
]);

/** An administrator's true order, sent on by somebody else. */
const replayed: Deed[] = [
  { name: "order replayed", who: ALL, make: (world) => ({ t: "order", order: world.waiting }) },
  {
    name: "order replayed under another act",
    who: ALL,
    make: (world) => ({
      t: "order",
      order: { ...world.waiting, act: { do: "state", people: [world.victim.person.id], state: "removed" } },
    }),
  },
];

/** What was in order once: a role that has ended, and words on orders of those who have lost theirs or their device. */
const meanwhile: Deed[] = [
  {
    name: "order dated when the role still held",
    who: ["former"],
    make: (world, actor) =>
      signed(actor, actor, Date.now() + world.at.node.ahead - 5 * 60_000, {
        do: "invite",
        people: [world.victim.person.id],
        ...{ validMs: HOUR, way: "show" },
      }),
  },
  ...(["approve", "refuse"] as const).map(
    (word): Deed => ({
      name: `order ${word} dated when the role still held`,
      who: ["former"],
      make: (world, actor) =>
        signed(actor, actor, Date.now() + world.at.node.ahead - 5 * 60_000, { do: word, order: world.waiting.id }),
    }),
  ),
  ...(["local", "alone"] as const).map(
    (who): Deed => ({
      name: `order approve of ${who}'s own invitation for who is inside`,
      who: [who],
      make: (world, actor) => signed(actor, actor, Date.now() + world.at.node.ahead, yesTo(world.own[who])),
    }),
  ),
  ...(["byFormer", "byOut", "bySecond"] as const).map(
    (whose): Deed => ({
      name: `order approve of an order ${whose}`,
      who: ["second"],
      make: (world, actor) =>
        signed(actor, actor, Date.now() + world.at.node.ahead, { do: "approve", order: world.orders[whose] }),
    }),
  ),
];

export const DEEDS: readonly Deed[] = [...meanwhile, ...rooms, ...affairs, ...asks, ...orders, ...replayed];
