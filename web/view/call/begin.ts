import type { RoomId } from "#protocol/ids";
import type { CallChoice, Calls } from "../../call/contract.ts";
import { tell } from "../announce.tsx";
import { folded } from "./desk.ts";
import { aside } from "./part.ts";
import { callReason } from "./reason.ts";

/** Whether this device sits in a call, or is about to. */
export const isIn = (calls: Calls): boolean => {
  const here = calls.current.value;
  return here !== null && here.phase.value.at !== "over";
};

/** Begins or joins, leaving the call one is in; says what went wrong, and answers whether it went well. */
export async function enter(calls: Calls, room: RoomId, choice: CallChoice): Promise<boolean> {
  if (isIn(calls)) calls.current.peek()?.leave();
  folded.value = false;
  const asked = aside.peek();
  try {
    await (calls.heads.peek().has(room) ? calls.join(room, choice) : calls.begin(room, choice));
    if (aside.peek() === asked) aside.value = null;
    return true;
  } catch (error) {
    // It is over before it began: why is in the error, and one is back where one asked.
    if (aside.peek()?.at === "over") aside.value = asked;
    tell(callReason(error));
    return false;
  }
}

/** A call to one person needs no questions. */
export const callPerson = (calls: Calls, room: RoomId, media: "audio" | "video"): Promise<boolean> =>
  enter(calls, room, { kind: "call", media, lobby: false, mic: true, camera: media === "video" });
