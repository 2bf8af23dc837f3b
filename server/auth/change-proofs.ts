import { type ChangeProof, changeText } from "#protocol/change";
import type { DeviceId } from "#protocol/ids";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import type { Now } from "../domain/clock.ts";
import { cameAt } from "../domain/enrolment/held.ts";
import type { ProvenChanges } from "../domain/enrolment/own-affairs.ts";
import { AppError } from "../domain/error.ts";
import type { Store, VerifySignature } from "../domain/ports.ts";
import { Nonces } from "./nonces.ts";
import type { Actor } from "./ways/ports.ts";

const VALID_MS = 5 * 60_000;
/** So long a proof by passkey or PIN is enough for further changes, and coming in by a way of one's own is one. */
const RECENT_MS = 10 * 60_000;
const MOST_RECENT = 50_000;

/** A person's own passkeys and PIN, as a second proof. */
export interface SecondProofs {
  /** which ones the person has, and what their passkeys are asked */
  asks(who: Actor): Promise<{ asks: ("passkey" | "pin")[]; passkey?: { session: string; options: unknown } }>;
  /** @throws AppError wait while too many guesses wait */
  proves(who: Actor, proof: Pick<ChangeProof, "passkey" | "pin">): Promise<boolean>;
}

interface ChangeProofsOptions {
  store: Pick<Store, "province" | "person" | "device" | "tables">;
  verify: VerifySignature;
  now: Now;
  ways: SecondProofs;
  /** by which origins this node goes */
  isOwn: (origin: string) => boolean;
}

/** Whether a change of one's ways of signing in is asked for by the person, on their device, now, and at this node. */
export class ChangeProofs implements ProvenChanges {
  private readonly nonces: Nonces;
  private readonly recent = new Map<DeviceId, number>();

  constructor(private readonly options: ChangeProofsOptions) {
    this.nonces = new Nonces(options.now, VALID_MS);
  }

  async ask(who: Actor): Promise<Extract<SelfAnswer, { answer: "prove" }>> {
    const nonce = this.nonces.issue(boundTo(who));
    if (!this.atHome(who) || this.isRecent(who)) return { answer: "prove", nonce, asks: [] };
    return { answer: "prove", nonce, ...(await this.options.ways.asks(who)) };
  }

  async check(who: Actor, act: SelfAct, given: unknown): Promise<void> {
    const { store, verify, isOwn, ways } = this.options;
    const proof = readProof(given);
    if (!proof) throw new AppError("update", "Load this page again.");
    if (!isOwn(proof.origin)) throw new AppError("fix", "This node does not go by the address that was dialled.");
    if (!this.nonces.holds(proof.nonce, boundTo(who))) throw new AppError("wait", "This took too long. Try again.");
    const device = store.device(who.device);
    const text = textOf(who, act, proof);
    if (!device || !(await verify(device.key, text, proof.signature)) || !this.nonces.spend(proof.nonce))
      throw new AppError("sign-in", "The signature is not this device's.");
    // A device that is lost is shut out fast, from anywhere, also when passkey and authenticator are lost with it.
    if (act.do === "revoke" || this.isRecent(who)) return;
    const { asks } = await ways.asks(who);
    if (asks.length === 0) return;
    if (!(await ways.proves(who, proof)))
      throw new AppError("forbidden", "Prove with your passkey, or with PIN and authenticator, that it is you.");
    this.proved(who.device);
  }

  proved(device: DeviceId): void {
    const now = this.options.now();
    this.recent.delete(device);
    for (const [old, until] of this.recent) {
      if (until > now && this.recent.size < MOST_RECENT) break;
      this.recent.delete(old);
    }
    this.recent.set(device, now + RECENT_MS);
  }

  /** A device that was let in by an older one has proven nothing itself. */
  private isRecent({ device }: Actor): boolean {
    const now = this.options.now();
    if ((this.recent.get(device) ?? 0) > now) return true;
    const known = this.options.store.device(device);
    const age = now - cameAt(this.options.store, device);
    return known !== undefined && known.linked === undefined && age >= 0 && age < RECENT_MS;
  }

  private atHome({ person }: Actor): boolean {
    const { store } = this.options;
    return store.person(person)?.province === store.province;
  }
}

function textOf({ device }: Actor, act: SelfAct, { nonce, origin }: ChangeProof): string {
  try {
    return changeText(nonce, device, origin, act);
  } catch (cause) {
    throw new AppError("fix", "The request is malformed.", { cause });
  }
}

const boundTo = ({ person, device }: Actor) => `change ${person} ${device}`;
const isText = (value: unknown, most = 512): value is string => typeof value === "string" && value.length <= most;

function readProof(given: unknown): ChangeProof | undefined {
  const { nonce, origin, signature, passkey, pin } = (given ?? {}) as Partial<ChangeProof>;
  if (!isText(nonce) || !isText(origin) || !isText(signature)) return undefined;
  const key = passkey && isText(passkey.session) && isText(passkey.response, 16_384) ? passkey : undefined;
  const code = pin && isText(pin.pin) && isText(pin.totp) ? pin : undefined;
  return { nonce, origin, signature, ...(key && { passkey: key }), ...(code && { pin: code }) };
}
