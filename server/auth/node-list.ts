import type { Province } from "#protocol/ids";
import { type NodeList, nodesText, type ProvinceNodes } from "#protocol/nodes";
import type { Now } from "../domain/clock.ts";
import type { Secrets, Signer } from "../domain/ports.ts";

/** Under which the version of the list that was signed last lies. */
const NAME = "nodes-version";

/**
 * The list of the fleet's nodes, as this run of the node tells it. Its version is the time of the start, so that a folder
 * that was restored goes on above what its clients have; and is larger than the last one, whatever the clock does.
 */
export function signNodeList(
  { secrets, signer, now }: { secrets: Secrets; signer: Signer; now: Now },
  province: Province,
  fleet: readonly ProvinceNodes[],
): NodeList {
  const version = Math.max(now(), Number(secrets.get(NAME) ?? 0) + 1);
  secrets.set(NAME, String(version));
  const provinces = fleet.map(({ code, name, nodes }) => ({ code, name, nodes }));
  const signature = signer.sign(nodesText({ province, version, provinces }));
  return { province, version, provinces, key: signer.key, signature };
}
