import type { NotePart } from "./call.ts";

export type { NotePart };

/** What the province's key signs. */
export const notePartText = ({
  of,
  room,
  province,
  began,
  ended,
  people,
  declined,
}: Omit<NotePart, "signature">): string =>
  JSON.stringify([
    "beep call note part v1",
    ...[of, room, province, began, ended],
    people.map(({ person, name, from, to }) => [person, name ?? null, from, to]),
    declined,
  ]);
