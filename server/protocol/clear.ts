/**
 * Body of scheme `clear` (`clear.v1`): UTF-8 JSON. Only clients read it; a node stores and forwards it as bytes.
 * Unknown fields are kept free for later and ignored.
 */
export interface ClearBody {
  text: string;
}

export const encodeClear = (body: ClearBody): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(body));

/** Undefined where the bytes are no such body. */
export function decodeClear(body: Uint8Array): ClearBody | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as Partial<ClearBody> | null;
    return value && typeof value.text === "string" ? { text: value.text } : undefined;
  } catch {
    return undefined;
  }
}
