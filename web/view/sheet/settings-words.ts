import { signal } from "@preact/signals";
import { en, type SettingsWords } from "../../locales/settings/en.ts";
import { furniture } from "../furnish.ts";

export const settingsWords = signal<SettingsWords>(en);

export const furnish = furniture(settingsWords, async () => (await import("../../locales/settings/ur.ts")).ur);
