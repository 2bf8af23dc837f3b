import type { GatewayState } from "../ports.ts";

/** What happens to the process and to our connection with it. */
export type Happening =
  | { is: "spawned" }
  | { is: "connected" }
  | { is: "exited"; why: string }
  | { is: "lost" }
  | { is: "reclaimed" };

/** `deaths`: when it died lately, milliseconds since 1970, oldest first. */
export interface Standing {
  state: GatewayState;
  life: number;
  deaths: readonly number[];
}

export const atFirst = (now: number): Standing => ({
  state: { at: "down", since: now, why: "not started" },
  life: 0,
  deaths: [],
});

/** Deaths that are this old no longer count. */
const LATELY = 30_000;
/** So many at once are made up for without a pause. */
const FREE = 3;

/** The next standing; what cannot happen where it stands changes nothing. */
export function next(standing: Standing, happening: Happening, now: number): Standing {
  const { state, life } = standing;
  switch (happening.is) {
    case "spawned":
      return state.at === "down"
        ? { ...standing, life: life + 1, state: { at: "starting", life: life + 1 } }
        : standing;
    case "connected":
      return state.at === "starting" ? { ...standing, state: { at: "up", life } } : standing;
    case "exited":
      return state.at === "down"
        ? standing
        : {
            ...standing,
            state: { at: "down", since: now, why: happening.why },
            deaths: [...standing.deaths.filter((at) => now - at < LATELY), now],
          };
    case "lost":
      return state.at === "up" ? { ...standing, state: { at: "lost", life, since: now } } : standing;
    case "reclaimed":
      return state.at === "lost" ? { ...standing, state: { at: "up", life } } : standing;
  }
}

/** How long to wait before it is started again, in milliseconds: at once, unless it has died several times just now. */
export function pause({ deaths }: Standing, now: number): number {
  const over = deaths.filter((at) => now - at < LATELY).length - FREE;
  return over <= 0 ? 0 : Math.min(250 * 2 ** over, 15_000);
}
