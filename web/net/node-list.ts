import type { Province } from "#protocol/ids";
import { type NodeList, nodesText } from "#protocol/nodes";
import { fromBase64, P256 } from "../platform/device-key.ts";

const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/**
 * Whether a list may take the place of the one that is kept: newer, of one's own province, and signed with the key that
 * signed the first one ever taken. That first one came from the node at which the device was enrolled.
 */
export async function supersedes(list: NodeList, kept: NodeList | undefined, own: Province): Promise<boolean> {
  if (list.province !== own || (kept && (list.key !== kept.key || list.version <= kept.version))) return false;
  try {
    const key = await crypto.subtle.importKey("spki", fromBase64(list.key), P256, false, ["verify"]);
    const text = new TextEncoder().encode(nodesText(list));
    return await crypto.subtle.verify(SIGNATURE, key, fromBase64(list.signature), text);
  } catch {
    // Nothing that a node of the fleet would say.
    return false;
  }
}
