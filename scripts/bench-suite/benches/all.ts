import type { Bench } from "../report.ts";
import { durable } from "./durable.ts";
import { fanout } from "./fanout.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";

export const BENCHES: Record<string, Bench> = { durable, latency, idle, fanout };
export const DEFAULT = Object.keys(BENCHES);
