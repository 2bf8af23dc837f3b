import { beep } from "./beep.ts";
import { binary } from "./binary.ts";
import { json, socketio } from "./json.ts";
import type { Dialect } from "./line.ts";
import { xmpp } from "./xmpp.ts";

export const dialects: Record<string, Dialect | undefined> = { beep, binary, json, socketio, xmpp };
