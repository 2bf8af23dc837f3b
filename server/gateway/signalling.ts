import { readCallOrder } from "#protocol/call-order";
import { CLOSE } from "#protocol/close";
import type { Up } from "#protocol/up";
import { AppError } from "../domain/error.ts";
import { type Rate, take } from "./limits.ts";
import type { Services } from "./ports.ts";
import type { Session } from "./session.ts";

/** Acts of one socket that are not answered yet. */
const MAX_OPEN = 32;
/** As many as a call is told with. */
const MAX_ORDERS = 120;
/** A socket that goes on so often after it was told to wait is closed. */
const MAX_REFUSED = 100;

/**
 * Takes what clients ask of calls. Nobody's chat waits for it: a gateway's answer may take a second, and the next frame
 * is read meanwhile. Acts of one seat are kept in order by the conference.
 */
export class Signalling {
  constructor(
    private readonly services: Services,
    private readonly rate: Rate,
    private readonly refuse: (session: Session, message: object, error: unknown) => void,
  ) {}

  take(session: Session, message: Up & { t: "call" }): void {
    const { calls, now } = this.services;
    if (!calls) throw new AppError("fix", "This node makes no calls.");
    session.signals ??= { bucket: { tokens: Number.MAX_VALUE, at: now() }, open: 0, refused: 0 };
    const { signals } = session;
    const wait = take(signals.bucket, this.rate, now()) || (signals.open >= MAX_OPEN ? 1000 : 0);
    if (wait > 0) {
      this.services.meter.count("beep_call_floods_total");
      if (++signals.refused > MAX_REFUSED) {
        session.close(CLOSE.wait, "too many requests in a call");
        return;
      }
      throw new AppError("wait", "Too much at once. Try again in a moment.", { retryAfter: wait });
    }
    signals.open++;
    const said: unknown = message.orders;
    const orders = Array.isArray(said) ? said.slice(0, MAX_ORDERS).flatMap((one) => readCallOrder(one) ?? []) : [];
    calls
      .take(session, message.room, message.act, orders)
      .then(
        (answer) => session.send({ t: "called", ref: message.ref, answer }),
        (error) => this.refuse(session, message, error),
      )
      .finally(() => signals.open--);
  }
}
