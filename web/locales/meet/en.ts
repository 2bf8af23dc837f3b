import { plural } from "../plural.ts";

const n = plural("en");

/** Words of planned conferences; fetched with the parts that show them. */
export const en = {
  conference: "Conference",
  conferences: "Conferences",
  plan: "Plan a conference",
  change: "Change the conference",
  startNow: "Start a conference now",
  none: "No conference is planned.",

  // the form
  title: "Subject",
  titleHint: "For example: Review of flood relief",
  date: "Date",
  time: "Time",
  zone: "Date and time are Pakistan Standard Time (PKT), wherever you are.",
  length: "Duration",
  agenda: "Agenda",
  agendaHint: "One item on each line",
  who: "Who is asked to attend",
  everyone: "All members",
  everyoneHint: (room: string) => `Everyone in ${room}, also those who are added later`,
  some: "Selected members",
  someHint: "The others see the conference, but are not asked to attend",
  searchMembers: "Search members",
  entry: "Admission",
  straight: "Directly",
  straightHint: "Members enter at once",
  lobby: "Through a lobby",
  lobbyHint: "Each one waits until a host admits them",
  save: "Save",
  publish: "Announce",
  cancel: "Cancel the conference",
  cancelSure: "Cancel this conference? All members will see that it is cancelled.",
  keep: "Keep it",
  missing: "This conference is further up in the conversation. Scroll to it and open it from there.",
  needTitle: "Enter the subject.",
  needDate: "Enter a date and a time.",
  past: "This time has already passed.",
  needPeople: "Select at least one member, or choose all members.",
  tooMany: "These are too many to name: choose all members.",
  tooLong: "The agenda is too long.",

  // the card
  today: "Today",
  tomorrow: "Tomorrow",
  yesterday: "Yesterday",
  span: (day: string, times: string) => `${day}, ${times} PKT`,
  lasts: (minutes: number) => {
    if (minutes === 90) return "1½ hours";
    if (minutes % 60) return n(minutes, "# minute", "# minutes");
    return n(minutes / 60, "# hour", "# hours");
  },
  startsIn: (minutes: number) => n(minutes, "Starts in # minute", "Starts in # minutes"),
  now: "In progress",
  over: "Concluded",
  cancelled: "Cancelled",
  asked: (count: number) => n(count, "# member is asked to attend", "# members are asked to attend"),
  askedAll: "All members are asked to attend",
  askedYou: "You are asked to attend",
  throughLobby: "Admission through a lobby",
  there: (count: number) => n(count, "# person is present", "# persons are present"),
  join: "Join",
  more: "Show all",
  toCalendar: "Add to calendar",
  fromCalendar: "Remove from calendar",
  edit: "Change",
  opens: (minutes: number) => `Open to join from ${minutes} minutes before`,
};

export type MeetWords = typeof en;
