import { isId, type PersonId } from "#protocol/ids";
import type { ControlOp } from "#protocol/room";

/**
 * Whether a change is one that can be told in words. The home of a room writes it, and a later version or a home that is
 * not what it should be may write another.
 */
export function isChange(value: unknown): value is ControlOp {
  if (typeof value !== "object" || value === null) return false;
  const change = value as Record<"op" | "name" | "members" | "person" | "role" | "post" | "posts", unknown>;
  if (change.op === "create") return true;
  if (change.op === "succeed") return typeof change.post === "string";
  if (change.op === "add" || change.op === "remove") return isPeople(change.members) && isPosts(change.posts);
  if (change.op === "rename") return typeof change.name === "string";
  return change.op === "role" && isId(change.person) && (change.role === "owner" || change.role === "member");
}

export const isPeople = (value: unknown): value is PersonId[] => Array.isArray(value) && value.every(isId);
const isPosts = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((each) => typeof each === "string"));
