/** What the client needs of the machine it runs on. The browser, Bun and tests each bring their own. */

export type Table = "meta" | "rooms" | "pages" | "people" | "outbox";

export interface VaultOp {
  table: Table;
  key: string;
  /** JSON-like, with `Uint8Array` allowed anywhere; `undefined` removes the key */
  value: unknown;
}

/** Local storage: a few tables of keys and values. Contract: vault-contract.ts. */
export interface Vault {
  get(table: Table, key: string): Promise<unknown>;
  /** Everything whose key begins with `prefix`, by key ascending. */
  all(table: Table, prefix?: string): Promise<{ key: string; value: unknown }[]>;
  /** All of the operations or none, in order; settles when they are kept. Writes settle in the order they were made. */
  write(ops: readonly VaultOp[]): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The device's private key: it signs, and in a browser it can never be read. */
export interface DeviceKey {
  /** P-256 public key, SPKI, base64 */
  spki: string;
  /** ECDSA with SHA-256 over the UTF-8 text, IEEE P1363, base64 */
  sign(text: string): Promise<string>;
}

export interface DeviceKeys {
  load(): Promise<DeviceKey | undefined>;
  /** Makes a new key and keeps it in the place of any former one. */
  create(): Promise<DeviceKey>;
  forget(): Promise<void>;
}

/**
 * Several tabs of one browser. One of them leads: it alone writes the history cache and sends what closed tabs left
 * in the outbox. Every tab has a socket of its own and sends what was written in it, so none waits for a frozen one;
 * a message that two tabs send carries the same id and counts once.
 */
export interface Tabs {
  /** Calls `lead` when this tab leads; until `stop`. */
  start(lead: () => void): void;
  stop(): void;
  post(message: string): void;
  listen(heard: (message: string) => void): void;
}

export interface Platform {
  vault: Vault;
  /** false where nothing outlasts this page or process because storage is refused */
  lasting(): Promise<boolean>;
  keys: DeviceKeys;
  tabs: Tabs;
  /** milliseconds since 1970, by a clock that never jumps */
  now(): number;
  /** 0 ≤ x < 1, for jitter */
  random(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  socket(url: string): WebSocket;
  /** Calls `wake` when the network may be back or the machine has woken, `gone` when it is lost. Returns the way to stop it. */
  onWake(wake: () => void, gone: () => void): () => void;
}
