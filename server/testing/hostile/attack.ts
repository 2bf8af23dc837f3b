import { decodeClear } from "#protocol/clear";
import type { PersonId, RoomId } from "#protocol/ids";
import type { EventRecord } from "#protocol/record";
import type { Field } from "./field.ts";
import type { Official } from "./official.ts";

/** One thing that was tried, and what an honest observer found of it. */
export interface Tried {
  name: string;
  succeeded: boolean;
  /** what was seen that should not be */
  saw?: string;
  /** the rule of SPEC.md that says it is still possible: it is told, and not counted */
  admitted?: string;
}

export interface Attack {
  name: string;
  /** what it tries, in a line */
  tries: string;
  /** it cannot be tried without a media gateway */
  needsCalls?: true;
  run(field: Field): Promise<Tried[]>;
}

export const textOf = ({ body }: Pick<EventRecord, "body">): string => decodeClear(body)?.text ?? "";

/** All that an official can read in a room, whatever its kind, as text; nothing where it is not theirs. */
export async function wordsFor(official: Official, room: RoomId): Promise<string> {
  const events = await official.read(room).catch((error: Error) => {
    if (/elsewhere|forbidden/.test(error.message)) return [];
    throw error;
  });
  return events.map(({ body }) => new TextDecoder().decode(body)).join("\n");
}

/** Looks for canaries in what each of these officials can read in a room. */
export async function whoReads(officials: readonly Official[], room: RoomId, canary: string): Promise<PersonId[]> {
  const found: PersonId[] = [];
  for (const official of officials) if ((await wordsFor(official, room)).includes(canary)) found.push(official.person);
  return found;
}

/** What must be seen if the probe sees at all. @throws Error where it is not */
export function mustSee(seen: unknown, what: string): void {
  if (!seen) throw new Error(`The probe is blind: ${what} was not seen, which an honest province may do.`);
}
