import { binary } from "./binary.ts";
import { json, socketio } from "./json.ts";
import type { Dialect } from "./line.ts";

export const dialects: Record<string, Dialect | undefined> = { binary, json, socketio };
