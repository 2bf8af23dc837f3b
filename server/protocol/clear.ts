import type { CallEntry, CallNote, Meeting } from "./call.ts";

/**
 * Body of scheme `clear` (`clear.v1`): UTF-8 JSON. Only clients read it; a node stores and forwards it as bytes.
 * Unknown fields are kept free for later and ignored; `text` says in words what a client that does not know them shows.
 */
export interface ClearBody {
  text: string;
  /** this event begins a call */
  call?: CallEntry;
  /** this event (of kind `note`) says how a call went */
  note?: CallNote;
  /** this event plans a conference, or changes the plan */
  meeting?: Meeting;
}

export const encodeClear = (body: ClearBody): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(body));

/** Undefined where the bytes are no such body. The fields beside `text` are looked at by those who show them. */
export function decodeClear(body: Uint8Array): ClearBody | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as Partial<ClearBody> | null;
    if (!value || typeof value.text !== "string") return undefined;
    const { text, call, note, meeting } = value;
    return { text, call, note, meeting } as ClearBody;
  } catch {
    return undefined;
  }
}
