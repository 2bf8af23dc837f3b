import { expect, test } from "bun:test";
import { openRecording, PIECE, RecordingWriter } from "./recording-file.ts";

const filled = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) % 256);
async function recorded(...parts: Uint8Array[]) {
  const { writer, key } = await RecordingWriter.make();
  for (const part of parts) await writer.add(part);
  return { file: new Uint8Array(await (await writer.end()).arrayBuffer()), key };
}
const opened = async (file: Uint8Array, key: string) =>
  new Uint8Array(await (await openRecording(file, key)).arrayBuffer());

test("a recording opens with its key, whatever its length and its parts", async () => {
  for (const length of [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5]) {
    const bytes = filled(length);
    const { file, key } = await recorded(bytes.subarray(0, 10), bytes.subarray(10));
    expect(await opened(file, key)).toEqual(bytes);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
  }
});

test("one that was cut, changed or put together anew does not open, nor with another key", async () => {
  const { file, key } = await recorded(filled(2 * PIECE + 100));
  const head = 15;
  const piece = PIECE + 16;
  const cutAtPiece = file.slice(0, head + 2 * piece);
  const swapped = file.slice();
  swapped.set(file.subarray(head, head + piece), head + piece);
  swapped.set(file.subarray(head + piece, head + 2 * piece), head);
  const changed = file.slice();
  changed[head + 5] = (changed[head + 5] as number) ^ 1;
  for (const bad of [file.slice(0, -1), cutAtPiece, swapped, changed]) expect(opened(bad, key)).rejects.toThrow();
  expect(opened(file, "0".repeat(64))).rejects.toThrow();
});
