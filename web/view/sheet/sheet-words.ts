import { signal } from "@preact/signals";
import { en, type SheetWords } from "../../locales/sheet/en.ts";
import { furniture } from "../furnish.ts";
import { furnish as furnishPosts } from "../post/words.ts";

export const sheetWords = signal<SheetWords>(en);

const furnishSheet = furniture(sheetWords, async () => (await import("../../locales/sheet/ur.ts")).ur);

/** With the words of posts, which sheets show beside people. */
export const furnish = () => Promise.all([furnishSheet(), furnishPosts()]);
