import { signal } from "@preact/signals";
import { en, type PhotoWords } from "../locales/photo/en.ts";
import { furniture } from "../view/furnish.ts";
import style from "./photo.css?url";

export const photoWords = signal<PhotoWords>(en);

export const furnish = furniture(photoWords, async () => (await import("../locales/photo/ur.ts")).ur, style);
