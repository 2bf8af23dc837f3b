import type { FirstContact, Writer } from "../domain/ports.ts";
import type { Database } from "bun:sqlite";
import type { PostId } from "#protocol/directory";
import type { Origin, PersonId, Province, RoomId } from "#protocol/ids";
import type { Member, PostPlace } from "#protocol/room";
import type { OriginHead } from "../domain/again.ts";
import type { SignedHead } from "../domain/signed-heads.ts";
import { hashText, type LogState, parseHash, RoomState, type RoomRow } from "./room-state.ts";

type Nullable<T> = { [K in keyof T]: T[K] | null };
type LogRow = Omit<LogState, "room" | "seed" | "hash" | "dirty" | "tail" | "known"> & { seed: string; hash: string };

const statements = (db: Database) => ({
  row: db.prepare<Nullable<RoomRow> & { key: number }, [string]>(
    "SELECT key, id, kind, name, home, history, cseq FROM rooms WHERE id = ?",
  ),
  memberRows: db.prepare<Omit<Member, "post"> & { post: PostId | null }, [number]>(
    "SELECT person, province, role, since, post FROM members WHERE room = ?",
  ),
  writerRows: db.prepare<Omit<Writer, "until"> & { until: number | null }, [number]>(
    "SELECT person, province, since, until FROM writers WHERE room = ?",
  ),
  putWriter: db.prepare(
    `INSERT INTO writers (room, person, province, since, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until`,
  ),
  contactRows: db.prepare<FirstContact & { person: PersonId }, [number]>(
    "SELECT person, by, at, state FROM contacts WHERE room = ?",
  ),
  putContact: db.prepare(
    `INSERT INTO contacts (room, person, by, at, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET by = excluded.by, at = excluded.at, state = excluded.state`,
  ),
  deleteContact: db.prepare("DELETE FROM contacts WHERE room = ? AND person = ?"),
  contactsOf: db.prepare<{ id: RoomId }, [string]>(
    "SELECT id FROM contacts JOIN rooms ON key = room WHERE person = ? AND state = 'asked'",
  ),
  placeRows: db.prepare<PostPlace, [number]>("SELECT post, role FROM places WHERE room = ? ORDER BY at"),
  logRows: db.prepare<LogRow, [number]>(
    "SELECT key, origin, base, seed, n, hash, stamp, version, digest FROM logs WHERE room = ?",
  ),
  insert: db.prepare("INSERT INTO rooms (id) VALUES (?)"),
  update: db.prepare("UPDATE rooms SET kind = ?, name = ?, home = ?, history = ?, cseq = ? WHERE key = ?"),
  upsertMember: db.prepare(
    `INSERT INTO members (room, person, province, role, since, post) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE
     SET province = excluded.province, role = excluded.role, since = excluded.since, post = excluded.post`,
  ),
  insertPlace: db.prepare("INSERT OR IGNORE INTO places (post, room, role, at) VALUES (?, ?, ?, ?)"),
  deletePlaces: db.prepare("DELETE FROM places WHERE room = ?"),
  ofPost: db.prepare<{ id: RoomId }, [string]>(
    "SELECT id FROM places JOIN rooms ON key = room WHERE post = ? ORDER BY id",
  ),
  posts: db.prepare<{ post: PostId }, [string, number]>(
    "SELECT DISTINCT post FROM places WHERE post > ? ORDER BY post LIMIT ?",
  ),
  deleteMember: db.prepare("DELETE FROM members WHERE room = ? AND person = ?"),
  insertLog: db.prepare(
    "INSERT INTO logs (room, origin, base, seed, n, hash, stamp, version) VALUES (?, ?, 0, ?, 0, ?, 0, 0)",
  ),
  updateLog: db.prepare("UPDATE logs SET n = ?, hash = ?, stamp = ?, version = ?, digest = ? WHERE key = ?"),
  rebaseLog: db.prepare("UPDATE logs SET base = ?, seed = ? WHERE key = ?"),
  ofPerson: db.prepare<{ id: RoomId }, [string]>(
    "SELECT id FROM members JOIN rooms ON key = room WHERE person = ? AND kind IS NOT NULL ORDER BY id",
  ),
  ofProvince: db.prepare<{ id: RoomId }, [string, string]>(
    `SELECT id FROM rooms WHERE kind IS NOT NULL AND key IN
     (SELECT room FROM members WHERE province = ? UNION SELECT key FROM rooms WHERE kind = 'post' AND home = ?)
     ORDER BY id`,
  ),
  ofOrigin: db.prepare<OriginHead, [string, string, number]>(
    `SELECT id AS room, n, hash FROM rooms JOIN logs ON logs.room = rooms.key WHERE origin = ? AND id > ?
     ORDER BY id LIMIT ?`,
  ),
  originsOf: db.prepare<{ origin: Origin }, [string]>(
    "SELECT DISTINCT origin FROM logs WHERE substr(origin, 1, 2) = ? ORDER BY origin",
  ),
  signedHead: db.prepare<{ head: string }, [number]>("SELECT head FROM signed_heads WHERE log = ?"),
  putSignedHead: db.prepare(
    "INSERT INTO signed_heads (log, head) VALUES (?, ?) ON CONFLICT DO UPDATE SET head = excluded.head",
  ),
  newest: db.prepare<{ stamp: number | null }, [string]>(
    "SELECT max(stamp) AS stamp FROM logs WHERE substr(origin, 1, 2) = ?",
  ),
});

