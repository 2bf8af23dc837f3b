-- Whose state is to change by an order whose day (its `until`) is to come.
CREATE TABLE dated (person TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (person, id)) STRICT, WITHOUT ROWID;
CREATE INDEX dated_order ON dated (id);
