import { signal } from "@preact/signals";
import { en, type RoomWords } from "../../locales/room/en.ts";
import { furniture } from "../furnish.ts";

export const roomWords = signal<RoomWords>(en);

export const furnish = furniture(roomWords, async () => (await import("../../locales/room/ur.ts")).ur);
