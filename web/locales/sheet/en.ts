import { plural } from "../plural.ts";

const n = plural("en");

/** Words of the sheets beside a conversation; fetched with them. */
export const en = {
  directHint: "Between you and one person or post",
  groupHint: "Everyone reads and writes",
  channelHint: "Owners write, members read",
  whom: "With whom",
  searchPeople: "Name, post or unit",
  searchHint: "Type a name, a post or a unit, in English or Urdu.",
  roomName: "Name",
  roomNameHint: "For example: Flood relief, Sukkur",
  historyQ: "Someone added later may read",
  historyAll: "Everything, from the start",
  historyJoined: "Only what comes after they join",
  start: "Start",
  startWith: (name: string) => `Start with ${name}`,
  keptIn: (provinces: string) => `Will be kept in: ${provinces}`,
  chosen: (count: number) => n(count, "# person chosen", "# people chosen"),
  needName: "Give it a name.",
  needPeople: "Choose at least one person.",
  keptInNow: "Kept in",
  keptWhy: "Only these provinces hold this conversation, because its members are there.",
  whereIs: "Where this message is",
  provinceStored: "Stored",
  provinceWaiting: "On its way",
  personSent: "Not yet delivered",
  provinces: "Provinces",
  owner: "Owner",
  makeOwner: "Make owner",
  makeMember: "Make member",
  addPeople: "Add people",
  add: "Add",
  leave: "Leave conversation",
  leaveSure: "Leave this conversation? You will no longer receive its messages.",
  removeSure: (name: string) => `Remove ${name}? They will no longer receive messages of this conversation.`,
  history: "History",
  changed: "Done.",
  changeWaits: (province: string) => `Asked. ${province} decides; this is done as soon as it is reached.`,
};

export type SheetWords = typeof en;
