/**
 * One signed-in connection as the pair loop sees it. A dialect (the wire of one system) writes a message to the partner
 * in `push` and counts `acked` and `got` as frames come in, then calls `turn`.
 */
export abstract class Line {
  sent = 0;
  acked = 0;
  got = 0;
  partner!: Line;
  /** set by the loop: something came in */
  turn: () => void = () => {};
  /** set by the loop where it measures latency: the message with this sequence number arrived at the partner */
  arrived?: (seq: number) => void;

  /** Queues the next message to the partner. */
  abstract push(): void;
  abstract flush(): void;
  abstract end(): void;
}

/** Where a system listens and what its pids are; the rest is the dialect's own. */
export interface Target {
  dialect: string;
  host: string;
  port: number;
  /** root pids of the system under measurement */
  pids: number[];
  /** bytes of text in a message */
  body: number;
  /** Socket.IO: everybody is in one room and writes to it */
  room?: boolean;
  /** beep: the file of seeded accounts */
  accounts?: string;
  /** first account to use */
  first?: number;
}

/** Opens line number `i`, whose partner is `i ^ 1`, and resolves when it may send. */
export type Dialect = (target: Target, i: number) => Promise<Line>;
