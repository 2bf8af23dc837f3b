import type { Database } from "bun:sqlite";

type Json = { json: string };

/** Fixed statements of the directory's offices. A closed post, and who is not active, hold nobody's place. */
export const officeStatements = (db: Database) => ({
  unit: db.prepare<Json, [string]>("SELECT unit AS json FROM units WHERE id = ?"),
  units: db.prepare<Json, [string]>("SELECT unit AS json FROM units WHERE province = ? ORDER BY id"),
  unitsUnder: db.prepare<{ id: string }, [string]>(
    `WITH RECURSIVE under (id) AS (VALUES (?) UNION SELECT units.id FROM units JOIN under ON units.parent = under.id)
     SELECT id FROM under`,
  ),
  /** bounded, though no cycle is let in */
  levelsUnder: db.prepare<{ levels: number }, [string]>(
    `WITH RECURSIVE under (id, level) AS (
       VALUES (?, 0) UNION SELECT units.id, level + 1 FROM units JOIN under ON units.parent = under.id WHERE level < 64)
     SELECT max(level) AS levels FROM under`,
  ),
  putUnit: db.prepare(
    `INSERT INTO units (id, province, parent, unit) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET province = excluded.province, parent = excluded.parent, unit = excluded.unit`,
  ),

  post: db.prepare<Json, [string]>("SELECT post AS json FROM posts WHERE id = ?"),
  posts: db.prepare<Json, [string, number]>(
    "SELECT post AS json FROM posts WHERE id > ? AND NOT closed ORDER BY id LIMIT ?",
  ),
  postsOf: db.prepare<Json, [string, string, number]>(
    "SELECT post AS json FROM posts WHERE province = ? AND id > ? AND NOT closed ORDER BY id LIMIT ?",
  ),
  postsOfUnit: db.prepare<Json, [string, string, number]>(
    "SELECT post AS json FROM posts WHERE unit = ? AND id > ? ORDER BY id LIMIT ?",
  ),
  putPost: db.prepare(
    `INSERT INTO posts (id, province, unit, closed, post) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET province = excluded.province, unit = excluded.unit, closed = excluded.closed, post = excluded.post`,
  ),

  charge: db.prepare<Json, [string]>("SELECT charge AS json FROM charges WHERE id = ?"),
  chargesOfPost: db.prepare<Json, [string]>(
    "SELECT charge AS json FROM charges WHERE post = ? AND NOT cancelled ORDER BY begins, id",
  ),
  chargesOf: db.prepare<Json, [string]>(
    "SELECT charge AS json FROM charges WHERE person = ? AND NOT cancelled ORDER BY begins, id",
  ),
  holders: db.prepare<Json, [string, number, number]>(
    `SELECT charge AS json FROM charges JOIN people ON people.id = charges.person JOIN posts ON posts.id = charges.post
     WHERE charges.post = ? AND NOT cancelled AND begins <= ? AND (ends IS NULL OR ends > ?)
       AND state = 'active' AND NOT closed
     ORDER BY CASE charge ->> '$.kind' WHEN 'regular' THEN 0 WHEN 'acting' THEN 1 ELSE 2 END, begins, charges.id`,
  ),
  everHeld: db.prepare<{ held: number }, [string, string]>("SELECT 1 AS held FROM held WHERE person = ? AND post = ?"),
  wasGiven: db.prepare<{ held: number }, [string]>("SELECT 1 AS held FROM held WHERE post = ? LIMIT 1"),
  putHeld: db.prepare("INSERT OR IGNORE INTO held (person, post) VALUES (?, ?)"),
  nextChange: db.prepare<{ begins: number | null; ends: number | null }, [number, number]>(
    `SELECT (SELECT min(begins) FROM charges WHERE begins > ? AND NOT cancelled) AS begins,
       (SELECT min(ends) FROM charges WHERE ends > ? AND NOT cancelled) AS ends`,
  ),
  changing: db.prepare<Json, [number, number, number, number]>(
    `SELECT charge AS json FROM charges WHERE NOT cancelled AND begins > ? AND begins <= ?
     UNION SELECT charge FROM charges WHERE NOT cancelled AND ends > ? AND ends <= ?`,
  ),
  putCharge: db.prepare(
    `INSERT INTO charges (id, post, person, begins, ends, cancelled, charge) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET post = excluded.post, person = excluded.person, begins = excluded.begins,
       ends = excluded.ends, cancelled = excluded.cancelled, charge = excluded.charge`,
  ),

  wave: db.prepare<Json, [string]>("SELECT wave AS json FROM waves WHERE id = ?"),
  waves: db.prepare<Json, [string]>("SELECT wave AS json FROM waves WHERE province = ? ORDER BY place, id"),
  putWave: db.prepare(
    `INSERT INTO waves (id, province, place, wave) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET province = excluded.province, place = excluded.place, wave = excluded.wave`,
  ),

  role: db.prepare<Json, [string]>("SELECT role AS json FROM roles WHERE id = ?"),
  rolesOf: db.prepare<Json, [string]>("SELECT role AS json FROM roles WHERE person = ? ORDER BY id"),
  roles: db.prepare<Json, [string]>(
    `SELECT role AS json FROM roles JOIN people ON people.id = roles.person WHERE people.province = ? ORDER BY roles.id`,
  ),
  putRole: db.prepare(
    `INSERT INTO roles (id, person, role) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET person = excluded.person, role = excluded.role`,
  ),

  photo: db.prepare<Json, [string]>("SELECT photo AS json FROM photos WHERE person = ?"),
  putPhoto: db.prepare(
    "INSERT INTO photos (person, photo) VALUES (?, ?) ON CONFLICT DO UPDATE SET photo = excluded.photo",
  ),

  byNumber: db.prepare<Json, [string, string]>(
    "SELECT person AS json FROM people WHERE province = ? AND number = upper(?) AND state <> 'removed'",
  ),
  byEmail: db.prepare<Json, [string, string]>(
    "SELECT person AS json FROM people WHERE province = ? AND email = lower(?) AND state <> 'removed' LIMIT 2",
  ),
  byMobile: db.prepare<Json, [string, string]>(
    "SELECT person AS json FROM people WHERE province = ? AND mobile = ? AND state <> 'removed' LIMIT 2",
  ),
  peopleAfter: db.prepare<Json, [string, string, number]>(
    "SELECT person AS json FROM people WHERE province = ? AND id > ? ORDER BY id LIMIT ?",
  ),

  countPeople: db.prepare<{ n: number }, [string]>(
    "SELECT count(*) AS n FROM people WHERE province = ? AND state <> 'removed'",
  ),
  countByUnit: db.prepare<{ unit: string; n: number }, [string, string]>(
    `WITH RECURSIVE under (id) AS (VALUES (?) UNION SELECT units.id FROM units JOIN under ON units.parent = under.id)
     SELECT id AS unit, (SELECT count(*) FROM people WHERE people.unit = under.id AND province = ? AND state <> 'removed') AS n
     FROM under ORDER BY id`,
  ),
  // The rows that are skipped are skipped in the index: none of them is read.
  peoplePage: db.prepare<Json, [string, number, number]>(
    `SELECT person AS json FROM people WHERE key IN (SELECT key FROM people WHERE province = ? AND state <> 'removed' ORDER BY id LIMIT ? OFFSET ?)
     ORDER BY id`,
  ),
  peoplePageOfUnit: db.prepare<Json, [string, string, number, number]>(
    `SELECT person AS json FROM people WHERE key IN (
       SELECT key FROM people WHERE unit = ? AND province = ? AND state <> 'removed' ORDER BY id LIMIT ? OFFSET ?)
     ORDER BY id`,
  ),

  shutOutOf: db.prepare<Json, [string]>(
    `SELECT device AS json FROM devices JOIN people ON people.id = devices.person
     WHERE people.province = ? AND device ->> '$.revoked' ORDER BY devices.id`,
  ),
  entered: db.prepare<{ at: number }, [string, string]>("SELECT at FROM entered WHERE kind = ? AND id = ?"),
  putEntered: db.prepare("INSERT OR IGNORE INTO entered (kind, id, at) VALUES (?, ?, ?)"),
  provinceKey: db.prepare<{ key: string; rules: number }, [string]>(
    "SELECT key, rules FROM province_keys WHERE province = ?",
  ),
  putProvinceKey: db.prepare(
    `INSERT INTO province_keys (province, key, rules) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET key = excluded.key, rules = max(rules, excluded.rules)`,
  ),
  turns: db.prepare<{ province: string; turn: number }, [string, string, string]>(
    "SELECT province, turn FROM device_turns WHERE device = ? AND person = ? AND key = ?",
  ),
  putTurn: db.prepare(
    `INSERT INTO device_turns (device, person, key, province, turn) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET turn = max(turn, excluded.turn)`,
  ),
});
