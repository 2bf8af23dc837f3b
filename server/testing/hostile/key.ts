import { type CallOrder, callOrderText } from "#protocol/call-order";
import type { DeviceId, PersonId } from "#protocol/ids";
import { signInText } from "#protocol/sign-in";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
/** A sign-in that is told to wait in the queue goes on waiting so long, in milliseconds. */
const QUEUE_MS = 60_000;

interface Refusal {
  error: { code: string; message: string; retryAfter?: number; turn?: string };
}

/** What a node answered to a POST. */
export interface Answered {
  status: number;
  body: Record<string, unknown> & Partial<Refusal>;
}

/** @param from the address that a proxy before the node tells of */
export async function post(url: string, body: unknown, from: string): Promise<Answered> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": from },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
    keepalive: false,
  });
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) as Answered["body"] };
  } catch {
    return { status: answer.status, body: { text } };
  }
}

/** An official's device: a key of its own, and the HTTP side of signing in with it. */
export class DeviceKey {
  private constructor(
    readonly id: DeviceId,
    readonly person: PersonId,
    /** the public key, SPKI in base64 */
    readonly spki: string,
    private readonly key: CryptoKey,
    readonly from: string,
  ) {}

  static async make(person: PersonId, id: DeviceId, from: string): Promise<DeviceKey> {
    const { spki, privateKey } = await pair();
    return new DeviceKey(id, person, spki, privateKey, from);
  }

  /** Spends a one-time code. @throws Error with the node's words */
  static async enrol(url: string, code: string, from: string): Promise<DeviceKey> {
    const { spki, privateKey } = await pair();
    const { status, body } = await post(`${url}/v1/enrol`, { code, key: spki, label: "probe" }, from);
    if (status !== 200) throw new Error(`An official was not let in with a right code: ${JSON.stringify(body)}`);
    return new DeviceKey(body.device as string, body.person as string, spki, privateKey, from);
  }

  async sign(text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, this.key, bytes);
    return Buffer.from(signature).toString("base64");
  }

  /** Signs what is ordered in a call. */
  async order(unsigned: Omit<CallOrder, "spki" | "signature">): Promise<CallOrder> {
    return { ...unsigned, spki: this.spki, signature: await this.sign(callOrderText(unsigned)) };
  }

  async challenge(url: string): Promise<string> {
    let turn: string | undefined;
    for (const end = performance.now() + QUEUE_MS; ; ) {
      const { body } = await post(`${url}/v1/challenge`, { device: this.id, ...(turn && { turn }) }, this.from);
      if (typeof body.nonce === "string") return body.nonce;
      const { error } = body;
      if (error?.code !== "wait" || performance.now() > end)
        throw new Error(`A device was not asked to prove itself: ${JSON.stringify(body)}`);
      turn = error.turn ?? turn;
      await Bun.sleep(Math.min(error.retryAfter ?? 500, 2_000));
    }
  }

  /** A ticket for this node. @throws Error with the node's words */
  async ticket(url: string): Promise<string> {
    const nonce = await this.challenge(url);
    const signature = await this.sign(signInText(nonce, this.id, url));
    const proof = { device: this.id, nonce, signature, origin: url };
    const { body } = await post(`${url}/v1/ticket`, proof, this.from);
    if (typeof body.ticket !== "string") throw new Error(`A device got no ticket: ${JSON.stringify(body)}`);
    return body.ticket;
  }
}

async function pair() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
  return { spki, privateKey };
}
