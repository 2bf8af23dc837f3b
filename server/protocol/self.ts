import type { DeviceInfo } from "./admin.ts";
import type { ContactAct, ContactAnswer } from "./contact.ts";
import type { Photo } from "./directory.ts";
import type { DeviceId } from "./ids.ts";

/** What a signed-in person does about their own devices and ways of signing in. */
export type SelfAct =
  | { do: "devices" }
  | { do: "rename"; device: DeviceId; label: string }
  | { do: "revoke"; device: DeviceId }
  | { do: "ways" }
  /** what a change (`CHANGES`) is proven with: a nonce, and whether passkey or PIN is asked for besides */
  | { do: "prove" }
  /** begins a passkey: options for `navigator.credentials.create` (WebAuthn level 3, JSON) */
  | { do: "passkey" }
  | { do: "passkey-made"; response: unknown; label: string }
  /** begins PIN and authenticator; it counts once a first code has come back */
  | { do: "pin" }
  | { do: "pin-made"; pin: string; totp: string }
  /** makes ten recovery codes; the former ones are void */
  | { do: "recovery" }
  | { do: "forget"; way: "pin" | { passkey: string } }
  /** lets another device in: a code for five minutes, shown as QR */
  | { do: "link" }
  /** answers when a device has come with the code, or after 25 s without one */
  | { do: "link-wait"; code: string }
  | { do: "link-let"; code: string; signature: string }
  | { do: "link-refuse"; code: string }
  /** an invitation that was made for them while they are inside: cancels it, or makes it good at once */
  | { do: "invitation-stop"; invitation: string }
  | { do: "invitation-allow"; invitation: string }
  /** one's own photo; null takes it away */
  | { do: "photo"; photo: Omit<Photo, "person"> | null }
  | ContactAct;

export type SelfAnswer =
  | { answer: "devices"; devices: DeviceInfo[]; limit: number }
  | { answer: "ways"; ways: Ways }
  /** `asks`: any one of these, where there are any; `passkey`: what `/v1/passkey` answers */
  | { answer: "prove"; nonce: string; asks: ("passkey" | "pin")[]; passkey?: { session: string; options: unknown } }
  | { answer: "passkey"; options: unknown }
  /** `uri`: otpauth URI for the authenticator's QR; `secret`: the same in letters */
  | { answer: "pin"; uri: string; secret: string }
  | { answer: "recovery"; codes: string[] }
  | { answer: "link"; code: string; url: string; expires: number }
  /** null: nobody has come yet, ask again. `check`: six digits that both devices show */
  | { answer: "link-wait"; comer: { label: string; key: string; check: string } | null }
  | ContactAnswer
  | { answer: "done" };

export interface Ways {
  passkeys: { id: string; label: string; made: number; used: number | null }[];
  pin: boolean;
  /** recovery codes that are left */
  recovery: number;
  /** this node offers sign-in with the ministry's own account (OIDC) */
  oidc: boolean;
}

/** What the older device signs to let a newer one in. */
export const linkText = (code: string, key: string): string => `beep link v1\n${code}\n${key}`;

/** Six digits of SHA-256 over code and key: what both screens show, so that nobody else's device is let in. */
export async function linkCheck(code: string, key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`beep link check v1\n${code}\n${key}`);
  const view = new DataView(await crypto.subtle.digest("SHA-256", bytes));
  return String(view.getUint32(0) % 1_000_000).padStart(6, "0");
}
