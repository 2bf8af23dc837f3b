// What this folder uses of janode 1.8.0, which brings no types. Fields that begin with `_` are its inner ones: the
// version is pinned, and gateway.fleet.ts notices when they change.
declare module "janode" {
  import type { EventEmitter } from "node:events";

  export type Message = Record<string, unknown>;

  export interface Session extends EventEmitter {
    readonly id: number;
    readonly connection: Connection;
    readonly _handles: Map<number, unknown>;
    sendRequest(request: Message): Promise<Message>;
    attach<H>(plugin: { id: string; Handle: new (session: Session, id: number) => H }): Promise<H>;
  }

  export interface Connection extends EventEmitter {
    readonly _sessions: Map<number, Session>;
    create(keepAliveSeconds: number): Promise<Session>;
    sendRequest(request: Message): Promise<Message>;
    close(): Promise<void>;
  }

  const Janode: {
    connect(config: {
      is_admin: boolean;
      max_retries: number;
      retry_time_secs: number;
      address: { url: string; apisecret: string };
    }): Promise<Connection>;
    Logger: { setLevel(level: "none"): void };
  };
  export default Janode;
}

declare module "janode/handle" {
  import type { EventEmitter } from "node:events";
  import type { Message, Session } from "janode";

  export default class Handle extends EventEmitter {
    constructor(session: Session, id: number);
    readonly id: number;
    readonly session: Session;
    handleMessage(message: Message): unknown;
    ownsTransaction(transaction: unknown): boolean;
    closeTransactionWithError(transaction: unknown, error: Error): void;
    closeTransactionWithSuccess(transaction: unknown, message: Message): void;
    sendRequest(request: Message, timeoutMs?: number): Promise<Message>;
    detach(): Promise<void>;
    hangup(): Promise<Message>;
  }
}
