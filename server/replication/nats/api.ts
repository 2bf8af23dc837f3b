import type { Link } from "./link.ts";

/** What JetStream answered instead of a result (its `err_code`). */
class ApiError extends Error {
  constructor(
    readonly code: number,
    text: string,
  ) {
    super(`${text} (${code})`);
  }
}

/** https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export const CODE = { noConsumer: 10014, noMessage: 10037, noStream: 10059, streamDiffers: 10058 } as const;

export const isApiError = (error: unknown, code: number): boolean => error instanceof ApiError && error.code === code;

export interface StreamInfo {
  created: string;
  state: { messages: number; first_seq: number; last_seq: number };
}

/** Changes when a stream is made anew. Milliseconds since 1970; the server's time has more digits than Date reads. */
export const lifeOf = ({ created }: StreamInfo): number =>
  Date.parse(`${created.slice(0, 19)}Z`) + Number((/\.(\d{1,3})/.exec(created)?.[1] ?? "0").padEnd(3, "0"));

/** One call of the JetStream API in JSON: https://docs.nats.io/reference/reference-protocols/nats_api_reference */
export async function api<T>(link: Link, call: string, body: unknown = {}, timeout = 5000): Promise<T> {
  const answer = await link.request(`$JS.API.${call}`, JSON.stringify(body), { timeout });
  return readAnswer<T>(answer.string());
}

export function readAnswer<T>(json: string): T {
  const value = JSON.parse(json) as T & { error?: { err_code?: number; description?: string } };
  if (value.error) throw new ApiError(value.error.err_code ?? 0, value.error.description ?? "refused");
  return value;
}

/** A stored message's headers by `STREAM.MSG.GET`, which the stream's leader answers: never an older state. */
export interface StoredHeaders {
  seq: number;
  get(name: string): string | undefined;
}

export async function storedHeaders(
  link: Link,
  stream: string,
  query: { seq: number } | { last_by_subj: string },
): Promise<StoredHeaders | undefined> {
  try {
    const { message } = await api<{ message: { seq: number; hdrs?: string } }>(link, `STREAM.MSG.GET.${stream}`, query);
    const lines = Buffer.from(message.hdrs ?? "", "base64")
      .toString()
      .split("\r\n");
    const get = (name: string) =>
      lines
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    return { seq: message.seq, get };
  } catch (error) {
    if (isApiError(error, CODE.noMessage)) return undefined;
    throw error;
  }
}
