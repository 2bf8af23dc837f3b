import type { Province } from "#protocol/ids";
import { keysText, type NodeList, nodesText, type ProvinceNodes } from "#protocol/nodes";
import type { Now } from "../domain/clock.ts";
import type { Secrets, Signer } from "../domain/ports.ts";

/** Under which the version of the list that was signed last lies. */
const NAME = "nodes-version";

interface Around {
  secrets: Secrets;
  signer: Signer;
  now: Now;
  /** a province's key, once the directory has it */
  keyOf(province: Province): string | undefined;
}

/**
 * The list of the fleet's nodes, as this run of the node tells it. Its version is the time at which it was made, so that a folder
 * that was restored goes on above what its clients have; and is larger than the last one, whatever the clock does. Another one
 * is made when the keys of the provinces are others.
 */
export function nodeLists(around: Around, province: Province, fleet: readonly ProvinceNodes[]): () => NodeList {
  let list: NodeList | undefined;
  return () => {
    const keys = fleet.map(({ code }) => around.keyOf(code));
    if (!list || list.provinces.some(({ key }, at) => key !== keys[at])) list = signed(around, province, fleet, keys);
    return list;
  };
}

function signed(
  { secrets, signer, now }: Around,
  province: Province,
  fleet: readonly ProvinceNodes[],
  keys: readonly (string | undefined)[],
): NodeList {
  const version = Math.max(now(), Number(secrets.get(NAME) ?? 0) + 1);
  secrets.set(NAME, String(version));
  const provinces = fleet.map(({ code, name, nodes }, at) => ({
    code,
    name,
    nodes,
    ...(keys[at] && { key: keys[at] }),
  }));
  const said = { province, version, provinces };
  const [signature, keysSignature] = [signer.sign(nodesText(said)), signer.sign(keysText(said))];
  return { ...said, key: signer.key, signature, keysSignature };
}
