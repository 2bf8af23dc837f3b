import { signal } from "@preact/signals";
import { type ChangeProof, changeText } from "#protocol/change";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import { canPasskey } from "../enter/can-passkey.ts";
import { provePasskey } from "../enter/others/passkey.ts";
import type { AppModel } from "../model/contract.ts";

type Asked = Extract<SelfAnswer, { answer: "prove" }>;
type Second = Pick<ChangeProof, "passkey" | "pin">;
export interface TypedPin {
  pin: string;
  totp: string;
}

/** Set while PIN and code are asked for; null in the answer: the person would rather not. */
export const pinWanted = signal<((typed: TypedPin | null) => void) | null>(null);

/** What the node needs to take a change as the person's own: the device's signature, and their passkey or PIN where it asks for one. */
export async function proofOf(app: AppModel, act: SelfAct, asked: Asked): Promise<ChangeProof> {
  const second = asked.asks.length > 0 ? await secondOf(asked) : {};
  const connection = app.connection.peek();
  const origin = connection.state === "online" ? connection.node : location.origin;
  const signature = await app.sign(changeText(asked.nonce, app.device ?? "", origin, act));
  return { nonce: asked.nonce, origin, signature, ...second };
}

async function secondOf({ asks, passkey }: Asked): Promise<Second> {
  if (passkey && canPasskey()) {
    try {
      return { passkey: { session: passkey.session, response: JSON.stringify(await provePasskey(passkey.options)) } };
    } catch (error) {
      // It may be on another device than this.
      if (asks.indexOf("pin") < 0) throw error;
    }
  }
  const typed = asks.indexOf("pin") < 0 ? null : await new Promise<TypedPin | null>((done) => (pinWanted.value = done));
  pinWanted.value = null;
  if (!typed) throw Object.assign(new Error("not proven"), { code: "unproven" });
  return { pin: typed };
}