const words = new Map<string, string>();

/** Lets fields with a few possible values refer to one string each: every row read brings its own copies. */
function shared<T, K extends keyof T>(row: T, ...fields: K[]): T {
  for (const field of fields) {
    const word = row[field] as string;
    const known = words.get(word);
    if (known === undefined) words.set(word, word);
    else row[field] = known as T[K];
  }
  return row;
}

/** Rooms, their members and the heads of their logs. */
export class RoomTable {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  load(id: RoomId): RoomState {
    const row = this.sql.row.get(id);
    const state = new RoomState(id, row?.key ?? 0);
    if (!row) return state;
    const { key, ...rest } = row;
    if (row.kind !== null) state.row = shared(rest as RoomRow, "kind", "home", "history");
    const posts = this.sql.placeRows.all(key);
    if (state.row && posts.length > 0) state.row.posts = posts;
    state.members = new Map(
      this.sql.memberRows.all(key).map(({ post, ...rest }) => {
        const member = shared(rest, "province", "role");
        return [member.person, post === null ? member : { ...member, post }];
      }),
    );
    state.writers = new Map(
      this.sql.writerRows.all(key).map(({ until, ...rest }) => {
        const writer = shared(rest, "province");
        return [writer.person, until === null ? writer : { ...writer, until }];
      }),
    );
    const contacts = this.sql.contactRows.all(key);
    if (contacts.length > 0) state.contacts = new Map(contacts.map(({ person, ...contact }) => [person, contact]));
    for (const log of this.sql.logRows.all(key)) {
      const { seed, hash } = log;
      state.logs.set(log.origin, {
        ...shared(log, "origin"),
        room: state,
        seed: parseHash(seed),
        hash: parseHash(hash),
        dirty: false,
        tail: undefined,
        known: [{ n: log.n, hash: parseHash(hash) }],
      });
    }
    return state;
  }

  /** Gives the room its row if it has none. */
  ensure(state: RoomState): void {
    if (state.key === 0) state.key = Number(this.sql.insert.run(state.id).lastInsertRowid);
  }

  save(state: RoomState, row: RoomRow): void {
    this.sql.update.run(row.kind, row.name, row.home, row.history, row.cseq, state.key);
    const { posts = [] } = state.row ?? {};
    if (row.posts === posts || (!row.posts && posts.length === 0)) return;
    this.sql.deletePlaces.run(state.key);
    for (const [at, { post, role }] of (row.posts ?? []).entries()) this.sql.insertPlace.run(post, state.key, role, at);
  }

  putMember(state: RoomState, member: Member): void {
    this.sql.upsertMember.run(
      state.key,
      member.person,
      member.province,
      member.role,
      member.since,
      member.post ?? null,
    );
  }

  putWriter(state: RoomState, { person, province, since, until }: Writer): void {
    this.sql.putWriter.run(state.key, person, province, since, until ?? null);
  }

  putContact(state: RoomState, person: PersonId, contact: FirstContact | undefined): void {
    if (contact) this.sql.putContact.run(state.key, person, contact.by, contact.at, contact.state);
    else this.sql.deleteContact.run(state.key, person);
  }

  removeMember(state: RoomState, person: PersonId): void {
    this.sql.deleteMember.run(state.key, person);
  }

  addLog(state: RoomState, origin: string): LogState {
    const zero = hashText(0n);
    const key = Number(this.sql.insertLog.run(state.key, origin, zero, zero).lastInsertRowid);
    const log: LogState = {
      key,
      room: state,
      origin,
      base: 0,
      seed: 0n,
      n: 0,
      hash: 0n,
      stamp: 0,
      version: 0,
      digest: null,
      dirty: false,
      tail: undefined,
      known: [],
    };
    state.logs.set(origin, log);
    return log;
  }

  saveLog(log: LogState): void {
    this.sql.updateLog.run(log.n, hashText(log.hash), log.stamp, log.version, log.digest, log.key);
  }

  rebaseLog(log: LogState): void {
    this.sql.rebaseLog.run(log.base, hashText(log.seed), log.key);
  }

  roomsOf(person: PersonId): RoomId[] {
    return this.sql.ofPerson.all(person).map((row) => row.id);
  }

  contactsOf(person: PersonId): RoomId[] {
    return this.sql.contactsOf.all(person).map((row) => row.id);
  }

  roomsWith(province: Province): RoomId[] {
    return this.sql.ofProvince.all(province, province).map((row) => row.id);
  }

  roomsWithPost(post: PostId): RoomId[] {
    return this.sql.ofPost.all(post).map((row) => row.id);
  }

  postsPlaced(after: PostId, limit: number): PostId[] {
    return this.sql.posts.all(after, limit).map((row) => row.post);
  }

  ofOrigin(origin: Origin, after: RoomId, limit: number): OriginHead[] {
    return this.sql.ofOrigin.all(origin, after, limit);
  }

  originsOf(province: Province): Origin[] {
    return this.sql.originsOf.all(province).map(({ origin }) => origin);
  }

  signedHead(log: LogState): SignedHead | undefined {
    const row = this.sql.signedHead.get(log.key);
    return row ? (JSON.parse(row.head) as SignedHead) : undefined;
  }

  putSignedHead(log: LogState, head: SignedHead): void {
    this.sql.putSignedHead.run(log.key, JSON.stringify(head));
  }

  newestStamp(province: Province): number {
    return this.sql.newest.get(province)?.stamp ?? 0;
  }
}
