-- The running SHA-256 digest of a log's records at n, which its province signs; NULL where it is to be computed.
ALTER TABLE logs ADD COLUMN digest TEXT;
-- The newest head of another province's log that is its log here too, as that province signed it (SignedHead, JSON).
CREATE TABLE signed_heads (log INTEGER PRIMARY KEY REFERENCES logs, head TEXT NOT NULL) STRICT;
-- A twin goes with the record that it is one of.
CREATE INDEX events_twins ON events (substr(record, 9, 32)) WHERE twin = 1;
-- What people have done today of that of which each may do so much a day; `what` is a kind, or a kind and whom it was about.
CREATE TABLE day_counts (
  day INTEGER NOT NULL,
  person TEXT NOT NULL,
  what TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, person, what)
) STRICT, WITHOUT ROWID;
