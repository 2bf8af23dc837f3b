import type { InvitationState, WaveStatus } from "#protocol/admin";
import type { Unit } from "#protocol/directory";
import { plural } from "../plural.ts";

const n = plural("en");

/** Words of import, units, posts, waves, invitations and sessions. */
export const doors = {
  // import
  importHow: "Choose a CSV file (UTF-8, with these columns in its first line). It is read and shown first.",
  importAgain: "The same file twice changes nothing the second time. Units and posts that are not there yet are made.",
  chooseFile: "Choose a file",
  otherFile: "Choose another file",
  reading: "The file is being read…",
  toWrite: "new or changed",
  same: "rows that are so already",
  refusedShort: "rows refused",
  importNow: (count: number) => n(count, "Enter # entry", "Enter # entries"),
  goOn: "Go on",
  imported: (added: number, changed: number) => `Done: ${added} new, ${changed} changed.`,
  importWaits: (count: number) =>
    n(count, "# order waits for a second administrator.", "# orders wait for a second administrator."),
  officesLeft: (count: number) =>
    n(
      count,
      "# unit, post or charge is left to a provincial administrator.",
      "# units, posts and charges are left to a provincial administrator.",
    ),
  refusedRows: (count: number) => n(count, "# row refused", "# rows refused"),
  line: "Line",
  column: "Column",
  why: "Why",
  saveRefused: "Save this list",

  // units and posts
  addUnit: "Add a unit",
  editUnit: "Change the unit",
  addBelow: "Add one below",
  closeUnit: "Close",
  closed: "Closed",
  postsHere: "Posts here",
  noUnits: "No units yet",
  noUnitsHint: "Add the topmost one first: a ministry, or the province.",
  openTo: "Who may write to it",
  openToOfficials: "Officials",
  openToPublic: "Officials and the public",
  contacts: "Mobile and e-mail of its people are shown to",
  contactsNear: "The same unit, small rooms they share, holders of posts",
  contactsOfficials: "All officials",
  contactsNone: "Nobody",
  kindOfUnit: "Kind",
  unitKinds: {
    ministry: "Ministry",
    wing: "Wing",
    section: "Section",
    province: "Province",
    department: "Department",
    division: "Division",
    district: "District",
    office: "Office",
  } as Record<Unit["kind"], string>,
  above: "Above it",
  topmost: "None: it is topmost",
  post: "Post",
  title: "Title",
  addPost: "Add a post",
  editPost: "Change the post",
  closePost: "Close",
  findPosts: "Title of a post",
  vacant: "Vacant",
  noPosts: "No posts found",
  noPostsHint: "Add a post, or try another spelling.",
  noPostsIn: (unit: string) => `None in ${unit}. Add one.`,

  // waves
  wavesNote: "Waves open in their order. A gate or a hand can hold one back; those inside stay inside.",
  noWaves: "No waves yet",
  noWavesHint: "Without one, whoever has an invitation comes in. Begin with a trial of named people.",
  addWave: "Add a wave",
  editWave: "Change the wave",
  waveStates: {
    planned: "Planned",
    open: "Open",
    held: "Held back",
    full: "Full",
    closed: "Closed",
  } as Record<WaveStatus["state"], string>,
  waveWho: {
    named: "Named people",
    units: "Units and all below them",
    employees: "All employees",
    public: "The public",
  },
  namedPeople: (count: number) => n(count, "# named person", "# named people"),
  lets: "Lets in",
  opens: "Opens",
  closes: "Closes",
  gates: "Gates",
  gatesHint: "While one is not met, the wave is held back. Leave empty what should not count.",
  gateErrors: (part: string) => `at most ${part} of requests failed`,
  gateSignIn: (seconds: string) => `99 of 100 sign-ins within ${seconds} s`,
  gateDisk: (size: string) => `${size} GB of disk free`,
  gateErrorsField: "Most requests that failed within ten minutes, in percent",
  gateSignInField: "Seconds that 99 of 100 sign-ins may take",
  gateDiskField: "Disk that must be free, in GB",
  hands: { hold: "Hold back", auto: "Go by dates and gates", close: "Close" },
  invitedCount: (count: number) => n(count, "# open", "# open"),
  placeInLine: "Place in line",
  placeHint: "Waves open in this order.",
  quota: "Most people",
  quotaHint: "Leave empty for no limit.",
  needAdmitted: "Choose whom it lets in.",
  addUnitToWave: "Add a unit",
  addToWave: "Add a person",

  // invitations
  invitationsNote:
    "An invitation opens once, on one device. Invite people from their page, or from the list of people.",
  invitationStates: { open: "Open", used: "Used", expired: "Expired", cancelled: "Cancelled" } as Record<
    InvitationState,
    string
  >,
  noInvitations: "None",
  noInvitationsHint: "Tick people in the list of people, then invite them.",
  madeAt: (when: string) => `Made ${when}`,
  by: "by",
  goodFrom: (when: string) => `Held for its person to stop it, good from ${when}`,
  goodUntil: (when: string) => `Good until ${when}`,
  cancelInvitation: "Cancel invitation",
  inviteCount: (count: number) => n(count, "Invite # person", "Invite # people"),
  way: "How the code reaches them",
  ways: { show: "On paper", email: "By e-mail", sms: "By SMS" },
  wayHints: {
    show: "You print it or read it out; it is shown once.",
    email: "Sent to the address on the card.",
    sms: "Sent to the mobile on the card.",
  },
  lackContact: (count: number) =>
    n(
      count,
      "# of them has no such address and will be left out.",
      "# of them have no such address and will be left out.",
    ),
  validFor: "Good for",
  days: (count: number) => n(count, "# day", "# days"),
  issuedTitle: "New invitations",
  issuedNote: "These codes are shown only now. Print them or hand them over before you put them away.",
  issuedWaiting: (count: number) =>
    n(count, "# new invitation is still to be handed over.", "# new invitations are still to be handed over."),
  noneIssued: "Nothing to hand over",
  print: "Print",
  putAway: "Put away",
  sentBy: {
    show: "The code was lost on its way: cancel this invitation and invite anew.",
    email: "Sent by e-mail",
    sms: "Sent by SMS",
  },
  notSent: "Not sent:",

  // reports
  reportsNote:
    "Whom people within your reach reported, and the messages that they chose to show. What is said of you is for others to read.",
  noReports: "Nobody was reported",
  noReportsHint: "Reports appear here as people make them.",
  reportedBy: "Reported by",
  inTwo: "In a conversation of two",
  inRoom: (name: string) => `In “${name}”`,
  noMessages: "Without messages",

  // sessions
  sessionsNote:
    "Who is signed in at this province’s nodes now. A device that is shut out loses its connection at once.",
  noSessions: "Nobody is signed in",
  noSessionsHint: "Sessions appear here as people open Beep.",
  thisDevice: "This device",
  refresh: "Look again",
};
