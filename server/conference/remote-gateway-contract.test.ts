import type { Province } from "#protocol/ids";
import { randomOf } from "../testing/fleet-schedule.ts";
import { describeGateway } from "../testing/gateway-contract.ts";
import { fakeGateways } from "../testing/gateway-contract-fake.ts";
import type { GatewaysUnderTest, GatewayUnderTest } from "../testing/gateway-contract-sitting.ts";
import { MemoryPeers } from "../testing/memory-peers.ts";
import { RemoteGateway } from "./remote-gateway.ts";
import { GatewayHost } from "./remote-gateway-host.ts";
import { until } from "../testing/until.ts";

/** The gateways of two provinces as a third one has them. */
async function remoteGateways(): Promise<GatewaysUnderTest> {
  const near = await fakeGateways();
  const peers = new MemoryPeers(["is", "pb", "sd"], { random: randomOf(3), twice: 0.2 });
  const held = new Map<Province, GatewayUnderTest>();
  const ends: (() => void)[] = [];
  for (const province of ["is", "pb"]) {
    const under = near.at(province);
    const host = new GatewayHost({
      gateway: under.gateway,
      peers: peers.of(province),
      hostOf: (one) => near.at(one)?.host,
      admits: () => true,
      taken: () => false,
      now: Date.now,
    });
    const gateway = new RemoteGateway({ province, peers: peers.of("sd"), now: Date.now });
    gateway.start();
    host.start();
    ends.push(
      () => gateway.stop(),
      () => host.stop(),
    );
    held.set(province, { ...under, gateway });
  }
  await until(() => [...held.values()].every(({ gateway }) => gateway.state().at === "up"), "both are up");
  return {
    at: (province) => held.get(province) as GatewayUnderTest,
    close: async () => {
      for (const end of ends) end();
    },
  };
}

describeGateway("another province's gateway", remoteGateways);
