import { plural } from "./plural.ts";

const n = plural("en");

/** Every word that the client says, in English. Its shape is the type that each other language must fill. */
export const en = {
  lang: "en",
  dir: "ltr" as "ltr" | "rtl",
  intl: "en-GB",
  list: (names: string[]) =>
    names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`,
  comma: ", ",

  starting: "Opening…",

  // room list
  conversations: "Conversations",
  search: "Search",
  show: "Show",
  searchAll: "Search people and conversations",
  clear: "Clear",
  all: "All",
  unread: "Unread",
  directs: "Direct",
  groups: "Groups",
  channels: "Channels",
  newConversation: "New conversation",
  settings: "Settings",
  noRooms: "No conversations yet",
  noRoomsHint: "Start one: search for a person by name, post or unit.",
  nothingFound: "Nothing found",
  nothingFoundHint: "Try another spelling, a post such as “Secretary”, or a unit.",
  nothingUnread: "You have read everything",
  nothingOfKind: "None yet",
  people: "People",
  you: "You",
  unreadCount: (count: number) => n(count, "# unread message", "# unread messages"),
  direct: "Direct",
  group: "Group",
  channel: "Channel",
  post: "Post",
  typingOne: (name: string) => `${name} is typing…`,
  typingMany: (count: number) => `${count} people are typing…`,
  typing: "typing…",
  draft: "Draft:",

  // room
  pickRoom: "Choose a conversation",
  pickRoomHint: "Or start a new one. Ctrl+K searches everything.",
  back: "Back",
  details: "Details",
  members: (count: number) => n(count, "# member", "# members"),
  online: "Online",
  offline: "Not online",
  today: "Today",
  yesterday: "Yesterday",
  write: "Write a message",
  send: "Send",

  // stages
  stage: {
    waiting: "Waiting to be sent",
    stored: "Stored",
    crossed: "In all provinces",
    delivered: "Delivered",
    read: "Read",
    refused: "Not sent",
  },
  provinceCut: (time: string) => `Cut off since ${time}, waiting`,

  // connection and links
  connecting: "Connecting…",
  updating: "Updating…",
  ofPublic: "(Public) ",
  noConnection: "No connection. Messages wait here and go out by themselves.",
  queued: (place: number, seconds: number) =>
    `${n(place, "# person is", "# people are")} before you. You come in by yourself, in about ${n(seconds, "# second", "# seconds")}.`,
  retryIn: (seconds: number) => n(seconds, "Trying again in # second", "Trying again in # seconds"),
  waitingHere: (count: number) => n(count, "# message waiting", "# messages waiting"),
  away: (province: string, home: string) => `Connected through ${province}, away from ${home}`,
  needUpdate: "This version is too old for the node.",
  newVersion: "A new version is ready.",
  reload: "Reload",
  cutOff: (many: number, provinces: string, from: string, time: string) =>
    `${provinces} ${many > 1 ? "are" : "is"} cut off from ${from} since ${time}`,
  cutOffHint: (from: string) => `Inside ${from} everything works`,
  here: "this node",

  // new conversation
  kind: "Kind",
  remove: "Remove",

  // room info
  waitingFor: (province: string) => `A change is waiting for ${province}`,
  rename: "Rename",
  save: "Save",
  cancel: "Cancel",
  close: "Close",
  searchMembers: "Search members",

  // settings
  language: "Language",
  /** said instead of the node's English words, by the code of the error */
  notices: {} as Record<string, string>,
  failed: "That did not work. Please try again.",
};

export type Words = typeof en;
