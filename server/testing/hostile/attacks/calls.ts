import { createHash } from "node:crypto";
import type { CallHead, CallNote, Joining } from "#protocol/call";
import { beginOrder, type CallOrder, nextOrder, type OrderedAct } from "#protocol/call-order";
import { decodeClear, encodeClear } from "#protocol/clear";
import { mintId, type Province, type RoomId } from "#protocol/ids";
import { KIND } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { until } from "../../until.ts";
import { type Attack, mustSee, type Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";

const JOINING: Joining = { key: { spki: "AAAA", agree: "BBBB", proof: "CCCC" }, on: ["mic"] };
const SEAT = "f".repeat(16);

interface Stage {
  room: RoomId;
  head: CallHead;
  /** what honest officials' seats are called, here and there */
  seats: [string, string];
}

/** A call of two honest officials in a room in which the hostile province has a plain member. */
export const calls: Attack = {
  name: "calls",
  tries: "takes over, unseals, locks, moves, robs and ends others' calls, and forges their record",
  needsCalls: true,
  async run(field) {
    const tried: Tried[] = [];
    for (const [name, attack] of Object.entries(ATTACKS)) {
      const stage = await begin(field);
      for (const to of field.honest)
        for (const message of await attack(field, stage)) field.hostile.say(to, { t: "live", message });
      const saw = await harm(field, stage);
      tried.push({ name, succeeded: saw !== "", ...(saw && { saw }) });
      for (const code of field.honest)
        await field
          .official(code)
          .call(stage.room, { do: "leave" })
          .catch(() => {});
    }
    tried.push(await enteredCall(field));
    for (const of of [null, field.here, field.there]) tried.push(await forgedNote(field, of));
    return tried;
  },
};

async function begin(field: Field): Promise<Stage> {
  const [a, b] = [field.official(field.here), field.official(field.there)];
  const room = await field.rooms.make("shared");
  const id = mintId(Date.now());
  await a.say(room, "", { id, body: encodeClear({ text: "A call", call: { kind: "call", media: "audio" } }) });
  const mine = await a.call(room, { do: "begin", id, kind: "call", media: "audio", lobby: false, seat: JOINING });
  await until(() => b.calls.get(room)?.id === id, "a call at the other province");
  const theirs = await b.call(room, { do: "join", seat: JOINING });
  await until(() => [a, b].every((one) => one.calls.get(room)?.size === 2), "two in a call");
  return {
    ...{ room, head: a.calls.get(room) as CallHead },
    seats: [mine, theirs].map((answer) => (answer.is === "seated" ? answer.seat : "")) as [string, string],
  };
}

/** What an honest official is told of the call that only its own people may bring about. */
async function harm(field: Field, { room, head }: Stage): Promise<string> {
  const { hostile, honest, here, there } = field;
  const [a, b] = [field.official(here), field.official(there)];
  for (const code of honest) await hostile.heardOut(code);
  // Each raises a hand, and the other sees it: then what was said before has had its effect.
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const seen = other.next(
      (message) => message.t === "seats" && message.seats.some((seat) => seat.hand !== null),
      10_000,
    );
    seen.catch(() => {});
    const raised = await one.call(room, { do: "hand", up: true }).catch((error: Error) => error);
    if (raised instanceof Error) return `an honest seat is told: ${raised.message}`;
    if (!(await seen.catch(() => undefined))) return "honest seats do not see each other any more";
  }
  for (const one of [a, b]) {
    const now = one.calls.get(room);
    if (!now) return "the call is over";
    if (now.id !== head.id || now.by !== head.by) return "it is another call now";
    if (!now.rules.sealed) return "nobody encrypts any more";
    if (now.rules.locked || now.rules.lobby) return "the door is shut";
    if (Object.keys(now.rules.ranks).length > 0) return "ranks are given";
    if (now.place.mode === "one" && !honest.includes(now.place.at))
      return "it stands on the hostile province's gateway";
    const told = one.news.filter((each) => each.room === room && ["over", "muted", "keys"].includes(each.news.is));
    if (told.length > 0) return `a seat is told: ${JSON.stringify(told[0]?.news)}`;
  }
  return "";
}

const clerkOf = (field: Field) => field.person(field.hostile.province, WHO.clerk);

