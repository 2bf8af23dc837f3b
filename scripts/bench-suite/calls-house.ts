import type { RoomId } from "#protocol/ids";
import { Fleet } from "../../server/ops/fleet.ts";
import { findJanus } from "../../server/ops/fleet-janus.ts";
import { openStore } from "../../server/store/open.ts";
import { Seed } from "./seed.ts";
import { endLater } from "./system.ts";

/** A node alone with its gateway, and people with codes in one room. */
export interface CallHouse {
  fleet: Fleet;
  room: RoomId;
  /** the one-time code of the n-th person */
  code(n: number): string;
  stop(): Promise<void>;
}

export async function callHouse(dir: string, people: number): Promise<CallHouse> {
  const janus = findJanus();
  if (!janus) throw new Error("no Janus here: scripts/test installs it");
  const fleet = await Fleet.open({
    ...{ dir, provinces: ["is"], ports: "free", janus },
    env: { BEEP_RATE_FACTOR: "1000000" },
  });
  const store = openStore({ folder: fleet.site("is").data, province: "is" });
  const seed = new Seed(store, ["is"]);
  await seed.keys();
  await seed.people(people);
  const room = await seed.room("group", seed.accounts.people);
  const codes: string[] = [];
  for (const { person } of seed.accounts.people) codes.push(await seed.code(person));
  await store.close();
  endLater(() => fleet.stop());
  await fleet.start();
  return { fleet, room, code: (n) => codes[n] as string, stop: () => fleet.stop() };
}
