import type { Device } from "#protocol/directory";
import { isId } from "#protocol/ids";
import { signInText, signInTextV1 } from "#protocol/sign-in";
import { isActive } from "../domain/administration/reach.ts";
import type { Now } from "../domain/clock.ts";
import { AppError } from "../domain/error.ts";
import type { Sender } from "../domain/messaging.ts";
import type { Store, VerifySignature } from "../domain/ports.ts";
import { Nonces } from "./nonces.ts";
import { Tickets } from "./tickets.ts";
import { isDeviceKey } from "./verify.ts";

/** Proves a device: challenge, signature, ticket. */
export class SignIn {
  private readonly nonces: Nonces;
  private readonly tickets: Tickets;

  constructor(
    private readonly store: Pick<Store, "device" | "person">,
    private readonly verify: VerifySignature,
    now: Now,
  ) {
    this.nonces = new Nonces(now);
    this.tickets = new Tickets(now);
  }

  readonly isDeviceKey = isDeviceKey;

  /** Answered for unknown devices as well: who is enrolled is nobody's business. */
  challenge(device: string): string {
    if (!isId(device)) throw new AppError("fix", "The device's id is malformed.");
    return this.nonces.issue(device);
  }

  /**
   * @throws AppError wait for a nonce that is old, spent or of another run of the node: the client asks for a new one, and
   * must not take it for a word about its device; sign-in, the same for an unknown or revoked device, one of a person who
   * is not active, and a wrong signature
   * @param proof `origin`: one of this node's own, as the caller has seen to; absent in a proof of the first version
   */
  async ticket(proof: { device: string; nonce: string; signature: string; origin?: string }): Promise<string> {
    const { device, nonce, signature, origin } = proof;
    if (!isId(device)) throw new AppError("fix", "The device's id is malformed.");
    if (!this.nonces.holds(nonce, device)) throw new AppError("wait", "The challenge is too old. Try again.");
    const known = this.store.device(device);
    const text = origin === undefined ? signInTextV1(nonce, device) : signInText(nonce, device, origin);
    const sound =
      known !== undefined &&
      this.mayBeIn(known) &&
      (await this.verify(known.key, text, signature)) &&
      this.nonces.spend(nonce);
    if (!sound) throw new AppError("sign-in", "This device could not be recognised. Sign in again with a new code.");
    return this.tickets.issue({ person: known.person, device });
  }

  /** Spends a ticket. A device that was revoked meanwhile is not let in, nor is one whose person left. */
  redeem(ticket: string): Sender | undefined {
    const sender = this.tickets.redeem(ticket);
    const device = sender && this.store.device(sender.device);
    return device && this.mayBeIn(device) ? sender : undefined;
  }

  private mayBeIn({ revoked, person }: Device): boolean {
    const known = this.store.person(person);
    return !revoked && known !== undefined && isActive(known);
  }
}
