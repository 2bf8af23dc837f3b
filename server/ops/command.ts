import type { Desk } from "./desk-port.ts";
import { OpsError } from "./error.ts";

export type Values = Record<string, string | boolean | undefined>;

/** One command of `beep`, with the words behind its name. */
export interface Context {
  desk: Desk;
  words: string[];
  values: Values;
  out: Out;
}
export type Command = (context: Context) => Promise<void>;

/** Prints for people, or with `--json` for scripts: a list as one array, an act as one object. */
export class Out {
  constructor(private readonly json: boolean) {}

  /** @param line of one thing, in words */
  list<T>(items: readonly T[], line: (item: T) => string): void {
    if (this.json) console.log(plain(JSON.stringify(items, null, 2)));
    else for (const item of items) console.log(plain(line(item)));
  }

  /** @param words for people; a list of them one to a line */
  done(value: object, words: string): void {
    console.log(plain(this.json ? JSON.stringify(value, null, 2) : words));
  }
}

/** Without what a terminal would take for its own: names come from other provinces, too. */
export const plain = (text: string): string => text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, "");

/** The commands of one thing, by the word behind it: `unit list`, `unit add` … @throws OpsError where there is no such word */
export const family =
  (thing: string, acts: Record<string, Command>): Command =>
  (context) => {
    const [act = "", ...words] = context.words;
    const work = Object.hasOwn(acts, act) ? acts[act] : undefined;
    if (!work) {
      const known = Object.keys(acts).map((name) => `"${thing} ${name}"`);
      throw new OpsError(`Say ${known.join(" or ")}.`);
    }
    return work({ ...context, words });
  };
