import { words } from "../locales/language.ts";

/** Words for what went wrong, in the reader's language: by the error's code, else what it says of itself. */
export function reason(error: unknown, code = (error as { code?: string }).code): string {
  const { limit } = (error as { said?: { limit?: string } }).said || {};
  const { notices } = words.value;
  return (limit && notices[`limit-${limit}`]) || notices[code ?? ""] || (error as Error).message || words.value.failed;
}
