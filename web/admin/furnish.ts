import { signal } from "@preact/signals";
import { type AdminWords, en } from "../locales/admin/en.ts";
import style from "../styles/admin.css?url";
import { furniture } from "../view/furnish.ts";

/** The words of administration in the language in use. They and their style come with the first page that needs them. */
export const adminWords = signal<AdminWords>(en);

export const furnish = furniture(adminWords, async () => (await import("../locales/admin/ur.ts")).ur, style);
