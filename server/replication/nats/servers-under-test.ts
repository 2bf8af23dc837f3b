import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import { planFleet, type Secrets, type Site, writePrivate } from "../../../nats/fleet.ts";
import { FaultProxy } from "../../testing/fault-proxy.ts";
import { until } from "../../testing/until.ts";
import type { NatsConfig } from "./config.ts";

/** The server's program: what the tests prove must not be skipped, so it is an error where there is none. */
export function natsServerBinary(): string {
  const local = join(import.meta.dir, "../../../.beep/tools/bin/nats-server");
  const found = process.env.BEEP_NATS_SERVER ?? (existsSync(local) ? local : Bun.which("nats-server"));
  if (!found) throw new Error("no nats-server: set BEEP_NATS_SERVER or run scripts/test, which installs it");
  return found;
}

/** A free port below those that the system hands out itself, so that nobody is given it before we listen. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
}

interface Running {
  site: Site;
  listen: number;
  process?: ReturnType<typeof Bun.spawn>;
}

/** Real servers of a few provinces on this machine, with a line between each two that a test can break. */
export class ServersUnderTest {
  readonly folder = mkdtempSync(join(tmpdir(), "beep-nats-"));
  private readonly running = new Map<Province, Running>();
  /** by "from to": the line that `from` dials to reach `to` */
  private readonly lines = new Map<string, FaultProxy>();
  secrets: Secrets = {};
  nodes: Record<Province, NatsConfig> = {};

  static async start(provinces: readonly Province[]): Promise<ServersUnderTest> {
    const servers = new ServersUnderTest();
    for (const province of provinces) await servers.place(province);
    servers.configure();
    await Promise.all(provinces.map((province) => servers.launch(province)));
    return servers;
  }

  /** One more province while the others run: they are only reloaded. */
  async add(province: Province): Promise<void> {
    await this.place(province);
    this.configure();
    await this.launch(province);
    for (const [code, { process }] of this.running) if (code !== province) process?.kill("SIGHUP");
  }

  cut(a: Province, b: Province): void {
    for (const name of [`${a} ${b}`, `${b} ${a}`]) this.lines.get(name)?.set("cut");
  }

  heal(a: Province, b: Province): void {
    for (const name of [`${a} ${b}`, `${b} ${a}`]) this.lines.get(name)?.heal();
  }

  async kill(province: Province): Promise<void> {
    const server = this.at(province);
    server.process?.kill("SIGKILL");
    await server.process?.exited;
    server.process = undefined;
  }

  /** Takes a stopped server's disk away. */
  loseDisk(province: Province): void {
    rmSync(this.at(province).site.storeDir, { recursive: true, force: true });
  }

  async launch(province: Province): Promise<void> {
    const server = this.at(province);
    const file = openSync(join(this.folder, `${province}.log`), "a");
    const begin = () => Bun.spawn([natsServerBinary(), "-c", this.fileOf(province)], { stdout: file, stderr: file });
    server.process = begin();
    const isUp = async () => {
      // While it was down somebody else on this machine may have had its port for a moment.
      if (server.process?.exitCode != null && this.logOf(province).includes("address already in use"))
        server.process = begin();
      const connecting = Bun.connect({ hostname: "127.0.0.1", port: server.listen, socket: { data() {} } });
      const socket = await connecting.catch(() => undefined);
      socket?.end();
      return socket && server.process?.exitCode === null;
    };
    await until(isUp, () => `nats-server of ${province} is up:\n${this.logOf(province)}`);
  }

  /** Runs a province's server under a changed configuration, as whoever owns the machine can. */
  async tamper(province: Province, change: (configuration: string) => string): Promise<void> {
    await this.kill(province);
    writePrivate(this.fileOf(province), change(readFileSync(this.fileOf(province), "utf8")));
    await this.launch(province);
  }

  logOf(province: Province): string {
    return readFileSync(join(this.folder, `${province}.log`), "utf8");
  }

  /** Where a province's server takes links, without a line between. */
  leafAddress(to: Province): string {
    return this.at(to).site.leafListen;
  }

  async stop(): Promise<void> {
    for (const province of this.running.keys()) await this.kill(province);
    for (const line of this.lines.values()) await line.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async place(province: Province): Promise<void> {
    const [listen, leaf] = [await freePort(), await freePort()];
    for (const other of this.running.keys()) {
      this.lines.set(`${province} ${other}`, await FaultProxy.start(0, portOf(this.leafAddress(other))));
      this.lines.set(`${other} ${province}`, await FaultProxy.start(0, leaf));
    }
    const storeDir = join(this.folder, province);
    mkdirSync(storeDir);
    const site: Site = {
      province,
      listen: `127.0.0.1:${listen}`,
      leafListen: `127.0.0.1:${leaf}`,
      leafAddress: (peer) => `127.0.0.1:${this.lines.get(`${peer} ${province}`)?.port}`,
      storeDir,
    };
    this.running.set(province, { site, listen });
  }

  private configure(): void {
    const plan = planFleet(
      [...this.running.values()].map(({ site }) => site),
      this.secrets,
    );
    this.secrets = plan.secrets;
    this.nodes = plan.nodes;
    for (const [code, text] of Object.entries(plan.servers)) writePrivate(this.fileOf(code), text);
  }

  private fileOf = (province: Province) => join(this.folder, `${province}.conf`);

  private at(province: Province): Running {
    const server = this.running.get(province);
    if (!server) throw new Error(`no server of ${province}`);
    return server;
  }
}

const portOf = (address: string) => Number(address.split(":")[1]);
