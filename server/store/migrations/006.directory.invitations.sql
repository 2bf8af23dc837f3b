-- Tables of directory.db alone: who was asked in, who came under which wave, when devices were last seen.
-- Of a code there is only its SHA-256. `due`: when it is to be sent, NULL where nothing is.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL,
  made INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  inviter TEXT,
  way TEXT NOT NULL,
  state TEXT NOT NULL,
  due INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  failed TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_person ON invitations (person);
CREATE INDEX invitations_state ON invitations (state, id);
CREATE INDEX invitations_due ON invitations (due) WHERE due IS NOT NULL;

-- Codes of older versions stay good until they expire; the newest of a person would void the others, so all are kept.
INSERT INTO invitations (id, hash, person, made, expires, way, state)
  SELECT lower(hex(randomblob(16))), hash, person, expires - 86400000, expires, 'show', 'open' FROM codes;
DROP TABLE codes;

CREATE TABLE came_in (person TEXT PRIMARY KEY, wave TEXT, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX came_in_wave ON came_in (wave);
CREATE TABLE seen (device TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE wave_states (wave TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Who applied and has not come in yet.
CREATE TABLE applicants (
  person TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  contact TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX applicants_at ON applicants (at);
