import { encodeClear } from "#protocol/clear";
import { MAX_BODY } from "#protocol/record";

/** Blanks, and letters that show nothing: joiners, fillers, direction marks, tags, and the blank pattern of Braille. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Whether somebody who gets this text would see nothing. */
export const isBlank = (text: string): boolean => text.replace(UNSEEN, "") === "";

/** Letters of no more bytes than this are never asked for their length: each has at most three in UTF-8, and JSON adds few. */
const SURELY_FITS = 4000;

/** By about how many letters a text is longer than one message holds: 0 when it fits. The limit is in bytes of UTF-8. */
export function lettersOver(text: string): number {
  if (text.length < SURELY_FITS) return 0;
  const { length } = encodeClear({ text });
  return length <= MAX_BODY ? 0 : Math.ceil(((length - MAX_BODY) * text.length) / length);
}
