import type { DeviceId } from "./ids.ts";
import type { SelfAct } from "./self.ts";

/** Acts that change who can come in as the person. Each needs a proof that was made for it alone. */
export const CHANGES = ["passkey-made", "pin-made", "recovery", "forget", "link-let", "revoke"] as const;
export const isChange = ({ do: act }: Pick<SelfAct, "do">): boolean => (CHANGES as readonly string[]).includes(act);

export interface ChangeProof {
  /** of `prove`; good once, for five minutes */
  nonce: string;
  /** the origin of the node that the client dialled */
  origin: string;
  /** the device's, over `changeText` */
  signature: string;
  /** where `prove` asks for one: the passkey's answer to its options, as JSON in a text */
  passkey?: { session: string; response: string };
  /** or the PIN with the authenticator's code */
  pin?: { pin: string; totp: string };
}

/** What the device signs of a change: for this node, this nonce and this act alone. @throws RangeError for what is no act */
export const changeText = (nonce: string, device: DeviceId, origin: string, act: SelfAct): string =>
  `beep change v1\n${nonce}\n${device}\n${origin}\n${canonical(act)}`;

const MOST_DEPTH = 32;

/**
 * JSON whose keys are sorted, so that both sides write the same whatever order they came in (after RFC 8785).
 * @throws RangeError for what is nested deeper than any act
 */
function canonical(value: unknown, depth = 0): string {
  if (depth > MOST_DEPTH) throw new RangeError("nested too deep");
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, depth + 1)).join(",")}]`;
  const entries = Object.keys(value)
    .sort()
    .map((key) => [key, (value as Record<string, unknown>)[key]] as const)
    .filter(([, of]) => of !== undefined);
  return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${canonical(of, depth + 1)}`).join(",")}}`;
}
