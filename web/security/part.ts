import { SecuritySheet } from "./sheet.tsx";
import { furnish } from "./words.ts";

/** One's own devices and ways of signing in, with their words and their look. */
export async function securitySheet() {
  await furnish();
  return SecuritySheet;
}
