import { SecurityNews } from "./news.tsx";
import { SecuritySheet } from "./sheet.tsx";
import { furnish } from "./words.ts";

/** One's own devices and ways of signing in, with their words and their look. */
export async function securitySheet() {
  await furnish();
  return SecuritySheet;
}

/** What other devices changed of them. */
export async function securityNews() {
  await furnish();
  return SecurityNews;
}
