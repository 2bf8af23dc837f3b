import { reason } from "../view/reason.ts";
import { adminWords } from "./furnish.ts";

/** What a node said to the administrator, in the reader's language where there are words for it. */
export const told = (text: string): string => adminWords.value.said(text);

/** Words for what went wrong: what the node said of it, else by the error's code. */
export function whyNot(error: unknown): string {
  const text = (error as Error).message ?? "";
  const words = told(text);
  return words === text ? reason(error) : words;
}
