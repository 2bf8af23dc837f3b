import type { Province } from "#protocol/ids";

export interface Login {
  user: string;
  pass: string;
}

/** nats.json, as server/config.ts has checked it: how a node reaches its province's own nats-server. It never speaks to another province's. */
export interface NatsConfig {
  /** host:port */
  server: string;
  /** account PUB: our log and what we say to others */
  own: Login;
  /** account FROM_<province>: our copy of that province's log and what it says to us */
  from: Record<Province, Login>;
}

/** Where the adapter tells what happens to it: an event's name and its facts, never content or secrets. */
export type Log = (event: string, facts?: Record<string, unknown>) => void;
