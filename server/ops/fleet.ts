import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import type { Province } from "#protocol/ids";
import { firstAddress } from "../config.ts";
import { type FleetPlan, planFleet, writePrivate } from "../../nats/fleet.ts";
import { keepLayout, type Layout, layOut, type Ports } from "./fleet-layout.ts";
import { endJanus } from "./fleet-janus.ts";
import { endLeftover, FleetProcess } from "./fleet-process.ts";
import { layRelay, type Relay } from "./fleet-turn.ts";
import { provinceName } from "./province-names.ts";

const ROOT = resolve(import.meta.dir, "../..");
const LOOPBACK = "127.0.0.1";

export interface FleetOptions {
  /** folder that holds everything of this fleet; made when missing */
  dir: string;
  provinces: readonly Province[];
  /** fixed ports from DEMO_PORTS, or free ones */
  ports: "demo" | "free";
  /** the nats-server to run; without it the nodes run alone, with SQLite only */
  natsServer?: string;
  /** name by which browsers know the nodes, where it is not the address: they make passkeys for names alone */
  name?: string;
  /** address the nodes listen on; 127.0.0.1 unless told */
  host?: string;
  /** the Janus binary each node is to run for calls; without it there are none */
  janus?: string;
  /** the turnserver binary, for one relay that serves all provinces */
  turnserver?: string;
  /** puts something breakable between each province and every other one that it dials */
  line?: (from: Province, to: Province, listenPort: number, targetPort: number) => Promise<Line>;
  /** the processes do not hear Ctrl-C, only what this object tells them */
  detached?: boolean;
  /** more of the node's environment */
  env?: Record<string, string>;
}

export interface Line {
  stop(): Promise<void>;
}

/** The processes of one province on this machine. */
export interface Site {
  code: Province;
  url: string;
  ops: string;
  ports: Ports;
  /** the node's data folder */
  data: string;
  /** nats-server's store */
  natsStore: string;
  node: FleetProcess;
  nats: FleetProcess | undefined;
}

/** A fleet of provinces on one machine, joined pairwise: for the demo and for tests. */
export class Fleet {
  private readonly lines: Line[] = [];

  private constructor(
    readonly options: FleetOptions,
    readonly sites: readonly Site[],
    readonly relay: FleetProcess | undefined,
  ) {}

  /** Lays the folder out (files, ports, passwords) without starting anything; what is there is kept. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const { dir, provinces } = options;
    const layout = await layOut(dir, provinces, options.ports, options.line !== undefined);
    const host = options.host ?? LOOPBACK;
    const media = options.janus ? firstAddress() : null;
    writeFileSync(
      join(dir, "fleet.json"),
      JSON.stringify({
        provinces: provinces.map((code) => ({
          code,
          name: provinceName(code) ?? { en: code, ur: code },
          nodes: [`http://${options.name ?? host}:${portsOf(layout, code).node}`],
          ...(media ? { media: { host: media, probe: portsOf(layout, code).probe } } : {}),
        })),
      }),
    );
    const plan = options.natsServer ? planNats(options, layout) : undefined;
    const relay = options.turnserver ? planRelay(options, options.turnserver, layout) : undefined;
    return new Fleet(
      options,
      provinces.map((code) => laySite(options, portsOf(layout, code), code, plan, relay)),
      relay?.process,
    );
  }

  site(code: Province): Site {
    const site = this.sites.find((one) => one.code === code);
    if (!site) throw new Error(`The fleet has no province ${code}.`);
    return site;
  }

  /** Ends what an unclean stop left running in this folder; answers their names. */
  async endLeftovers(): Promise<string[]> {
    const ended: string[] = [];
    for (const { code, data } of this.sites) if (endJanus(data)) ended.push(`janus ${code}`);
    for (const { node, nats } of this.sites)
      for (const process of [node, nats])
        if (process && (await endLeftover(process.plan.pidFile))) ended.push(process.name);
    if (this.relay && (await endLeftover(this.relay.plan.pidFile))) ended.push(this.relay.name);
    return ended;
  }

