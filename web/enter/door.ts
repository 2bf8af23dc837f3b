import type { Door, Enrolled } from "#protocol/enrol";
import { NodeApi } from "../net/api.ts";
import { steadyNow } from "../platform/clock.ts";
import type { Refusal } from "../net/refusal.ts";

export const browser = { fetch: (url: string, init: RequestInit) => fetch(url, init), now: steadyNow };
const api = new NodeApi(browser);

/** A place in the queue before a crowded node, and when it is asked again, milliseconds since 1970. */
export interface Crowd {
  place: number;
  until: number;
}

/** Who waits for the answer: is told of the queue, and may have gone. */
export interface Stay {
  crowd(now: Crowd | null): void;
  gone(): boolean;
}

/** A new device, as `AppModel.enter` gives it. */
export interface Newcomer {
  node: string;
  key: string;
  label: string;
}

export const readDoor = (): Promise<Door> => api.ask<Door>(location.origin, "/v1/door");

export const never = (): Promise<never> => new Promise(() => {});
export const pause = (ms: number) => new Promise((done) => setTimeout(done, Math.max(ms, 500)));

/** Posts, and where the node is crowded, stands in its queue until it is let in. Of who has gone nothing more is heard. */
export async function post<T>(node: string, path: string, body: object, stay: Stay): Promise<T> {
  for (let turn: string | undefined; ; ) {
    if (stay.gone()) return never();
    try {
      const answer = await api.ask<T>(node, path, { ...body, ...(turn && { turn }) });
      stay.crowd(null);
      return answer;
    } catch (error) {
      const { retryAfter, said = {} } = error as Refusal;
      if (said.place === undefined) throw error;
      turn = said.turn ?? turn;
      stay.crowd({ place: said.place, until: steadyNow() + retryAfter });
      await pause(retryAfter);
    }
  }
}

/** Comes in with a code. @throws Refusal */
export const byCode = ({ node, ...device }: Newcomer, code: string, stay: Stay) =>
  post<Enrolled>(node, "/v1/enrol", { code, ...device }, stay);
