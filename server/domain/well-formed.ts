import type { PostId } from "#protocol/directory";
import { isId, isProvince } from "#protocol/ids";
import type { ControlBody, Member, PostPlace, Role } from "#protocol/room";

/**
 * Whether what another province wrote has the shape it claims. Only what a node acts upon is looked at, so that newer
 * provinces may say more. A province code goes into subjects of the change log, and numbers into the store's columns:
 * neither may be anything else.
 */
type Loose<T> = { readonly [K in keyof T]?: unknown } | null | undefined;

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export function isControlBody(value: unknown): value is ControlBody {
  const body = value as Loose<ControlBody>;
  return (
    isObject(body) &&
    isCount(body?.cseq) &&
    isRoomHead(body?.room) &&
    isMembers(body?.members) &&
    Array.isArray(body?.removed) &&
    body.removed.every(isId)
  );
}

export function isRoomHead(value: unknown): value is ControlBody["room"] {
  const room = value as Loose<ControlBody["room"]>;
  return (
    isObject(room) &&
    ["direct", "group", "channel", "post"].includes(room?.kind as string) &&
    typeof room?.name === "string" &&
    isProvince(room.home) &&
    (room.history === "all" || room.history === "joined") &&
    (room.posts === undefined || (Array.isArray(room.posts) && room.posts.every(isPostPlace)))
  );
}

export const isMembers = (value: unknown): value is Member[] => Array.isArray(value) && value.every(isMember);

function isMember(value: unknown): value is Member {
  const member = value as Loose<Member>;
  return (
    isObject(member) &&
    isId(member?.person) &&
    isProvince(member?.province) &&
    isRole(member?.role) &&
    isCount(member?.since) &&
    (member?.post === undefined || isPostId(member.post))
  );
}

const isRole = (role: unknown): role is Role => role === "owner" || role === "member";
/** The id of a post is text of its province's making. */
export const isPostId = (post: unknown): post is PostId => typeof post === "string" && post !== "" && post.length <= 64;

function isPostPlace(value: unknown): value is PostPlace {
  const place = value as Loose<PostPlace>;
  return isObject(place) && isPostId(place?.post) && isRole(place?.role);
}
