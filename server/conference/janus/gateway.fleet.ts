import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import { FaultProxy } from "../../testing/fault-proxy.ts";
import { describeGateway } from "../../testing/gateway-contract.ts";
import { SeatsPage } from "../../testing/gateway-contract-browser.ts";
import { type GatewaysUnderTest, type GatewayUnderTest, untilState } from "../../testing/gateway-contract-sitting.ts";
import { type JanusGateway, openJanusGateway } from "./gateway.ts";
import { until } from "../../testing/until.ts";

const BINARY = process.env.BEEP_JANUS ?? Bun.which("janus") ?? "/usr/bin/janus";
const HOST = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === "IPv4" && !one.internal)?.address as string;

/** Ports of their own for each run, so that runs at the same time do not meet. */
const base = 30_000 + Math.floor(Math.random() * 40) * 500;

const CALL = "0123456789abcdef0123456789abcdef";

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

describe("the gateway on Janus, besides", () => {
  const folder = mkdtempSync(join(tmpdir(), "beep-gateway-"));
  let gateway: JanusGateway;
  let line: FaultProxy;
  let page: SeatsPage;
  beforeAll(async () => {
    page = await SeatsPage.open();
    gateway = openJanusGateway({
      binary: BINARY,
      folder,
      province: "sd",
      mediaHost: HOST,
      rtpPorts: { from: base + 400, to: base + 499 },
      log: () => {},
      dialled: async (port) => {
        line = await FaultProxy.start(0, port);
        return `ws://127.0.0.1:${line.port}/`;
      },
    });
    await gateway.start();
  });
  afterAll(async () => {
    await gateway.stop();
    await line.stop();
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("of a screen in layers the wanted one comes, and another without a new offer", async () => {
    const [ali, sana] = ["00000000000000a1", "00000000000000a2"] as [string, string];
    const events: string[] = [];
    const sends = await gateway.seat(CALL, ali, 1, (event) => events.push(event.is));
    const sender = page.peer(ali);
    const offer = await sender.offer(["screen"]);
    const { sdp, feed } = await sends.publish(offer.sdp, offer.tracks);
    expect(feed.streams[0]?.detail.simulcast).toBe(true);
    await sender.accept(sdp);
    await until(() => events.includes("media"), "its media");
    const receives = await gateway.seat(CALL, sana, 1, () => {});
    const receiver = page.peer(sana);
    const want = (layer: 0 | 1) => receives.want([{ seat: ali, life: 1, mid: offer.tracks[0]?.mid as string, layer }]);
    const first = await want(0);
    await receives.answer(await receiver.answer(first?.sdp as string));
    const mid = first?.feeds[0]?.mid as string;
    await until(async () => (await receiver.width(mid)) === 240, "small pictures");
    expect(await want(1)).toBeNull();
    await until(async () => (await receiver.width(mid)) === 480, "larger pictures");
    await gateway.close(CALL);
    await sender.close();
    await receiver.close();
  });

  test("a connection that swallows everything is noticed, and taken up again with the same life", async () => {
    const before = gateway.state();
    line.set("hole");
    await untilState(gateway, "lost");
    line.set("open");
    await untilState(gateway, "up");
    expect(gateway.state()).toEqual(before);
    await gateway.seat(CALL, "00000000000000a3", 1, () => {});
    await gateway.close(CALL);
  });

  test("stopped and started it is there again, and stopped it leaves nothing running", async () => {
    const pid = gateway.health().pid as number;
    await gateway.stop();
    expect(gateway.state().at).toBe("down");
    expect(() => process.kill(pid, 0)).toThrow();
    await gateway.start();
    expect(gateway.state().at).toBe("up");
  });
});
