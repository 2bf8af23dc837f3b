import type { PersonId, Province } from "#protocol/ids";
import type { ControlBody, ControlOp, ControlRequest, Member, Role } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import { AppError } from "./error.ts";
import type { Room } from "./ports.ts";

/** People that one control event may name, so that its body stays within its bound. */
export const MAX_NAMED = 150;
const MAX_MEMBERS = 10_000;
const MAX_NAME = 100;

type ProvinceOf = (person: PersonId) => Province | undefined;

/**
 * What a control request makes of a room: the body of the event that says so. Pure; changes nothing.
 * @throws AppError fix, forbidden or conflict
 */
export function decide(
  room: Room | undefined,
  request: ControlRequest,
  home: Province,
  stamp: Stamp,
  provinceOf: ProvinceOf,
): ControlBody {
  const { change, person } = request;
  if (change.op === "create") return create(room, change, person, home, stamp, provinceOf);
  const self = room?.members.get(person);
  if (!room || !self) throw new AppError("forbidden", "You are not a member of this room.");
  if (room.kind === "direct") throw new AppError("fix", "A conversation of two stays as it is. Begin a group instead.");
  const leaving = change.op === "remove" && change.members.length === 1 && change.members[0] === person;
  if (self.role !== "owner" && !leaving) throw new AppError("forbidden", "Only an owner may change this room.");
  if (request.expect !== room.cseq)
    throw new AppError("conflict", "Somebody changed the room meanwhile. Look at it again, then decide.");
  const body = changed(room, change, person, stamp, provinceOf);
  const owners = new Set([...room.members.values()].filter((m) => m.role === "owner").map((m) => m.person));
  for (const m of body.members) m.role === "owner" ? owners.add(m.person) : owners.delete(m.person);
  for (const gone of body.removed) owners.delete(gone);
  const left = room.members.size + body.members.filter((m) => !room.members.has(m.person)).length - body.removed.length;
  if (owners.size === 0 && left > 0) throw new AppError("fix", "Make somebody else an owner first.");
  return body;
}

function changed(
  room: Room,
  change: Exclude<ControlOp, { op: "create" }>,
  by: PersonId,
  stamp: Stamp,
  provinceOf: ProvinceOf,
): ControlBody {
  const { kind, name, home, history } = room;
  const body: ControlBody = {
    change,
    cseq: room.cseq + 1,
    by,
    room: { kind, name, home, history },
    members: [],
    removed: [],
  };
  if (change.op === "add") {
    const added = named(change.members).filter((id) => !room.members.has(id));
    if (room.members.size + added.length > MAX_MEMBERS)
      throw new AppError("fix", `A room holds up to ${MAX_MEMBERS} people.`);
    body.members = added.map((id) => member(id, "member", stamp, provinceOf));
  } else if (change.op === "remove") body.removed = named(change.members).filter((id) => room.members.has(id));
  else if (change.op === "rename") body.room.name = nameOf(change.name);
  else if (change.op === "succeed") throw new AppError("fix", "A post passes on by itself.");
  else {
    const present = room.members.get(change.person);
    if (!present) throw new AppError("fix", "That person is not a member of this room.");
    body.members = [{ ...present, role: change.role === "owner" ? "owner" : "member" }];
  }
  return body;
}

function create(
  room: Room | undefined,
  change: Extract<ControlOp, { op: "create" }>,
  by: PersonId,
  home: Province,
  stamp: Stamp,
  provinceOf: ProvinceOf,
): ControlBody {
  if (room) throw new AppError("conflict", "This room is there already.");
  const others = named(change.members, 0).filter((id) => id !== by);
  const direct = change.kind === "direct";
  if (!["direct", "group", "channel"].includes(change.kind))
    throw new AppError("fix", "There is no such kind of room.");
  if (!["all", "joined"].includes(change.history)) throw new AppError("fix", "There is no such history policy.");
  if (direct && others.length !== 1) throw new AppError("fix", "A direct conversation is between two people.");
  return {
    change,
    cseq: 1,
    by,
    room: {
      kind: change.kind,
      name: direct ? "" : nameOf(change.name),
      home,
      history: direct ? "all" : change.history,
    },
    members: [
      member(by, "owner", stamp, provinceOf),
      ...others.map((id) => member(id, direct ? "owner" : "member", stamp, provinceOf)),
    ],
    removed: [],
  };
}

function named(people: readonly PersonId[], least = 1): PersonId[] {
  const once = [...new Set(people)];
  if (once.length < least || once.length > MAX_NAMED)
    throw new AppError("fix", `Name between ${least} and ${MAX_NAMED} people at a time.`);
  return once;
}

function nameOf(name: string): string {
  // Overrides of text direction could make a room's name look like another's.
  const clean = name.replace(/[\u202a-\u202e\u2066-\u2069\p{Cc}]/gu, "").trim();
  if (!clean || clean.length > MAX_NAME) throw new AppError("fix", `A room's name has 1 to ${MAX_NAME} characters.`);
  return clean;
}

function member(person: PersonId, role: Role, since: Stamp, provinceOf: ProvinceOf): Member {
  const province = provinceOf(person);
  if (!province) throw new AppError("fix", "One of these people is not in the directory.");
  return { person, province, role, since };
}
