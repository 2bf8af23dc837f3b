import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import { FaultProxy } from "../../testing/fault-proxy.ts";
import { describeGateway } from "../../testing/gateway-contract.ts";
import { SeatsPage } from "../../testing/gateway-contract-browser.ts";
import type { GatewaysUnderTest, GatewayUnderTest } from "../../testing/gateway-contract-sitting.ts";
import { type JanusGateway, openJanusGateway } from "./gateway.ts";

const BINARY = process.env.BEEP_JANUS ?? Bun.which("janus") ?? "/usr/bin/janus";
const HOST = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === "IPv4" && !one.internal)?.address as string;

/** Ports of their own for each run, so that runs at the same time do not meet. */
const base = 30_000 + Math.floor(Math.random() * 40) * 500;

interface Site {
  gateway: JanusGateway;
  proxy: FaultProxy | undefined;
}

/** Two provinces' gateways on this machine, real processes, and a real browser before them. */
async function realGateways(): Promise<GatewaysUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "beep-gateway-"));
  const page = await SeatsPage.open();
  const sites: Site[] = [];
  const held = new Map<Province, GatewayUnderTest>();
  for (const [i, province] of ["is", "pb"].entries()) {
    const site: Site = { gateway: undefined as unknown as JanusGateway, proxy: undefined };
    site.gateway = openJanusGateway({
      binary: BINARY,
      folder: join(folder, province),
      province,
      mediaHost: HOST,
      rtpPorts: { from: base + i * 200, to: base + i * 200 + 199 },
      log: (level, event, fields) =>
        process.env.BEEP_LOG && console.error(level, event, JSON.stringify(fields), province),
      // The API's port is another in each life, and so is the line that is put before it.
      dialled: async (port) => {
        await site.proxy?.stop();
        site.proxy = await FaultProxy.start(0, port);
        return `ws://127.0.0.1:${site.proxy.port}/`;
      },
    });
    sites.push(site);
    await site.gateway.start();
    const pid = () => site.gateway.health().pid as number;
    held.set(province, {
      gateway: site.gateway,
      host: HOST,
      peer: async (seat) => page.peer(seat),
      kill: async () => {
        process.kill(pid(), "SIGKILL");
      },
      freeze: async () => {
        process.kill(pid(), "SIGSTOP");
      },
      control: async (there) => site.proxy?.set(there ? "open" : "cut"),
    });
  }
  return {
    at: (province) => held.get(province) as GatewayUnderTest,
    async close() {
      for (const { gateway, proxy } of sites) {
        await gateway.stop();
        await proxy?.stop();
      }
      await page.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describeGateway("the gateway on Janus", realGateways);
