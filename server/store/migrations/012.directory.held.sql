-- Who was ever given charge of which post, also by an order that was changed or cancelled since: rows stay.
CREATE TABLE held (person TEXT NOT NULL, post TEXT NOT NULL, PRIMARY KEY (person, post)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO held (person, post) SELECT person, post FROM charges;
