import { mintId, type PersonId, type RoomId } from "#protocol/ids";
import { type ControlOp, controlText, directRoomId, type Member, postRoomId } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import type { Attack, Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { postOf, WHO } from "../people.ts";

/** Changes of rooms that are not its own, and rooms that only others may make. */
export const control: Attack = {
  name: "control",
  tries: "changes names, members and roles of others' rooms, and makes rooms in others' names",
  async run(field) {
    return [...(await changes(field)), ...(await claims(field))];
  },
};

const describe = async (field: Field, room: RoomId): Promise<string> => {
  const views: string[] = [];
  for (const code of [field.here, field.there]) {
    const { room: summary, members } = await field.official(code).detail(room);
    const who = members.map(({ person, province, role, since }) => [person, province, role, since].join()).sort();
    views.push(JSON.stringify([summary.name, summary.home, summary.kind, summary.history, summary.cseq, who]));
  }
  return views.join("\n");
};

/** Each on a room of its own, by a control event, a signed request, or a state that comes with a fill. */
async function changes(field: Field): Promise<Tried[]> {
  const { hostile, honest, here, there } = field;
  const [a, b] = [field.person(here, WHO.clerk), field.person(there, WHO.clerk)];
  const e = field.person(hostile.province, WHO.clerk);
  const stranger = field.person(hostile.province, WHO.second);
  const now = stampOf(Date.now());
  const member = (person: PersonId, province: string, role: Member["role"]): Member => ({
    ...{ person, province, role, since: now },
  });
  const ops: [string, ControlOp, Member[], PersonId[]][] = [
    ["lets one of its own in", { op: "add", members: [stranger.id] }, [member(stranger.id, e.province, "member")], []],
    ["makes its own owner", { op: "role", person: e.id, role: "owner" }, [member(e.id, e.province, "owner")], []],
    ["takes a member out", { op: "remove", members: [b.id] }, [], [b.id]],
    ["takes the owner out", { op: "remove", members: [a.id] }, [], [a.id]],
    ["renames it", { op: "rename", name: "Taken" }, [], []],
  ];
  const tried: { name: string; room: RoomId; before: string }[] = [];
  for (const [what, change, members, removed] of ops) {
    const room = await field.rooms.make("shared");
    const before = await describe(field, room);
    const name = change.op === "rename" ? change.name : "Canals";
    const kept = { kind: "group", name, history: "all" } as const;
    for (const by of [a.id, e.id])
      for (const home of [hostile.province, here])
        for (const cseq of [2, 1_000_000]) {
          const body = { change, cseq, by, room: { ...kept, home }, members, removed };
          await hostile.log(honest, [hostile.control(room, by, body)]);
        }
    for (const to of honest) {
      for (const request of await requests(field, room, change)) hostile.say(to, { t: "request", request });
      const state = { room: { id: room, ...kept, home: here, cseq: 9 }, members };
      const head = { t: "fill", room, origin: hostile.life(), base: 5, hash: "0123456789abcdef", state };
      hostile.say(to, head);
      hostile.say(to, {
        ...head,
        origin: hostile.life(),
        state: { ...state, room: { ...state.room, home: e.province } },
      });
    }
    tried.push({ name: what, room, before });
  }
  await field.rooms.caughtUpEverywhere();
  const found: Tried[] = [];
  for (const { name, room, before } of tried) {
    const after = await describe(field, room);
    found.push({ name, succeeded: after !== before, ...(after !== before && { saw: after }) });
  }
  return found;
}

/** Signed by the hostile province's own device, in its own name without the right to it, or in another's. */
async function requests(field: Field, room: RoomId, change: ControlOp): Promise<unknown[]> {
  const { hostile, here } = field;
  const [a, e] = [field.person(here, WHO.clerk), field.person(hostile.province, WHO.clerk)];
  const [own, theirs] = [field.keyOf(e), field.keyOf(a)];
  const all: unknown[] = [];
  for (const [person, device] of [
    [e.id, own.id],
    [a.id, own.id],
    [a.id, theirs.id],
    [e.id, theirs.id],
  ] as const) {
    const unsigned = { id: mintId(Date.now()), room, change, expect: 1, person, device };
    all.push({ ...unsigned, signature: await own.sign(controlText(unsigned)) });
  }
  return all;
}

/** Conversations of two others, rooms under a home that is not its own, and rooms that are there already. */
async function claims(field: Field): Promise<Tried[]> {
  const { hostile, honest, here, there } = field;
  const [a, b] = [field.person(here, WHO.second), field.person(there, WHO.second)];
  const e = field.person(hostile.province, WHO.clerk);
  const post = postOf(there);
  const now = stampOf(Date.now());
  const two = [a, b].map(({ id, province }): Member => ({ person: id, province, role: "owner", since: now }));
  const three: Member[] = [...two, { person: e.id, province: e.province, role: "owner", since: now }];
  const direct = { kind: "direct", name: "", history: "all" } as const;
  const taken = await field.rooms.make("closed");
  const rooms: [string, RoomId, unknown][] = [
    ["a conversation of two others", await directRoomId(a.id, b.id), hostile.creation(a.id, two, direct)],
    [
      "it under their home's name",
      await directRoomId(a.id, b.id),
      hostile.creation(a.id, two, { ...direct, home: here }),
    ],
    ["it with itself in it", await directRoomId(a.id, b.id), hostile.creation(e.id, three, direct)],
    [
      "a conversation with others' post",
      await postRoomId(a.id, post),
      hostile.creation(a.id, two, { kind: "post", name: "", posts: [{ post, role: "owner" }] }),
    ],
    [
      "a group of another home",
      mintId(Date.now()),
      hostile.creation(a.id, three, { name: field.canary(), home: here }),
    ],
    ["a group that is there", taken, hostile.creation(a.id, three, { name: "Taken" })],
  ];
  const before = await describe(field, taken);
  for (const [, room, body] of rooms) await hostile.log(honest, [hostile.control(room, a.id, body)]);
  await field.rooms.caughtUpEverywhere();
  const found: Tried[] = [];
  for (const [name, room] of rooms) {
    let saw = "";
    if (room === taken) saw = (await describe(field, taken)) === before ? "" : "it is another room now";
    else
      for (const code of honest) {
        const official = field.official(code, WHO.second);
        official.close();
        await official.open();
        if (official.rooms.has(room)) saw = `an official of ${code} has it`;
      }
    found.push({ name: `makes ${name}`, succeeded: saw !== "", ...(saw && { saw }) });
  }
  return found;
}
