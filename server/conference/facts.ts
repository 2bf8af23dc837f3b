import type { RoomId } from "#protocol/ids";
import type { Facts } from "../domain/calls/legs.ts";
import type { House } from "./house.ts";

/** What the rules of calls ask of a room. */
export const factsOf = (room: RoomId, { members, isUp, past }: House): Facts => ({
  roleOf: (person) => members.roleOf(room, person),
  provinceOf: (person) => members.provinceOf(person),
  provinces: () => members.provincesOf(room),
  isDirect: () => members.kindOf(room) === "direct",
  isUp,
  past,
});
