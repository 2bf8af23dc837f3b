import { expect } from "bun:test";
import { AppError } from "../domain/error.ts";
import type { ErrorCode } from "#protocol/error";

/** Fails unless the work is refused with one of the codes, in words for a person that tell nothing of the media server. */
export async function refused(work: Promise<unknown>, ...codes: ErrorCode[]): Promise<void> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(codes).toContain((error as AppError).code);
  expect((error as AppError).message).not.toMatch(/janus|videoroom|handle|transaction|\d{3}/i);
}
