import { signal } from "@preact/signals";
import { en, type SheetWords } from "../../locales/sheet/en.ts";
import { furniture } from "../furnish.ts";

export const sheetWords = signal<SheetWords>(en);

export const furnish = furniture(sheetWords, async () => (await import("../../locales/sheet/ur.ts")).ur);