  /** @throws Error in words for a person, when a process does not become ready; all are stopped then */
  async start(): Promise<void> {
    await this.endLeftovers();
    try {
      await this.drawLines();
      await Promise.all([this.relay?.start(), ...this.sites.map((site) => site.nats?.start())]);
      await Promise.all(this.sites.map((site) => site.node.start()));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Nodes first, so that they can drain into their logs; then the logs. */
  async stop(): Promise<void> {
    await Promise.all(this.sites.map((site) => site.node.stop()));
    // A node that was killed left its gateway running, for the next one to take over.
    for (const { data } of this.sites) endJanus(data);
    await Promise.all([this.relay?.stop(), ...this.sites.map((site) => site.nats?.stop())]);
    await Promise.all(this.lines.splice(0).map((line) => line.stop()));
  }

  private async drawLines(): Promise<void> {
    const { line } = this.options;
    if (!line) return;
    for (const from of this.sites)
      for (const to of this.sites)
        if (from !== to)
          this.lines.push(await line(from.code, to.code, from.ports.lines[to.code] as number, to.ports.leaf));
  }
}

const portsOf = (layout: Layout, code: Province) => layout.ports[code] as Ports;

function planNats(options: FleetOptions, layout: Layout): FleetPlan {
  const sites = options.provinces.map((code) => {
    const { nats, leaf } = portsOf(layout, code);
    const line = (peer: Province) => `${LOOPBACK}:${portsOf(layout, peer).lines[code]}`;
    return {
      province: code,
      listen: `${LOOPBACK}:${nats}`,
      leafListen: `${LOOPBACK}:${leaf}`,
      ...(options.line ? { leafAddress: line } : {}),
      storeDir: join(options.dir, code, "nats"),
    };
  });
  const plan = planFleet(sites, layout.secrets);
  keepLayout(options.dir, { ...layout, secrets: plan.secrets });
  return plan;
}

function planRelay({ dir, provinces, detached }: FleetOptions, binary: string, layout: Layout): Relay | undefined {
  const address = firstAddress();
  if (!address) return undefined;
  const last = portsOf(layout, provinces.at(-1) as Province).media;
  const ports = { from: last.to + 1, to: last.to + (last.to - last.from + 1) };
  return layRelay({ binary, dir, address, port: layout.turn as number, ports, ...(detached ? { detached } : {}) });
}

function laySite(
  options: FleetOptions,
  ports: Ports,
  code: Province,
  plan: FleetPlan | undefined,
  relay: Relay | undefined,
): Site {
  const host = options.host ?? LOOPBACK;
  const dir = join(options.dir, code);
  const data = join(dir, "data");
  const natsStore = join(dir, "nats");
  const ops = `http://${LOOPBACK}:${ports.ops}`;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const detached = options.detached ?? false;

  let nats: FleetProcess | undefined;
  if (plan && options.natsServer) {
    mkdirSync(natsStore, { recursive: true, mode: 0o700 });
    writePrivate(join(dir, "nats.conf"), plan.servers[code] as string);
    writePrivate(join(dir, "nats.json"), JSON.stringify(plan.nodes[code]));
    nats = new FleetProcess({
      name: `nats-server ${code}`,
      command: [options.natsServer, "-c", join(dir, "nats.conf")],
      log: join(dir, "nats.log"),
      pidFile: join(dir, "nats.pid"),
      detached,
      ready: () => answers(ports.nats),
    });
  }
  const node = new FleetProcess({
    name: `node ${code}`,
    command: [process.execPath, "--no-warnings", join(ROOT, "server/main.ts")],
    env: {
      BEEP_PROVINCE: code,
      BEEP_DATA: data,
      BEEP_HOST: host,
      BEEP_PORT: String(ports.node),
      BEEP_OPS_PORT: String(ports.ops),
      BEEP_FLEET: join(options.dir, "fleet.json"),
      BEEP_WEB: join(ROOT, "web/dist"),
      // Every start gives new codes, to people who are inside as well.
      BEEP_TRIAL_HOLD_MS: "1",
      ...(nats ? { BEEP_NATS: join(dir, "nats.json") } : {}),
      ...(options.janus
        ? { BEEP_JANUS: options.janus, BEEP_MEDIA_PORTS: `${ports.media.from}-${ports.media.to}` }
        : {}),
      ...(relay ? { BEEP_TURN: relay.settings } : {}),
      ...options.env,
    },
    log: join(dir, "node.log"),
    pidFile: join(dir, "node.pid"),
    detached,
    ready: async () => (await fetch(`${ops}/readyz`)).ok,
  });
  return { code, url: `http://${options.name ?? host}:${ports.node}`, ops, ports, data, natsStore, node, nats };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      resolve(true);
      socket.destroy();
    });
  });
}
