import { BlockOption } from "./block.tsx";
import { Blocked } from "./blocked.tsx";
import { ContactsRow } from "./row.tsx";
import { ContactsSheet } from "./sheet.tsx";
import { furnish } from "./words.ts";

/** Requests of people whom one does not know yet, and whom one blocks: each piece with its words and its look. */
const furnished =
  <P>(part: P) =>
  async (): Promise<P> => {
    await furnish();
    return part;
  };

export const contactsRow = furnished(ContactsRow);
export const contactsSheet = furnished(ContactsSheet);
export const blockedList = furnished(Blocked);
export const blockOption = furnished(BlockOption);
