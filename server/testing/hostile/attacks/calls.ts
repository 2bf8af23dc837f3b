import { createHash } from "node:crypto";
import type { CallHead, Joining } from "#protocol/call";
import { encodeClear } from "#protocol/clear";
import { mintId, type RoomId } from "#protocol/ids";
import { KIND } from "#protocol/record";
import { comparePlace, stampOf } from "#protocol/stamp";
import { until } from "../../until.ts";
import { type Attack, mustSee, textOf, type Tried } from "../attack.ts";
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
        for (const message of attack(field, stage)) field.hostile.say(to, { t: "live", message });
      const saw = await harm(field, stage);
      tried.push({ name, succeeded: saw !== "", ...(saw && { saw }) });
      for (const code of field.honest)
        await field
          .official(code)
          .call(stage.room, { do: "leave" })
          .catch(() => {});
    }
    tried.push(await forgedNote(field));
    return tried;
  },
};

async function begin(field: Field): Promise<Stage> {
  const [a, b] = [field.official(field.here), field.official(field.there)];
  const room = await field.rooms.make("shared");
  const id = mintId(Date.now());
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

const leg = (
  field: Field,
  { room, head }: Stage,
  changes: Record<string, unknown> = {},
  seat: Record<string, unknown> = {},
) => {
  const { hostile } = field;
  const e = field.person(hostile.province, WHO.clerk);
  const own = {
    ...{ id: SEAT, person: e.id, device: field.keyOf(e).id, province: hostile.province, at: Date.now(), state: "in" },
    ...{ rank: "host", on: [], sends: [], life: 1, hand: null, key: JOINING.key, recording: false, network: null },
    ...seat,
  };
  const { id, kind, media, by, began } = head;
  return {
    ...{ t: "call", is: "leg" },
    leg: {
      ...{ room, life: "e".repeat(16), version: 1_000, since: 0, opening: { id, kind, media, by, began } },
      ...{ rules: rules(field), place: null, declined: [], seats: [{ seat: own, at: null, mids: [] }], gone: [] },
      ...changes,
    },
  };
};
const rules = (field: Field, changes: Record<string, unknown> = {}) => ({
  ...{ version: 1, by: field.hostile.province, locked: false, lobby: false, sealed: true, ranks: {}, ended: false },
  ...changes,
});

type Says = (field: Field, stage: Stage) => unknown[];
const ruled =
  (changes: Record<string, unknown>): Says =>
  (field, stage) =>
    [2, 1_000, 2 ** 40].map((version, i) =>
      leg(field, stage, { version: 1_000 + i, rules: rules(field, { version, ...changes }) }),
    );
const acted =
  (make: (stage: Stage) => Record<string, unknown>): Says =>
  (field, stage) => {
    const { room, head } = stage;
    const act = { t: "call", is: "act", room, call: head.id, act: make(stage) };
    // By a seat of its own, and by the hosts' seats.
    return [leg(field, stage), ...[SEAT, ...stage.seats].map((by) => ({ ...act, by }))];
  };
const older =
  (changes: Record<string, unknown>): Says =>
  (field, stage) => {
    const e = field.person(field.hostile.province, WHO.clerk).id;
    const opening = { id: mintId(1), kind: "call", media: "audio", by: e, began: stage.head.began - 1_000 };
    return [leg(field, stage, { opening, ...changes })];
  };

const ATTACKS: Record<string, Says> = {
  "an older call": older({}),
  "an older call that is not sealed": (field, stage) => older({ rules: rules(field, { sealed: false }) })(field, stage),
  "an older call on its gateway": (field, stage) =>
    older({ place: { version: 9, by: field.hostile.province, place: { mode: "one", at: field.hostile.province } } })(
      field,
      stage,
    ),
  "rules: not sealed": ruled({ sealed: false }),
  "rules: locked": ruled({ locked: true }),
  "rules: a lobby": ruled({ lobby: true }),
  "rules: ended": ruled({ ended: true }),
  "rules: its own a cohost": (field, stage) =>
    ruled({ ranks: { [field.person(field.hostile.province, WHO.clerk).id]: "cohost" } })(field, stage),
  "rules: a host a member": (field, stage) => ruled({ ranks: { [stage.head.by]: "member" } })(field, stage),
  "a gateway taken over": (field, stage) => [
    leg(field, stage, {
      place: { version: 1_000_000, by: field.hostile.province, place: { mode: "one", at: field.hostile.province } },
    }),
  ],
  "a seat under another's name": (field, stage) => [leg(field, stage, {}, { person: stage.head.by })],
  "a seat under another's id": (field, stage) => [leg(field, stage, {}, { id: stage.seats[0] })],
  remove: acted(({ seats }) => ({ do: "remove", seat: seats[1] })),
  "remove the host": acted(({ seats }) => ({ do: "remove", seat: seats[0] })),
  mute: acted(() => ({ do: "mute", seat: null, track: "mic" })),
  lock: acted(() => ({ do: "lock", on: true })),
  unseal: acted(() => ({ do: "unseal" })),
  end: acted(() => ({ do: "end" })),
  "says that it ended": (_, { room, head }) => [
    { t: "call", is: "ended", room, call: head.id },
    { t: "call", is: "none", room },
  ],
  "keys in another's name": (_, { room, head, seats }) => [
    {
      ...{ t: "call", is: "keys", room, call: head.id, from: seats[0], epoch: 9 },
      boxes: [{ seat: seats[1], box: "AAAA" }],
    },
  ],
};

/** A note of who was there is written before the call is over; what stands as the record is looked at afterwards. */
async function forgedNote(field: Field): Promise<Tried> {
  const { hostile, honest, here, there } = field;
  const { room, head } = await begin(field);
  const [a, b] = [field.official(here), field.official(there)];
  const id = createHash("sha256").update(`beep call note v1\n${head.id}`).digest("hex").slice(0, 32);
  const e = field.person(hostile.province, WHO.clerk).id;
  const note = { of: head.id, began: head.began, ended: head.began + 1, people: [], declined: [a.person] };
  const forged = field.canary();
  const body = encodeClear({ text: forged, note });
  for (const sender of [e, a.person])
    await hostile.log(honest, [
      hostile.record(room, sender, "", { id, kind: KIND.note, body, stamp: stampOf(Date.now()) }),
    ]);
  await field.rooms.caughtUpEverywhere();
  await a.call(room, { do: "end" }).catch(() => {});
  const asked = [a, b];
  const told = (one: typeof a) => one.news.find((each) => each.room === room && each.news.is === "note")?.news;
  await until(() => asked.some(told), "somebody who is asked for a call's note");
  for (const one of asked) {
    const news = told(one);
    if (news?.is !== "note") continue;
    const honestBody = encodeClear({ text: "the honest note", note: news.note });
    await one.say(room, "", { id, kind: KIND.note, body: honestBody }).catch(() => {});
  }
  await field.rooms.caughtUpEverywhere();
  const notes = (await b.read(room)).filter((event) => event.kind === KIND.note && event.id === id).sort(comparePlace);
  mustSee(notes.length > 0, "a call's note");
  const first = textOf(notes[0] as (typeof notes)[number]);
  return {
    name: "a forged note",
    succeeded: first === forged,
    ...(first === forged && { saw: "it stands as the record of who was there" }),
  };
}
