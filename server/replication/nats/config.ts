import { isProvince, type Province } from "#protocol/ids";

export interface Login {
  user: string;
  pass: string;
}

/** nats.json: how a node reaches its province's own nats-server. It never speaks to another province's. */
export interface NatsConfig {
  /** host:port */
  server: string;
  /** account PUB: our log and what we say to others */
  own: Login;
  /** account FROM_<province>: our copy of that province's log and what it says to us */
  from: Record<Province, Login>;
}

const isLogin = (value: unknown): value is Login =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Login).user === "string" &&
  typeof (value as Login).pass === "string";

/** Checks the text of nats.json; the error names what is wrong, never a password. */
export function parseNatsConfig(json: string): NatsConfig {
  const value = JSON.parse(json) as Partial<NatsConfig>;
  if (typeof value.server !== "string") throw new Error('nats.json: "server" must be host:port');
  if (!isLogin(value.own)) throw new Error('nats.json: "own" must be {user, pass}');
  for (const [code, login] of Object.entries(value.from ?? {})) {
    if (!isProvince(code) || !isLogin(login)) throw new Error(`nats.json: "from.${code}" must be {user, pass}`);
  }
  return { server: value.server, own: value.own, from: value.from ?? {} };
}

/** Where the adapter tells what happens to it: an event's name and its facts, never content or secrets. */
export type Log = (event: string, facts?: Record<string, unknown>) => void;
