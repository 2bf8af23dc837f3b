import type { Province } from "#protocol/ids";
import { keysText, type NodeList, nodesText } from "#protocol/nodes";
import { fromBase64, P256 } from "../platform/device-key.ts";
import type { Vault } from "../platform/ports.ts";

const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/**
 * Whether a list may take the place of the one that is kept: newer, of one's own province, and signed with the key that
 * signed the first one ever taken. That first one came from the node at which the device was enrolled.
 */
async function supersedes(list: NodeList, kept: NodeList | undefined, own: Province): Promise<boolean> {
  if (list.province !== own || (kept && (list.key !== kept.key || list.version <= kept.version))) return false;
  return holds(list, nodesText, list.signature);
}

/** Whether the list's own key signed this. */
async function holds(list: NodeList, textOf: (list: NodeList) => string, signature: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("spki", fromBase64(list.key), P256, false, ["verify"]);
    return await crypto.subtle.verify(SIGNATURE, key, fromBase64(signature), new TextEncoder().encode(textOf(list)));
  } catch {
    // Nothing that a node of the fleet would say.
    return false;
  }
}

/** Keys of provinces that are not signed, as nodes of before 0.4 do not, are not there. */
async function withKeys(list: NodeList): Promise<NodeList> {
  if (list.keysSignature && (await holds(list, keysText, list.keysSignature))) return list;
  return { ...list, provinces: list.provinces.map(({ code, name, nodes }) => ({ code, name, nodes })) };
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
  const kept = await withKeys(list);
  if (known.list !== before) return false;
  known.list = kept;
  await vault.write([{ table: "meta", key: "fleet", value: kept }]).catch(() => {});
  return true;
}