const leg = (
  field: Field,
  { room, head }: Stage,
  changes: Record<string, unknown> = {},
  seat: Record<string, unknown> = {},
) => {
  const { hostile } = field;
  const e = clerkOf(field);
  const own = {
    ...{ id: SEAT, person: e.id, device: field.keyOf(e).id, province: hostile.province, at: Date.now(), state: "in" },
    ...{ rank: "host", on: [], sends: [], life: 1, hand: null, key: JOINING.key, recording: false, network: null },
    ...seat,
  };
  const { id, kind, media, by, began, orders = [] } = head;
  const order = orders.find(({ act }) => act.do === "begin") ?? null;
  return {
    ...{ t: "call", is: "leg" },
    leg: {
      ...{
        room,
        life: "e".repeat(16),
        version: 1_000,
        since: 0,
        opening: { id, kind, media, by, began, order },
        orders,
      },
      ...{ rules: rules(field), place: null, declined: [], seats: [{ seat: own, at: null, mids: [] }], gone: [] },
      ...changes,
    },
  };
};
const rules = (field: Field, changes: Record<string, unknown> = {}) => ({
  ...{ version: 1, by: field.hostile.province, locked: false, lobby: false, sealed: true, ranks: {}, ended: false },
  ...changes,
});

type Deed = Exclude<OrderedAct, { do: "begin" }>;

/** The same order by every hand that the hostile province has: its own member's, and the host's name under its own key or a true signature. */
async function forged(field: Field, { room, head }: Stage, act: Deed): Promise<CallOrder[]> {
  const e = clerkOf(field);
  const key = field.keyOf(e);
  const host = field.person(field.here, WHO.clerk);
  const as = (person: string, device: string) => key.order(nextOrder({ room, person, device }, head, act, Date.now()));
  const [own, named] = [await as(e.id, key.id), await as(host.id, field.keyOf(host).id)];
  const theirs = { ...named, spki: field.keyOf(host).spki };
  const bent = (head.orders ?? []).map((order) => ({ ...order, act, at: order.at + 1 }));
  return [own, named, theirs, ...bent];
}

type Says = (field: Field, stage: Stage) => unknown[] | Promise<unknown[]>;
const ruled =
  (act: Deed, changes: Record<string, unknown>): Says =>
  async (field, stage) => {
    const orders = [...(stage.head.orders ?? []), ...(await forged(field, stage, act))];
    return [2, 1_000, 2 ** 40].map((version, i) =>
      leg(field, stage, { version: 1_000 + i, orders, rules: rules(field, { version, ...changes }) }),
    );
  };
const acted =
  (make: (stage: Stage) => Deed): Says =>
  async (field, stage) => {
    const { room, head } = stage;
    const act = make(stage);
    const said = { t: "call", is: "act", room, call: head.id, act };
    const orders: (CallOrder | undefined)[] = [undefined, ...(await forged(field, stage, act))];
    // By a seat of its own, and by the hosts' seats, with each order that can be made, and with none.
    const acts = [SEAT, ...stage.seats].flatMap((by) => orders.map((order) => ({ ...said, by, order })));
    return [leg(field, stage), ...acts];
  };
/** A beginning by its own member, with an id that comes before all others. */
async function olderBeginning(field: Field, { room, head }: Stage, sealed: boolean, id = mintId(1)) {
  const e = clerkOf(field);
  const key = field.keyOf(e);
  const by = { room, person: e.id, device: key.id };
  const began = head.began - 1_000;
  const begin = { do: "begin", kind: "call", media: "audio", lobby: false, sealed } as const;
  const order = await key.order(beginOrder(by, id, begin, began));
  return { opening: { id, kind: "call", media: "audio", by: e.id, began, order }, orders: [order] };
}
const older =
  (sealed: boolean, make: (field: Field) => Record<string, unknown> = () => ({})): Says =>
  async (field, stage) => [leg(field, stage, { ...(await olderBeginning(field, stage, sealed)), ...make(field) })];
const takenOver = (field: Field, version: number) => ({
  place: { version, by: field.hostile.province, place: { mode: "one", at: field.hostile.province } },
});

const ATTACKS: Record<string, Says> = {
  "an older call": older(true),
  "an older call that is not sealed": older(false, (field) => ({ rules: rules(field, { sealed: false }) })),
  "an older call on its gateway": older(true, (field) => takenOver(field, 9)),
  "rules: not sealed": ruled({ do: "unseal" }, { sealed: false }),
  "rules: locked": ruled({ do: "lock", on: true }, { locked: true }),
  "rules: a lobby": ruled({ do: "lobby", on: true }, { lobby: true }),
  "rules: ended": ruled({ do: "end" }, { ended: true }),
  "rules: its own a cohost": (field, stage) => {
    const { id } = clerkOf(field);
    return ruled({ do: "rank", person: id, rank: "cohost" }, { ranks: { [id]: "cohost" } })(field, stage);
  },
  "rules: a host a member": (field, stage) =>
    ruled({ do: "rank", person: stage.head.by, rank: "member" }, { ranks: { [stage.head.by]: "member" } })(
      field,
      stage,
    ),
  "a gateway taken over": (field, stage) => [leg(field, stage, takenOver(field, 1_000_000))],
  "a seat under another's name": (field, stage) => [leg(field, stage, {}, { person: stage.head.by })],
  "a seat under another's id": (field, stage) => [leg(field, stage, {}, { id: stage.seats[0] })],
  remove: acted(({ seats }) => ({ do: "remove", seat: seats[1] })),
  "remove the host": acted(({ seats }) => ({ do: "remove", seat: seats[0] })),
  mute: acted(() => ({ do: "mute", seat: null, track: "mic" })),
  lock: acted(() => ({ do: "lock", on: true })),
  unseal: acted(() => ({ do: "unseal" })),
  end: acted(() => ({ do: "end" })),
  "says that it ended": async (field, stage) => {
    const { room, head } = stage;
    const ended = { t: "call", is: "ended", room, call: head.id };
    const orders = await forged(field, stage, { do: "end" });
    return [ended, ...orders.map((order) => ({ ...ended, order })), { t: "call", is: "none", room }];
  },
  "keys in another's name": (_, { room, head, seats }) => [
    {
      ...{ t: "call", is: "keys", room, call: head.id, from: seats[0], epoch: 9 },
      boxes: [{ seat: seats[1], box: "AAAA" }],
    },
  ],
};

