import type { Entry } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import { letBack, shutOut } from "../directory/device-turn.ts";
import type { World } from "./world.ts";

/**
 * What the directory becomes by an order: the entries to put, in this order. Empty for what changes nothing in it. What
 * is already as it was ordered is left out, and so is what is not there: rights.ts refuses it beforehand.
 */
export function effectOf(
  act: OrderAct,
  { offices, person, device }: Pick<World, "offices" | "person" | "device">,
): Entry[] {
  switch (act.do) {
    case "put":
      return [...act.entries];
    case "state":
      return act.people.flatMap((id) => {
        const found = person(id);
        // Between the order and its day: who was removed meanwhile stays so.
        if (act.from !== undefined && found?.state === "removed") return [];
        return found && (found.state ?? "active") !== act.state ? { person: { ...found, state: act.state } } : [];
      });
    case "grant":
      return [{ grant: act.grant }];
    case "ungrant": {
      const found = offices.grant(act.grant);
      return found && !found.ended ? [{ grant: { ...found, ended: true } }] : [];
    }
    case "revoke":
    case "unrevoke":
      return act.devices.flatMap((id) => {
        const found = device(id);
        if (!found || found.revoked === (act.do === "revoke")) return [];
        const home = person(found.person)?.province;
        return { device: act.do === "revoke" ? shutOut(found) : letBack(found, home, offices.turns(found)) };
      });
    case "invite":
    case "uninvite":
    case "export":
    case "token":
    case "untoken":
    case "approve":
    case "refuse":
      return [];
  }
}
