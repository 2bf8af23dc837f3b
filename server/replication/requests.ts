import { ERROR_CODES } from "#protocol/error";
import type { EventId, PersonId, Province } from "#protocol/ids";
import type { ControlRequest } from "#protocol/room";
import { AppError, wireError } from "../domain/error.ts";
import type { Store } from "../domain/ports.ts";
import type { Outcome, Rooms } from "../domain/rooms.ts";
import type { PeerMessage } from "./message.ts";

type Send = (to: Province, message: PeerMessage) => void;

/** Refusals that asking again will not change. A device that the home does not know yet may be known a moment later. */
const FINAL = new Set(["fix", "forbidden", "conflict"]);

/** Carries kept control requests to the home of their room until it has answered, and answers those of others. */
export class Requests {
  constructor(
    private readonly store: Store,
    private readonly rooms: Rooms,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
  ) {
    rooms.onKept((request, home) => this.send(home, { t: "request", request }));
  }

  /** Sends again what has no answer; call every few seconds. */
  async repeat(): Promise<void> {
    for (const request of this.store.requests()) {
      const home = await this.rooms.homeOf(request).catch(() => undefined);
      if (home && this.isUp(home)) this.send(home, { t: "request", request });
    }
  }

  async serve(from: Province, request: ControlRequest): Promise<void> {
    let outcome: Outcome;
    try {
      if ((await this.rooms.control(request)).state === "waiting") return;
      outcome = { state: "done" };
    } catch (error) {
      if (!(error instanceof AppError) || !this.isFinal(error, request)) return;
      outcome = { state: "refused", error: wireError(error) };
    }
    this.send(from, { t: "outcome", id: request.id, person: request.person, outcome });
  }

  private isFinal({ code }: AppError, request: ControlRequest): boolean {
    return FINAL.has(code) || (code === "sign-in" && this.store.device(request.device)?.revoked === true);
  }

  /** Only the home's own answer counts. */
  async answered(from: Province, id: EventId, person: PersonId, said: unknown): Promise<void> {
    const outcome = outcomeOf(said);
    if (!outcome) return;
    const request = this.store.requests().find((kept) => kept.id === id && kept.person === person);
    if (request && (await this.rooms.homeOf(request)) === from) await this.rooms.settle(id, person, outcome);
  }
}

/** It goes on to the person's sessions: nothing but an answer may. */
function outcomeOf(said: unknown): Outcome | undefined {
  const { state, error } = (said ?? {}) as { state?: unknown; error?: { code?: unknown; message?: unknown } | null };
  if (state === "done") return { state };
  const code = ERROR_CODES.find((known) => known === error?.code);
  if (state !== "refused" || !code || typeof error?.message !== "string") return undefined;
  return { state, error: { code, message: error.message } };
}
