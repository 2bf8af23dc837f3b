import type { RoomId } from "#protocol/ids";

const KEY = "beep.draft.";

/** What was begun in a conversation and not sent; kept on this device alone. */
export function readDraft(room: RoomId): string {
  try {
    return localStorage.getItem(KEY + room) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(room: RoomId, text: string): void {
  try {
    if (text.trim()) localStorage.setItem(KEY + room, text);
    else localStorage.removeItem(KEY + room);
  } catch {
    // storage is full or forbidden: the draft lives as long as the page
  }
}

export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEY)) localStorage.removeItem(key);
  } catch {
    // nothing is kept, so nothing is to be forgotten
  }
}
