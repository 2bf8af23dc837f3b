import { plural } from "../plural.ts";

const n = plural("en");

/** What is said of changes in a room, in English: loaded with the room. */
export const en = {
  created: (by: string) => `${by} started this conversation`,
  added: (by: string, who: string) => `${by} added ${who}`,
  removed: (by: string, who: string) => `${by} removed ${who}`,
  leftRoom: (by: string) => `${by} left`,
  renamed: (by: string, name: string) => `${by} named this “${name}”`,
  madeOwner: (by: string, who: string) => `${by} made ${who} an owner`,
  madeMember: (by: string, who: string) => `${by} made ${who} a member`,
  handedOver: (from: string, to: string, post: string) => `${from} handed over to ${to}: ${post}`,
  tookCharge: (who: string, post: string) => `${who} took charge: ${post}`,
  gaveUp: (who: string, post: string) => `${who} left the post: ${post}`,
  newMessages: "New messages",
  latest: "Go to the latest message",
  newBelow: (count: number) => n(count, "# new message, go to it", "# new messages, go to the latest"),
  loadingOlder: "Loading earlier messages…",
  emptyRoom: "No messages yet",
  emptyRoomHint: "Write the first one below.",
  emptyChannelHint: "Announcements will appear here.",
  unknown: "This message needs a newer version of Beep.",
  messages: "Messages",
  says: (name: string, text: string) => `${name}: ${text}`,
  tooLong: (letters: number) => `This is about ${letters} letters too long for one message. Divide it into several.`,
  readOnly: "Only owners write in this channel.",
  elsewhere: "You are signed in away from home. What you write waits here until your own province is reached.",
  discard: "Take back",
  discarded: "Taken back.",
  tooLate: "Too late: the message is already stored.",
  stageWaits: (provinces: string) => `waiting for ${provinces}`,
  stageOpen: (stage: string) => `${stage}. Show where this message is`,
};

export type RoomWords = typeof en;
