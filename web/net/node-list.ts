import type { Province } from "#protocol/ids";
import { type NodeList, nodesText } from "#protocol/nodes";
import { fromBase64, P256 } from "../platform/device-key.ts";
import type { Vault } from "../platform/ports.ts";

const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/**
 * Whether a list may take the place of the one that is kept: newer, of one's own province, and signed with the key that
 * signed the first one ever taken. That first one came from the node at which the device was enrolled.
 */
async function supersedes(list: NodeList, kept: NodeList | undefined, own: Province): Promise<boolean> {
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

/** Puts what a node answers in the place of the list that is known, where it may. True where it did. */
export async function replaced(
  known: { list: NodeList | undefined },
  answer: Promise<NodeList>,
  own: Province,
  vault: Vault,
): Promise<boolean> {
  const list = await answer.catch(() => undefined);
  const before = known.list;
  if (!list || !(await supersedes(list, before, own)) || known.list !== before) return false;
  known.list = list;
  await vault.write([{ table: "meta", key: "fleet", value: list }]).catch(() => {});
  return true;
}
