import { signal } from "@preact/signals";
import { en, type MeetWords } from "../../locales/meet/en.ts";
import { furniture } from "../furnish.ts";
import style from "./meet.css?url";

/** The words of conferences in the language in use. They and their style come with the first part that needs them. */
export const meetWords = signal<MeetWords>(en);

export const furnish = furniture(meetWords, async () => (await import("../../locales/meet/ur.ts")).ur, style);
