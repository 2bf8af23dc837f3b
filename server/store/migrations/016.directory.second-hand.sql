-- When people and posts were entered, milliseconds since 1970, since their province's orders are judged by rules 2; who
-- is older has no row. `rules`: by which rules a province's orders are judged from here on in its log.
CREATE TABLE entered (kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
ALTER TABLE province_keys ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;
CREATE INDEX held_post ON held (post);

-- From when an invitation is good. Those that were made for people who are inside wait like new ones.
ALTER TABLE invitations ADD COLUMN good INTEGER NOT NULL DEFAULT 0;
UPDATE invitations SET good = made + 86400000 WHERE state = 'open' AND person IN (SELECT person FROM devices);