/** The same with an entry of the member's own in the room: that is to begin a call, which a member may. It is joined, and what is stricter stands. */
async function enteredCall(field: Field): Promise<Tried> {
  const { hostile, honest } = field;
  const stage = await begin(field);
  const id = mintId(1);
  const changes = await olderBeginning(field, stage, false, id);
  const body = encodeClear({ text: "A call", call: { kind: "call", media: "audio" } });
  const stamp = stampOf(Date.now());
  await hostile.log(honest, [hostile.record(stage.room, clerkOf(field).id, "", { id, body, stamp })]);
  await field.rooms.caughtUpEverywhere();
  for (const to of honest) hostile.say(to, { t: "live", message: leg(field, stage, changes) });
  const saw = await harm(field, stage);
  // It may be another call by now, but neither in the clear, nor shut, nor over.
  const isOther = saw === "it is another call now";
  return {
    name: "an older call with its entry",
    succeeded: saw !== "",
    ...(saw && { saw }),
    ...(isOther && { admitted: "R184" }),
  };
}

/**
 * A note is written before the call is over, under the id of no province or of an honest one. What counts of a record is what a province
 * signed (R188): all of it must be there afterwards, and nothing more under its name.
 */
async function forgedNote(field: Field, of: Province | null): Promise<Tried> {
  const { hostile, honest, here, there } = field;
  const { room, head } = await begin(field);
  const [a, b] = [field.official(here), field.official(there)];
  const text = of ? `beep call note v2\n${head.id}\n${of}` : `beep call note v1\n${head.id}`;
  const idOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);
  const e = clerkOf(field).id;
  const part = {
    ...{ of: head.id, room, province: of ?? here, began: head.began, ended: head.began + 1 },
    ...{ people: [], declined: [a.person] },
    signature: hostile.signer.sign("a part of its own"),
  };
  const note = {
    of: head.id,
    began: head.began,
    ended: head.began + 1,
    people: [],
    declined: [a.person],
    parts: [part],
  };
  const body = encodeClear({ text: field.canary(), note });
  for (const sender of [e, a.person])
    await hostile.log(honest, [
      hostile.record(room, sender, "", { id: idOf(text), kind: KIND.note, body, stamp: stampOf(Date.now()) }),
    ]);
  await field.rooms.caughtUpEverywhere();
  await a.call(room, { do: "end" }).catch(() => {});
  const told = (one: typeof a) => {
    const news = one.news.find((each) => each.room === room && each.news.is === "note")?.news;
    return news?.is === "note" ? news.note : undefined;
  };
  await until(() => told(a) && told(b), "two who are asked for a call's note");
  const signed: string[] = [];
  for (const one of [a, b]) {
    const own = told(one);
    const [part] = own?.parts ?? [];
    mustSee(own && part, "a province's own part of a call's note");
    signed.push(part?.signature as string);
    const id = idOf(`beep call note v2\n${head.id}\n${part?.province}`);
    await one
      .say(room, "", { id, kind: KIND.note, body: encodeClear({ text: "note", note: own as CallNote }) })
      .catch(() => {});
  }
  await field.rooms.caughtUpEverywhere();
  const saw: string[] = [];
  for (const one of [a, b]) {
    const notes = (await one.read(room)).flatMap(({ body }) => decodeClear(body)?.note?.parts ?? []);
    const found = new Set(notes.map(({ signature }) => signature));
    if (signed.some((signature) => !found.has(signature)))
      saw.push("what an honest province signed is not in the room");
  }
  const name = of
    ? `a forged note in the place of ${of === here ? "the host's province" : "another's"}`
    : "a forged note";
  return { name, succeeded: saw.length > 0, ...(saw[0] && { saw: saw[0] }) };
}
