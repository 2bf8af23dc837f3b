-- Tables of every file: rooms and their logs, marks, what waits for other provinces.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A row comes with the room's first event or mark; kind and the rest stay NULL until its state is known.
CREATE TABLE rooms (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT, name TEXT, home TEXT, history TEXT, cseq INTEGER
) STRICT;

CREATE TABLE members (
  room INTEGER NOT NULL REFERENCES rooms,
  person TEXT NOT NULL,
  province TEXT NOT NULL,
  role TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (room, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_person ON members (person);
CREATE INDEX members_province ON members (province, room);

-- One origin's part of a room: events base+1 … n, rolling hash at both ends, stamp of event n.
-- `version` is that of this province's stored mark, which always stands at n.
CREATE TABLE logs (
  key INTEGER PRIMARY KEY,
  room INTEGER NOT NULL REFERENCES rooms,
  origin TEXT NOT NULL,
  base INTEGER NOT NULL,
  seed TEXT NOT NULL,
  n INTEGER NOT NULL,
  hash TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (room, origin)
) STRICT;
CREATE INDEX logs_version ON logs (version);

-- Two indices and no more: each costs a third of the write rate. Id and room stand side by side in the record's
-- head, so one expression covers both. A twin is a draft that two provinces accepted: both places are kept, as each
-- log must stay dense, and only the first one answers for the id.
CREATE TABLE events (
  pos INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  n INTEGER NOT NULL,
  record BLOB NOT NULL,
  twin INTEGER
) STRICT;
CREATE UNIQUE INDEX events_n ON events (log, n);
CREATE UNIQUE INDEX events_id ON events (substr(record, 9, 32)) WHERE twin IS NULL;

CREATE TABLE marks (
  room INTEGER NOT NULL REFERENCES rooms,
  holder TEXT NOT NULL,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  n INTEGER NOT NULL,
  version INTEGER,
  PRIMARY KEY (room, holder, kind, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_version ON marks (version) WHERE version IS NOT NULL;

-- pos is that of the event: rows are only ever added at the end.
CREATE TABLE outbox (
  pos INTEGER NOT NULL,
  dest TEXT NOT NULL,
  PRIMARY KEY (pos, dest)
) STRICT, WITHOUT ROWID;

-- Older events for a province that came into a room later: they take positions of their own.
CREATE TABLE backfill (
  pos INTEGER PRIMARY KEY,
  dest TEXT NOT NULL,
  event INTEGER NOT NULL REFERENCES events
) STRICT;
CREATE INDEX backfill_event ON backfill (event, dest);

-- `hash` is the rolling hash at `base`, with which the other side begins; `pos` the last position a backfill took.
CREATE TABLE grants (
  log INTEGER NOT NULL REFERENCES logs,
  dest TEXT NOT NULL,
  base INTEGER NOT NULL,
  hash TEXT NOT NULL,
  pos INTEGER NOT NULL,
  PRIMARY KEY (log, dest)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE requests (id TEXT PRIMARY KEY, request TEXT NOT NULL) STRICT, WITHOUT ROWID;
