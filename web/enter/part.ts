import { Entrance } from "./entrance.tsx";
import { furnish } from "./words.ts";

/** The sign-in screen with its words and its look. */
export async function entrance() {
  await furnish();
  return Entrance;
}
