-- Orders of administrators that came to this node, newest last: kept while they wait or can be undone. `people`: those
-- whose state one administrator changed alone by it. `piece`: of an export's file, what is to be fetched next.
CREATE TABLE orders (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL,
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  people INTEGER NOT NULL,
  piece TEXT DEFAULT '',
  json TEXT NOT NULL
) STRICT;
CREATE INDEX orders_state ON orders (state, until);
CREATE INDEX orders_person ON orders (person, at) WHERE people > 0;

-- Bearer tokens for personnel systems: of the secret nothing but its SHA-256 (hex).
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  expires INTEGER NOT NULL,
  used INTEGER,
  ended INTEGER NOT NULL DEFAULT 0,
  json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
