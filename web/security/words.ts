import { signal } from "@preact/signals";
import { en, type SecurityWords } from "../locales/security/en.ts";
import { furniture } from "../view/furnish.ts";
import style from "./security.css?url";

/** The words of one's own devices and ways, in the language in use. */
export const securityWords = signal<SecurityWords>(en);

export const furnish = furniture(securityWords, async () => (await import("../locales/security/ur.ts")).ur, style);
