-- Ways of signing in of this province's people: in directory.db alone, never sent to another province.
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  label TEXT NOT NULL,
  made INTEGER NOT NULL,
  used INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_person ON passkeys (person, made);

-- `secret` is sealed (see auth/ways/sealing.ts); `step` is the last time step of the authenticator that was used.
CREATE TABLE pins (
  person TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  secret TEXT NOT NULL,
  step INTEGER NOT NULL,
  made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Wrong answers one behind another. Of names that nobody has one row is written as well: a refusal costs the same.
CREATE TABLE misses (person TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE recovery (person TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (person, hash)) STRICT, WITHOUT ROWID;

-- Accounts elsewhere (OIDC) by issuer and subject; `claim` is the value by which the person was found.
CREATE TABLE accounts (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person TEXT NOT NULL,
  claim TEXT NOT NULL,
  made INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_person ON accounts (issuer, person);

-- One row: the key from which those for PINs and authenticators are derived, hex.
CREATE TABLE ways_key (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL) STRICT;
