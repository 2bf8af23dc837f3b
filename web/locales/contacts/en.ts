import { plural } from "../plural.ts";

const n = plural("en");

/** Words of requests from people whom one does not know yet, and of whom one blocks; fetched with them. */
export const en = {
  title: "Requests",
  row: (count: number) => n(count, "# request", "# requests"),
  rowMany: "More than 100 requests",
  rowHint: "People whom you do not know yet",
  hint: "Nobody sees that you looked at a request. Until you accept it, others do not see whether you are online or have read anything.",
  none: "No requests",
  noneHint: "When somebody whom you do not know yet writes to you, it appears here.",
  more: "Show more",
  wants: "Wants to write to you",
  added: (name: string) => `${name} added you`,
  addedUnknown: "You were added",
  unknown: "It is not known who began this.",
  people: (count: number) => n(count, "# person", "# people"),
  noWords: "Nothing has been written yet.",
  notText: "This can be shown once you have accepted.",
  accept: "Accept",
  decline: "Decline",
  declineGroup: "Decline and leave",
  declined: "The request is declined.",
  block: "Block",
  blockSure: (name: string) =>
    `Block ${name}? You will hear nothing of them any more: no messages, no groups, no calls. They are not told. You can take it back under “Devices and sign-in”.`,
  blockDone: (name: string) => `${name} is blocked.`,
  report: "Report",
  reportTitle: (name: string) => `Report ${name}`,
  reportHint:
    "The administrators of your unit are told that you report this person, and in which conversation. Of messages they get those alone that you choose here, in full: at most five.",
  reportNone: "No messages of this person are here: the report goes without any.",
  reportSend: (count: number) => n(count, "Send with # message", "Send with # messages"),
  reportBare: "Send without messages",
  reportDone: "The report was sent to your administrators.",
  choose: "Choose messages",
  cancel: "Cancel",
  blocked: "Blocked people",
  blockedHint: "You hear nothing of them, and they are not told.",
  blockedNone: "You have blocked nobody.",
  since: (day: string) => `Blocked: ${day}`,
  unblock: "Unblock",
  unblockDone: (name: string) => `${name} is not blocked any more.`,
  elsewhere: "This is kept in your own province. Try again when you are connected to it.",
  often: "You have reported often today. Go on tomorrow.",
};

export type ContactWords = typeof en;
