import type { Enrolled } from "#protocol/enrol";
import type { DeviceId } from "#protocol/ids";
import type { NodeList } from "#protocol/nodes";
import { queueText } from "#protocol/queue";
import { signInText } from "#protocol/sign-in";
import type { DeviceKey, Platform } from "../platform/ports.ts";
import { offline, Refusal } from "./refusal.ts";

export type { Enrolled };

/** A place in a node's queue; `prove`: the device's signature over it brings it forward. */
interface Turn {
  turn: string;
  prove?: boolean;
}

/** A node's HTTP routes. Rejects with a Refusal: what the node said, or `offline`. */
export class NodeApi {
  private readonly turns = new Map<string, Turn>();

  constructor(
    private readonly platform: Pick<Platform, "fetch" | "now">,
    private readonly patience = 12_000,
  ) {}

  enrol(node: string, code: string, key: string, label: string): Promise<Enrolled> {
    return this.ask(node, "/v1/enrol", { code, key, label });
  }

  /** Proves the device; answers a ticket that opens one socket. In a crowd a node gives a turn instead: it is kept for the next try. */
  async ticket(node: string, device: DeviceId, key: DeviceKey): Promise<string> {
    const nonce = await this.challenge(node, device, key);
    const signature = await key.sign(signInText(nonce, device, node));
    return (await this.ask<{ ticket: string }>(node, "/v1/ticket", { device, nonce, signature, origin: node })).ticket;
  }

  private async challenge(node: string, device: DeviceId, key: DeviceKey): Promise<string> {
    for (;;) {
      const kept = this.turns.get(node);
      this.turns.delete(node);
      const turn = kept && kept.turn;
      const proof = kept && kept.prove ? await key.sign(queueText(kept.turn, device)) : undefined;
      try {
        return (await this.ask<{ nonce: string }>(node, "/v1/challenge", { device, turn, proof })).nonce;
      } catch (error) {
        const { code, said } = error as Refusal;
        const told = said.turn ? { turn: said.turn, prove: said.prove } : code === "offline" && kept;
        if (told) this.turns.set(node, told);
        // Proves itself at once, and waits then.
        if (!said.prove || proof) throw error;
      }
    }
  }

  nodes(node: string): Promise<NodeList> {
    return this.ask(node, "/v1/nodes");
  }

  /** Round trip in milliseconds. */
  async ping(node: string, patience = 3000): Promise<number> {
    const from = this.platform.now();
    await this.call(node, "/v1/ping", { cache: "no-store" }, patience);
    return this.platform.now() - from;
  }

  /** GET, or POST where there is a body. */
  async ask<T>(node: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit = body
      ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
      : {};
    const response = await this.call(node, path, init, this.patience);
    return (await response.json().catch(() => Promise.reject(offline()))) as T;
  }

  private async call(node: string, path: string, init: RequestInit, patience: number): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patience);
    let response: Response;
    try {
      response = await this.platform.fetch(node + path, { ...init, signal: abort.signal });
    } catch {
      throw offline();
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return response;
    const said = (await response.json().catch(() => undefined)) as
      | { error?: { code: never; message: string } }
      | undefined;
    throw said?.error ? Refusal.from(said.error) : offline();
  }
}
