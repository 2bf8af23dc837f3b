import { isId, isOrigin, type Origin } from "#protocol/ids";
import type { Up } from "#protocol/up";
import { isCallAct } from "./validate-call.ts";
import { isPostId } from "../domain/well-formed.ts";

const MAX_ROOMS = 10_000;
const MAX_ORIGINS = 1_000;
const MAX_IDS = 200;
const MAX_TEXT = 200;

type Loose = Record<string, unknown>;

/**
 * Reads the JSON of a client's frame; undefined where it is not exactly one of the messages of `up.ts`.
 * By hand: what a checker's library says of a mistake would echo the input.
 */
export function readUp(value: unknown): Up | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return isUp(value as Loose) ? (value as Up) : undefined;
}

function isUp(m: Loose): boolean {
  switch (m.t as Up["t"]) {
    case "hello":
      return (
        isCount(m.version) &&
        isList(m.capabilities, isText, 100) &&
        isText(m.app) &&
        isRecord(m.have, isId, isVector) &&
        (m.rooms === undefined || isRecord(m.rooms, isId, isCount))
      );
    case "read":
      return isId(m.room) && isVector(m.upto);
    case "delivered":
      return isRecord(m.rooms, isId, isVector);
    case "page":
      return isCount(m.ref) && isId(m.room) && isVector(m.before) && isCount(m.limit) && (m.limit as number) > 0;
    case "room":
      return isCount(m.ref) && isId(m.room);
    case "people":
      return isCount(m.ref) && isList(m.ids, isId, MAX_IDS);
    case "find":
      return isCount(m.ref) && isText(m.text);
    case "typing":
      return isId(m.room) && typeof m.on === "boolean";
    case "control": {
      // The rest of a request is checked where its signature is (domain/rooms.ts).
      const request = m.request as Loose | null;
      return typeof request === "object" && request !== null && isId(request.id);
    }
    case "outcome":
      return isList(m.ids, isId, MAX_IDS);
    case "call":
      return isCount(m.ref) && isId(m.room) && isCallAct(m.act);
    case "photo":
      return isCount(m.ref) && isId(m.person);
    case "posts":
      return isCount(m.ref) && isList(m.ids, isPostId, MAX_IDS);
    // What is asked or ordered is checked where it is understood (domain/administration, domain/enrolment).
    case "self":
      return isCount(m.ref) && isObject(m.act);
    case "admin":
      return isCount(m.ref) && isObject(m.ask);
    case "order":
      return isCount(m.ref) && isObject(m.order) && isId((m.order as Loose).id) && isObject((m.order as Loose).act);
    case "ping":
      return true;
    default:
      return false;
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string" && value.length <= MAX_TEXT;
const isList = (value: unknown, is: (item: unknown) => boolean, most: number): boolean =>
  Array.isArray(value) && value.length <= most && value.every(is);

function isRecord(
  value: unknown,
  isKey: (key: unknown) => boolean,
  isValue: (value: unknown) => boolean,
  most = MAX_ROOMS,
): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= most && entries.every(([key, item]) => isKey(key) && isValue(item));
}

function isVector(value: unknown): value is Record<Origin, number> {
  return isRecord(value, isOrigin, isCount, MAX_ORIGINS);
}
