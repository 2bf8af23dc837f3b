import { mkdirSync } from "node:fs";
import { Fleet } from "../../server/ops/fleet.ts";
import { openStore } from "../../server/store/open.ts";
import type { Accounts } from "./load/beep.ts";
import { Seed } from "./seed.ts";
import { BODY, endLater, type System } from "./system.ts";

/** Beep under measurement: the node as it is shipped, with its rate limits lifted. */
export interface Node extends System {
  accounts: Accounts;
  fleet: Fleet;
}

/** Opens the data folder of a province that does not run, fills it, and closes it. */
async function seeded(dir: string, province: string, fill: (seed: Seed) => Promise<void>): Promise<Accounts> {
  mkdirSync(dir, { recursive: true });
  const store = openStore({ folder: dir, province });
  const seed = new Seed(store, [province]);
  await seed.keys();
  await fill(seed);
  await store.close();
  return seed.accounts;
}

export interface NodeChoice {
  /** gives the port by which clients are to know the node, where something stands before it */
  front?: (port: number) => Promise<number>;
  /** folder of a built client */
  web?: string;
}

/** A node alone (SQLite only) on a fresh folder. */
export async function node(
  dir: string,
  fill: (seed: Seed) => Promise<void>,
  { front, web }: NodeChoice = {},
): Promise<Node> {
  const env = { BEEP_RATE_FACTOR: "1000000", BEEP_BEHIND_PROXY: "1", ...(web && { BEEP_WEB: web }) };
  const fleet = await Fleet.open({ dir, provinces: ["is"], ports: "free", env });
  const site = fleet.site("is");
  if (front) {
    const known = await Bun.file(`${dir}/fleet.json`).text();
    await Bun.write(`${dir}/fleet.json`, known.replace(`:${site.ports.node}`, `:${await front(site.ports.node)}`));
  }
  const accounts = await seeded(site.data, "is", fill);
  const file = `${dir}/accounts.json`;
  await Bun.write(file, JSON.stringify(accounts));
  endLater(() => fleet.stop());
  await fleet.start();
  return {
    name: "Beep",
    accounts,
    fleet,
    target: {
      dialect: "beep",
      host: "127.0.0.1",
      port: site.ports.node,
      pids: [site.node.pid as number],
      body: BODY,
      accounts: file,
    },
    stop: () => fleet.stop(),
  };
}
