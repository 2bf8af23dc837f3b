import { signal } from "@preact/signals";
import { type ContactWords, en } from "../locales/contacts/en.ts";
import { furniture } from "../view/furnish.ts";
import style from "./contacts.css?url";

/** The words of requests and blocks, in the language in use. */
export const contactWords = signal<ContactWords>(en);

export const furnish = furniture(contactWords, async () => (await import("../locales/contacts/ur.ts")).ur, style);
