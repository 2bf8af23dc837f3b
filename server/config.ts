import { accessSync, constants, mkdirSync, readFileSync, statSync } from "node:fs";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { isProvince, type Province } from "#protocol/ids";
import { readTurn, type TurnSettings } from "./turn.ts";
import type { Level } from "./log.ts";
import { aloneFleet, type Fleet, readFleet } from "./fleet.ts";
import { type MessengerSettings, readMessengers } from "./messenger-settings.ts";
import { type OidcSettings, readOidc } from "./oidc.ts";

/** Who this node is at its own NATS server, and as whom it reads at each other province's. */
export interface NatsSettings {
  /** `host:port` */
  server: string;
  own: Login;
  from: Record<Province, Login>;
}
export interface Login {
  user: string;
  pass: string;
}

/** What calls need of this machine. */
export interface CallSettings {
  /** path of the Janus binary, absolute */
  janus: string;
  /** IPv4 on which media comes and goes; null where the machine has no address now */
  media: string | null;
  /** UDP ports of media, both ends included */
  ports: PortRange;
  turn: TurnSettings | undefined;
}
export interface PortRange {
  from: number;
  to: number;
}

export interface Config {
  province: Province;
  /** folder of the shards, absolute */
  data: string;
  /** folder beside the data, absolute: a count in it tells whether the data was put back to an older state */
  state: string;
  host: string;
  /** 0 takes a free one */
  port: number;
  /** health, metrics and the operator's routes, on 127.0.0.1 only; 0 takes a free one */
  opsPort: number;
  fleet: Fleet;
  /** folder of the built client, absolute */
  web: string;
  /** absent: this node runs alone */
  nats: NatsSettings | undefined;
  /** absent: this node makes no calls */
  calls: CallSettings | undefined;
  /** absent: nobody signs in with an account of the ministry */
  oidc: OidcSettings | undefined;
  /** absent: invitations are handed over by people alone */
  messengers: MessengerSettings | undefined;
  /** mixed into what PINs and codes are hashed with; empty: only the folder's own key is */
  pepper: string;
  /** all rate limits are multiplied by this; for load tests */
  rateFactor: number;
  /** how long invitations of people who are inside are held for them to stop; for trials, in milliseconds. undefined: a day */
  heldMs: number | undefined;
  /** a proxy stands before the node, whose X-Forwarded-For names the client */
  behindProxy: boolean;
  /** proofs of devices that name no node are taken too: for the days of the upgrade alone */
  ticketV1: boolean;
  /** calls that began in a province of before 0.4, whose beginning nobody signed, are joined: for the days of the upgrade alone */
  callsV1: boolean;
  log: Level;
}

/** A mistake in the settings; the message says which one and what to do. */
export class ConfigError extends Error {}

type Env = Record<string, string | undefined>;

/** The only reader of the environment. @throws ConfigError */
export function readConfig(env: Env = process.env): Config {
  const province = env.BEEP_PROVINCE ?? "";
  if (!isProvince(province))
    throw new ConfigError(
      'BEEP_PROVINCE must be the two-letter code of this node\'s province, such as "is". Set it and start again.',
    );
  if (!env.BEEP_DATA)
    throw new ConfigError("BEEP_DATA must name the folder for this node's data. Set it and start again.");
  const host = env.BEEP_HOST || "127.0.0.1";
  const port = portOf(env, "BEEP_PORT", 7100);
  const fleet = env.BEEP_FLEET
    ? readFleet(readJson("BEEP_FLEET", env.BEEP_FLEET))
    : aloneFleet(province, `http://${host.includes(":") ? `[${host}]` : host}:${port}`);
  if (typeof fleet === "string") throw new ConfigError(`BEEP_FLEET (${env.BEEP_FLEET}): ${fleet}`);
  if (!fleet.provinces.some(({ code }) => code === province))
    throw new ConfigError(
      `BEEP_FLEET (${env.BEEP_FLEET}) has no province "${province}". Add it, or set BEEP_PROVINCE.`,
    );
  return {
    province,
    data: dataFolder(resolve(env.BEEP_DATA)),
    state: resolve(env.BEEP_STATE || `${resolve(env.BEEP_DATA)}-state`),
    host,
    port,
    opsPort: portOf(env, "BEEP_OPS_PORT", port === 0 ? 0 : port + 1000),
    fleet,
    web: resolve(env.BEEP_WEB || "web/dist"),
    nats: env.BEEP_NATS ? readNats(env.BEEP_NATS) : undefined,
    calls: env.BEEP_JANUS ? readCalls(env, env.BEEP_JANUS) : undefined,
    oidc: env.BEEP_OIDC ? oidcOf(env.BEEP_OIDC) : undefined,
    messengers: env.BEEP_MESSENGERS ? messengersOf(env.BEEP_MESSENGERS) : undefined,
    pepper: env.BEEP_PEPPER ? pepperOf(env.BEEP_PEPPER) : "",
    rateFactor: positive(env, "BEEP_RATE_FACTOR", 1),
    heldMs: env.BEEP_TRIAL_HOLD_MS ? positive(env, "BEEP_TRIAL_HOLD_MS", 1) : undefined,
    behindProxy: env.BEEP_BEHIND_PROXY === "1",
    ticketV1: env.BEEP_TICKET_V1 === "1",
    callsV1: env.BEEP_CALLS_V1 === "1",
    log: levelOf(env.BEEP_LOG || "info"),
  };
}

