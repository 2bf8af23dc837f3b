import type { Origin, PersonId, Province, RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Member } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { FirstContact, HashedHead, Room, RoomShape, Writers } from "../domain/ports.ts";
import type { Tail } from "./tail.ts";

/** Rolling hash: xxHash64 of a record, seeded with the hash before it. */
export const rollHash = (record: Uint8Array, before: bigint): bigint => Bun.hash.xxHash64(record, before);
export const hashText = (hash: bigint): string => hash.toString(16).padStart(16, "0");
export const parseHash = (text: string): bigint => BigInt(`0x${text}`);

/** One row of `logs`, ahead of the file while a transaction runs. */
export interface LogState {
  key: number;
  room: RoomState;
  origin: Origin;
  base: number;
  seed: bigint;
  n: number;
  hash: bigint;
  stamp: Stamp;
  version: number;
  /** of its records at n; null where it is to be computed */
  digest: string | null;
  dirty: boolean;
  /** absent until somebody's unread messages are first counted */
  tail: Tail | undefined;
  /** rolling hashes that are known at places on the way, so that the next one costs only what came since */
  known: { n: number; hash: bigint }[];
}

/** One row of `marks`. `version` is 0 for a mark that was made elsewhere. */
export interface MarkState {
  room: RoomState;
  kind: Mark["kind"];
  holder: PersonId | Province;
  origin: Origin;
  n: number;
  version: number;
  local: boolean;
  dirty: boolean;
}

export type RoomRow = RoomShape;

/** What is kept in memory of one room. The file has the truth; a rollback forgets every touched state. */
export class RoomState {
  row: RoomRow | undefined;
  members: ReadonlyMap<PersonId, Member> = new Map();
  writers: Writers = new Map();
  contacts: ReadonlyMap<PersonId, FirstContact> = new Map();
  /** whether somebody may write no longer, so that records may be withheld */
  get hasEnded(): boolean {
    this.ended ??= [...this.writers.values()].some(({ until }) => until !== undefined);
    return this.ended;
  }
  private ended: boolean | undefined;
  readonly logs = new Map<Origin, LogState>();
  /** by holder; absent until the room's marks are first asked for */
  marks: Map<string, MarkState[]> | undefined;
  touched = false;
  private view: Room | undefined;

  /** @param key the row in `rooms`, 0 while there is none */
  constructor(
    readonly id: RoomId,
    public key: number,
  ) {}

  /** The room as callers see it: a new object after each change, never altered in their hands. */
  room(): Room | undefined {
    if (!this.row) return undefined;
    const { row, members, contacts } = this;
    this.view ??= { ...row, members, provinces: provincesOf(members, row), ...(contacts.size > 0 && { contacts }) };
    return this.view;
  }

  forgetView(): void {
    this.view = undefined;
    this.ended = undefined;
  }

  provinces(): readonly Province[] {
    return this.room()?.provinces ?? provincesOf(this.members);
  }

  latest(): Stamp {
    let latest = 0;
    for (const log of this.logs.values()) if (log.stamp > latest) latest = log.stamp;
    return latest;
  }
}

/** A post is at home in its province, held or vacant: what is written to it waits there. */
const provincesOf = (members: ReadonlyMap<PersonId, Member>, row?: RoomRow): Province[] => {
  const provinces = new Set(Array.from(members.values(), (member) => member.province));
  if (row?.kind === "post") provinces.add(row.home);
  return [...provinces].sort();
};

export const headOf = (log: LogState | undefined): HashedHead =>
  log ? { base: log.base, n: log.n, hash: hashText(log.hash) } : { base: 0, n: 0, hash: hashText(0n) };
