import type { Report } from "#protocol/contact";
import type { PersonId } from "#protocol/ids";

/** Whom people of this province hear nothing of, and what they told their administrators: this province's alone. Reading. */
export interface ContactBook {
  blocks(person: PersonId, other: PersonId): boolean;
  /** the newest first */
  blocked(person: PersonId): { person: PersonId; at: number }[];
  /** behind the id `after`, the newest first */
  reports(after: string | undefined, limit: number): Report[];
  /** how many the person made since a moment */
  reportsBy(person: PersonId, since: number): number;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface ContactBookTx extends ContactBook {
  block(person: PersonId, other: PersonId, at: number): void;
  unblock(person: PersonId, other: PersonId): void;
  addReport(report: Report): void;
}