function readCalls(env: Env, binary: string): CallSettings {
  const janus = resolve(binary);
  try {
    accessSync(janus, constants.X_OK);
  } catch (cause) {
    throw new ConfigError(
      `BEEP_JANUS (${janus}) is no program that can be run. Install janus, or leave BEEP_JANUS out to run without calls.`,
      { cause },
    );
  }
  return { janus, media: mediaAddress(env), ports: portRange(env), turn: turnOf(env) };
}

function mediaAddress(env: Env): string | null {
  const given = env.BEEP_MEDIA;
  if (given && (!isIPv4(given) || given.startsWith("127.") || given === "0.0.0.0"))
    throw new ConfigError(
      `BEEP_MEDIA must be an IPv4 address of this machine that clients reach, and not its loopback: not "${given}".`,
    );
  return given || firstAddress();
}

/** The machine's first address besides its loopback: Janus gathers none on a loopback interface. */
export function firstAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? null;
}

/** Fewest ports that are of use: two for each of twenty-five seats. */
const LEAST_PORTS = 50;

function portRange(env: Env): PortRange {
  // Below the range from which systems take the ports of outgoing connections.
  const given = env.BEEP_MEDIA_PORTS || "20000-29999";
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(given)?.map(Number) ?? [];
  if (!from || !to || from < 1024 || to > 65535 || to - from + 1 < LEAST_PORTS)
    throw new ConfigError(
      `BEEP_MEDIA_PORTS must be a range of at least ${LEAST_PORTS} ports from 1024 to 65535, such as 20000-29999: not "${given}".`,
    );
  return { from, to };
}

function turnOf(env: Env): TurnSettings | undefined {
  if (!env.BEEP_TURN) return undefined;
  const turn = readTurn(readJson("BEEP_TURN", env.BEEP_TURN));
  if (typeof turn === "string") throw new ConfigError(`BEEP_TURN (${env.BEEP_TURN}): ${turn}`);
  return turn;
}

function oidcOf(path: string): OidcSettings {
  const oidc = readOidc(readJson("BEEP_OIDC", path));
  if (typeof oidc === "string") throw new ConfigError(`BEEP_OIDC (${path}): ${oidc}`);
  return oidc;
}

function messengersOf(path: string): MessengerSettings {
  const messengers = readMessengers(readJson("BEEP_MESSENGERS", path));
  if (typeof messengers === "string") throw new ConfigError(`BEEP_MESSENGERS (${path}): ${messengers}`);
  if ((statSync(path).mode & 0o077) !== 0)
    throw new ConfigError(`BEEP_MESSENGERS (${path}) holds secrets and others may read it. Run "chmod 600" on it.`);
  return messengers;
}

function pepperOf(path: string): string {
  const pepper = readText("BEEP_PEPPER", path).trim();
  if (pepper.length < 32)
    throw new ConfigError(
      `BEEP_PEPPER (${path}) must hold at least 32 random characters, for example of "openssl rand -hex 32".`,
    );
  return pepper;
}

function levelOf(value: string): Level {
  if (value === "debug" || value === "info" || value === "warn" || value === "error") return value;
  throw new ConfigError(`BEEP_LOG must be debug, info, warn or error, not "${value}".`);
}

function portOf(env: Env, name: string, fallback: number): number {
  const value = env[name] === undefined || env[name] === "" ? fallback : Number(env[name]);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new ConfigError(`${name} must be a port between 0 and 65535, not "${env[name]}".`);
  return value;
}

function positive(env: Env, name: string, fallback: number): number {
  const value = Number(env[name] ?? fallback);
  if (!(value > 0)) throw new ConfigError(`${name} must be a number above 0, not "${env[name]}".`);
  return value;
}

function dataFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new ConfigError(`BEEP_DATA (${path}) cannot be written. Check that the folder belongs to this user.`, {
      cause,
    });
  }
  return path;
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError(`${name} names ${path}, which cannot be read. Check the path and its rights.`, { cause });
  }
}

function readJson(name: string, path: string): unknown {
  const text = readText(name, path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${name} (${path}) is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

function readNats(path: string): NatsSettings {
  const value = readJson("BEEP_NATS", path) as Partial<NatsSettings> | null;
  const isLogin = (login: Partial<Login> | undefined): boolean =>
    typeof login?.user === "string" && typeof login.pass === "string";
  const from = Object.entries(value?.from ?? {});
  if (
    typeof value?.server !== "string" ||
    !isLogin(value.own) ||
    !from.every(([code, login]) => isProvince(code) && isLogin(login))
  )
    throw new ConfigError(
      `BEEP_NATS (${path}) must read {"server":"host:port","own":{"user","pass"},"from":{"pb":{"user","pass"}}}.`,
    );
  return value as NatsSettings;
}
