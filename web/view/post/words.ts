import { signal } from "@preact/signals";
import { en, type PostWords } from "../../locales/post/en.ts";
import { furniture } from "../furnish.ts";

export const postWords = signal<PostWords>(en);

export const furnish = furniture(postWords, async () => (await import("../../locales/post/ur.ts")).ur);
