import { urduFont } from "./urdu-font.ts";

/** The language that a text is most likely in, for its letters and for the voice of a screen reader. */
export function langOf(text: string): "ur" | "en" | undefined {
  if (!/[\u0600-\u06ff]/.test(text)) return /[a-z]/i.test(text) ? "en" : undefined;
  void urduFont();
  return "ur";
}
