import { signal } from "@preact/signals";
import { type CallWords, en } from "../../locales/call/en.ts";
import style from "../../styles/call.css?url";
import { furniture } from "../furnish.ts";

/** The words of calls in the language of the rest; English stands in where another language does not come. */
export const callWords = signal<CallWords>(en);

export const callReady = furniture(callWords, async () => (await import("../../locales/call/ur.ts")).ur, style);
