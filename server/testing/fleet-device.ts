import type { DeviceId, PersonId } from "#protocol/ids";
import { signInText } from "#protocol/sign-in";

const P256 = { name: "ECDSA", namedCurve: "P-256" };

/** A device's key and the HTTP side of signing in. */
export class FleetDevice {
  private constructor(
    readonly id: DeviceId,
    readonly person: PersonId,
    /** the public key, SPKI in base64 */
    readonly spki: string,
    private readonly key: CryptoKey,
  ) {}

  /** Spends a one-time code. @throws Error with the node's words */
  static async enrol(url: string, code: string): Promise<FleetDevice> {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
    const key = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
    const { person, device } = await post(`${url}/v1/enrol`, { code, key, label: "fleet test" });
    return new FleetDevice(device as string, person as string, key, privateKey);
  }

  async sign(text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, this.key, bytes);
    return Buffer.from(signature).toString("base64");
  }

  async ticket(url: string): Promise<string> {
    const { nonce } = await post(`${url}/v1/challenge`, { device: this.id });
    const signature = await this.sign(signInText(nonce as string, this.id, url));
    const { ticket } = await post(`${url}/v1/ticket`, { device: this.id, nonce, signature, origin: url });
    return ticket as string;
  }
}

async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(2_000),
    keepalive: false, // a pooled connection to a killed node would fail the next request
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
