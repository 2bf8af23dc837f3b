import { connect } from "@nats-io/transport-node";
import { changeLogContract } from "../../testing/change-log-contract.ts";
import type { NatsConfig } from "./config.ts";
import { connectNats } from "./nats.ts";
import { ServersUnderTest } from "./servers-under-test.ts";

changeLogContract("the change log on three nats-servers", async () => {
  const servers = await ServersUnderTest.start(["is", "pb", "sd"]);
  const config = (province: string) => servers.nodes[province] as NatsConfig;
  return {
    open: async (province) => {
      const links = connectNats({ province, config: config(province), log: () => {} });
      await links.start();
      return links;
    },
    cut: (a, b) => servers.cut(a, b),
    heal: (a, b) => servers.heal(a, b),
    loseInbox: async (reader, from) => {
      const nc = await connect({ servers: config(reader).server, ...config(reader).from[from] });
      await nc.request(`$JS.API.STREAM.DELETE.IN_${from}`);
      await nc.close();
    },
    crash: async (province) => {
      await servers.kill(province);
      await Bun.sleep(100);
      await servers.launch(province);
    },
    close: () => servers.stop(),
  };
});
