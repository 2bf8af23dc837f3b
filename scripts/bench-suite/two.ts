import { existsSync } from "node:fs";
import { Fleet, type FleetOptions } from "../../server/ops/fleet.ts";
import { findNatsServer } from "../../server/ops/fleet-nats.ts";
import { openStore } from "../../server/store/open.ts";
import { type Accounts, openDevice } from "./load/beep.ts";
import type { Target } from "./load/line.ts";
import { Seed } from "./seed.ts";
import { BODY, endLater, until } from "./system.ts";

/** Two provinces over real NATS, with people in pairs across: the even ones in `is`, the odd ones in `pb`. */
export interface Two {
  fleet: Fleet;
  target: Target;
  stop(): Promise<void>;
}

const PROVINCES = ["is", "pb"] as const;

export function options(dir: string, line?: FleetOptions["line"]): FleetOptions {
  const natsServer = findNatsServer();
  if (!natsServer || !existsSync(natsServer)) throw new Error("no nats-server here: scripts/start installs it");
  return {
    dir,
    provinces: PROVINCES,
    ports: "free",
    natsServer,
    env: { BEEP_RATE_FACTOR: "1000000" },
    ...(line && { line }),
  };
}

export async function two(dir: string, pairs: number, line?: FleetOptions["line"]): Promise<Two> {
  const fleet = await Fleet.open(options(dir, line));
  const seeds: Record<string, Seed> = {};
  let keys: { key: string; publicKey: string } | undefined;
  for (const code of PROVINCES) {
    const seed = new Seed(openStore({ folder: fleet.site(code).data, province: code }), PROVINCES);
    keys = await seed.keys(keys);
    await seed.people(pairs);
    seeds[code] = seed;
  }
  const { is, pb } = seeds as Record<"is" | "pb", Seed>;
  const accounts: Accounts = { ...is.accounts, people: [], pairs: [] };
  for (let i = 0; i < pairs; i++) {
    const [here, there] = [is.accounts.people[i], pb.accounts.people[i]] as [
      Accounts["people"][0],
      Accounts["people"][0],
    ];
    accounts.people.push(
      { ...here, port: fleet.site("is").ports.node },
      { ...there, port: fleet.site("pb").ports.node },
    );
    accounts.pairs.push(await is.room("group", [here, { ...there, province: "pb" }]));
  }
  await Promise.all([is.store.close(), pb.store.close()]);
  const file = `${dir}/accounts.json`;
  await Bun.write(file, JSON.stringify(accounts));
  endLater(() => fleet.stop());
  await fleet.start();
  const pids = fleet.sites.flatMap(({ node, nats }) => [node.pid as number, nats?.pid as number]);
  const target: Target = { dialect: "beep", host: "127.0.0.1", port: 0, pids, body: BODY, accounts: file };
  const last = accounts.people.at(-1) as Accounts["people"][0];
  await until("rooms in the other province", 60, async () => {
    const probe = await openDevice(target, last, accounts.pairs[0] as string).catch(() => undefined);
    probe?.current.promise.catch(() => {});
    probe?.end();
    return (probe?.welcome.rooms.length ?? 0) > 0;
  });
  return { fleet, target, stop: () => fleet.stop() };
}
