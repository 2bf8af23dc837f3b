import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EventId, RoomId } from "#protocol/ids";
import { Client } from "../model/app.ts";
import type { ClientOptions } from "../model/parts.ts";
import { steadyNow } from "../platform/clock.ts";
import { memoryKeys, memoryVault, soloTabs } from "../platform/memory.ts";
import type { Platform } from "../platform/ports.ts";
import { bunKeys } from "./bun-keys.ts";
import { openBunVault } from "./bun-vault.ts";

/** The client without a face, under Bun: for the command line, the fleet test, the load generator and bots. */
export interface OpenOptions extends Partial<ClientOptions> {
  /** folder that keeps key, cache and outbox; one process at a time. Absent: all of it lives in memory. */
  home?: string;
  /** origin of a node, such as `http://127.0.0.1:7101`; needed to sign in */
  node?: string;
  /** one-time code; used when nobody is signed in yet */
  code?: string;
}

export class HeadlessClient extends Client {
  /** Sends many texts to one room at once, in their order. */
  sendMany(room: RoomId, texts: readonly string[]): EventId[] {
    return texts.map((text) => this.send(room, text));
  }

  /**
   * Settles when the client is online, has all that its node has, and no own message waits.
   * @throws Error after `ms` milliseconds, saying what is missing
   */
  async settled(ms = 30_000): Promise<void> {
    const until = Date.now() + ms;
    for (;;) {
      const link = this.connection.peek();
      const current = link.state === "online" && link.current;
      if (current && this.outbox.peek() === 0) break;
      if (this.phase.peek() === "sign-in") throw new Error("Nobody is signed in here.");
      if (Date.now() > until) {
        const waiting = this.outbox.peek();
        throw new Error(
          current ? `${waiting} messages still wait to be stored.` : `No node could be reached (${link.state}).`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.flush();
  }

  /** Stops, keeps what is to be kept and gives the folder free. */
  async close(): Promise<void> {
    await this.stop();
    await this.platform.vault.close();
  }
}

export function bunPlatform(home?: string): Platform {
  if (home) mkdirSync(home, { recursive: true, mode: 0o700 });
  return {
    vault: home ? openBunVault(join(home, "vault.db")) : memoryVault(),
    lasting: async () => true,
    keys: home ? bunKeys(home) : memoryKeys(),
    tabs: soloTabs(),
    now: steadyNow,
    random: Math.random,
    fetch: (url, init) => fetch(url, init),
    socket: (url) => new WebSocket(url) as unknown as globalThis.WebSocket,
    onWake: () => () => {},
  };
}

/** Opens a client and starts it; signs it in with `code` when nobody is signed in yet. */
export async function openClient(options: OpenOptions): Promise<HeadlessClient> {
  const { home, node = "", code, ...rest } = options;
  const client = new HeadlessClient(bunPlatform(home), { app: "beep-headless/0.1", label: "headless", ...rest, node });
  await client.start();
  try {
    if (code && client.phase.peek() === "sign-in") await client.signIn(code);
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}
