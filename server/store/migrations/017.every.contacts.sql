-- How people of this province stand to rooms that did not become theirs by themselves. Who is in a room and has no row has
-- taken it, as all who were in one before this table came.
CREATE TABLE contacts (
  room INTEGER NOT NULL REFERENCES rooms,
  person TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (room, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_person ON contacts (person);

-- The next two are used in directory.db alone. Whom a person hears nothing of.
CREATE TABLE blocks (person TEXT NOT NULL, other TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (person, other)) STRICT, WITHOUT ROWID;
-- What people told their administrators of; `report` holds it as JSON, the chosen messages with it.
CREATE TABLE reports (id TEXT PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, report TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX reports_by ON reports (by, at);
