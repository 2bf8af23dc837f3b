import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { writePrivate } from "../../nats/fleet.ts";
import type { TurnSettings } from "../turn.ts";
import { FleetProcess } from "./fleet-process.ts";

/** One relay for all provinces of a fleet on one machine: its process, and what a node reads of it (turn.json). */
export interface Relay {
  process: FleetProcess;
  settings: string;
}

export interface RelayPlan {
  /** turnserver */
  binary: string;
  dir: string;
  /** IPv4 it listens on and relays from */
  address: string;
  port: number;
  /** relayed media, both ends included */
  ports: { from: number; to: number };
  detached?: boolean;
}

/** Writes turn.json and turnserver.conf; the shared secret of an earlier start stays. */
export function layRelay({ binary, dir, address, port, ports, detached }: RelayPlan): Relay {
  const settings = join(dir, "turn.json");
  const { secret = randomBytes(32).toString("base64url") }: Partial<TurnSettings> = existsSync(settings)
    ? JSON.parse(readFileSync(settings, "utf8"))
    : {};
  const urls = ["udp", "tcp"].map((transport) => `turn:${address}:${port}?transport=${transport}`);
  writePrivate(settings, JSON.stringify({ urls, secret }, null, 1));
  const conf = join(dir, "turnserver.conf");
  writePrivate(conf, turnConf(dir, address, port, ports, secret));
  const process = new FleetProcess({
    name: "turnserver",
    command: [binary, "-c", conf],
    log: join(dir, "turn.log"),
    pidFile: join(dir, "turn.pid"),
    ...(detached === undefined ? {} : { detached }),
    ready: () => answers(address, port),
  });
  return { process, settings };
}

/** turnserver(1). It reaches nothing but this machine's own address, so that nobody gets further in through it. */
const turnConf = (dir: string, address: string, port: number, ports: { from: number; to: number }, secret: string) =>
  `listening-ip=${address}
relay-ip=${address}
listening-port=${port}
min-port=${ports.from}
max-port=${ports.to}
fingerprint
use-auth-secret
static-auth-secret=${secret}
realm=beep
no-tls
no-dtls
no-cli
no-rfc5780
no-multicast-peers
denied-peer-ip=0.0.0.0-255.255.255.255
allowed-peer-ip=${address}
user-quota=8
userdb=${join(dir, "turndb")}
pidfile=${join(dir, "turnserver.pid")}
log-file=stdout
simple-log
`;

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, host);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      resolve(true);
      socket.destroy();
    });
  });
