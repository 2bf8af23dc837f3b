-- The province's audit log: dense from 1, chained by hash. The triggers are a second wall, for accidents and for code that
-- means well; what finds a change made past them is the chain, its seal and its heads.
CREATE TABLE audit (
  n INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  by TEXT NOT NULL,
  facts TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_kind ON audit (kind, n);
CREATE INDEX audit_at ON audit (at, n);
CREATE INDEX audit_by ON audit (json_extract(by, '$.person'), n);
CREATE INDEX audit_about ON audit (json_extract(facts, '$.person'), n);
-- A replacing insert fires no trigger of deletion: it is refused as one that is not the next.
CREATE TRIGGER audit_next BEFORE INSERT ON audit WHEN new.n <> (SELECT coalesce(max(n), 0) + 1 FROM audit)
BEGIN SELECT raise(ABORT, 'The audit log is only ever continued.'); END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'The audit log is never changed.'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'Nothing is removed from the audit log.'); END;

-- Heads and witnesses of all provinces' logs, in the order in which they came, chained like the log. `witness` is '' in a head.
CREATE TABLE audit_notes (
  k INTEGER PRIMARY KEY,
  province TEXT NOT NULL,
  witness TEXT NOT NULL,
  size INTEGER NOT NULL,
  root TEXT NOT NULL,
  note TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (province, witness, size, root)
) STRICT;
CREATE INDEX audit_notes_last ON audit_notes (province, witness);
CREATE TRIGGER audit_notes_update BEFORE UPDATE ON audit_notes BEGIN SELECT raise(ABORT, 'Heads are never changed.'); END;
CREATE TRIGGER audit_notes_delete BEFORE DELETE ON audit_notes BEGIN SELECT raise(ABORT, 'No head is removed.'); END;

-- The newest state of both chains, signed with the province's key in the commit that brings it. There is one row: a second
-- one is the seal of a state that the log was not continued from.
CREATE TABLE audit_seals (
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  notes INTEGER NOT NULL,
  notes_hash TEXT NOT NULL,
  signature TEXT,
  PRIMARY KEY (size, notes, hash, notes_hash)
) STRICT, WITHOUT ROWID;

-- Peaks of the Merkle tree at the own head that was published last, so that the next one costs only what came since.
CREATE TABLE audit_tree (size INTEGER PRIMARY KEY, peaks TEXT NOT NULL) STRICT;
