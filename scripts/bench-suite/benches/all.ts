import type { Bench } from "../report.ts";
import { calls } from "./calls.ts";
import { conference } from "./calls-conference.ts";
import { weak } from "./calls-conference-weak.ts";
import { catchup } from "./catchup.ts";
import { cold } from "./cold.ts";
import { cross } from "./cross.ts";
import { directory } from "./directory.ts";
import { durable } from "./durable.ts";
import { fanout } from "./fanout.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { page } from "./page.ts";
import { recovery } from "./recovery.ts";
import { soak } from "./soak.ts";
import { start } from "./start.ts";
import { storm } from "./storm.ts";
import { voice } from "./voice.ts";

export const BENCHES: Record<string, Bench> = {
  durable,
  latency,
  idle,
  fanout,
  storm,
  cross,
  catchup,
  cold,
  start,
  directory,
  page,
  calls,
  conference,
  weak,
  recovery,
  voice,
  soak,
};
export const DEFAULT = Object.keys(BENCHES);
