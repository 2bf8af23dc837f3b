import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import type { PortRange } from "../config.ts";
import { type Secrets, writePrivate } from "../../nats/fleet.ts";

/** What a fleet on one machine has decided once and keeps, in `layout.json`, which only its owner reads. */
export interface Layout {
  ports: Record<Province, Ports>;
  /** of the one relay of all provinces */
  turn?: number;
  secrets: Secrets;
}

export interface Ports {
  node: number;
  ops: number;
  nats: number;
  leaf: number;
  /** where this province finds a line to each other one's leaf port; used only in a fleet with lines */
  lines: Record<Province, number>;
  /** UDP ports of its media gateway, both ends included */
  media: PortRange;
  /** UDP port of its prober */
  probe: number;
}

/** UDP ports that each province's media gateway, and the relay, may have. */
const MEDIA_PORTS = 400;
const MEDIA_FROM = 20_000;

/** Where the demo's first province listens; the next ones stand one higher each. One relay serves them all. */
const DEMO_PORTS = { node: 7101, ops: 7201, nats: 7301, leaf: 7401, turn: 7501, probe: 7601 } as const;

/** Reads the layout of a folder, or decides what is missing and keeps it. `demo` takes fixed ports, `free` free ones. */
export async function layOut(
  dir: string,
  provinces: readonly Province[],
  choice: "demo" | "free",
  lines: boolean,
): Promise<Layout> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, "layout.json");
  // Media ports of other fleets may overlap: a gateway passes over those that are taken.
  const firstMedia = choice === "demo" ? 0 : randomInt(20);
  const layout: Layout = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { ports: {}, secrets: {} };
  for (const [index, code] of provinces.entries()) {
    const kept = layout.ports[code];
    const media = kept?.media ?? mediaPorts(firstMedia + index);
    const probe = kept?.probe ?? (choice === "demo" ? DEMO_PORTS.probe + index : await anyPort());
    const ports: Ports = {
      ...(kept ?? { ...(choice === "demo" ? demoPorts(index) : await anyPorts()), lines: {} }),
      media,
      probe,
    };
    const missing = lines ? provinces.filter((other) => other !== code && !ports.lines[other]) : [];
    const free = await freePorts(missing.length);
    for (const [i, other] of missing.entries()) ports.lines[other] = free[i] as number;
    layout.ports[code] = ports;
  }
  layout.turn ??= choice === "demo" ? DEMO_PORTS.turn : await anyPort();
  keepLayout(dir, layout);
  return layout;
}

/** A stretch of UDP ports for media, by its place. */
const mediaPorts = (index: number): PortRange => ({
  from: MEDIA_FROM + index * MEDIA_PORTS,
  to: MEDIA_FROM + (index + 1) * MEDIA_PORTS - 1,
});

export const keepLayout = (dir: string, layout: Layout): void =>
  writePrivate(join(dir, "layout.json"), JSON.stringify(layout, null, 1));

const demoPorts = (index: number) => ({
  node: DEMO_PORTS.node + index,
  ops: DEMO_PORTS.ops + index,
  nats: DEMO_PORTS.nats + index,
  leaf: DEMO_PORTS.leaf + index,
});

async function anyPorts() {
  const [node, ops, nats, leaf] = (await freePorts(4)) as [number, number, number, number];
  return { node, ops, nats, leaf };
}

const anyPort = async (): Promise<number> => (await freePorts(1))[0] as number;

const given = new Set<number>();

/** Free ports below the range from which the system takes those of outgoing connections, so that none is lost while a process is down. None is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 12_000 + randomInt(20_000);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

export function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
