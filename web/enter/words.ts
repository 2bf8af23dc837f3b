import { signal } from "@preact/signals";
import { en, type EnterWords } from "../locales/enter/en.ts";
import { furniture } from "../view/furnish.ts";
import style from "./enter.css?url";

/** The words of coming in, in the language in use. */
export const enterWords = signal<EnterWords>(en);

export const furnish = furniture(enterWords, async () => (await import("../locales/enter/ur.ts")).ur, style);
