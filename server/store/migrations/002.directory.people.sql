-- Tables of directory.db alone: who there is, and how they sign in.
CREATE TABLE people (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, province TEXT NOT NULL, person TEXT NOT NULL) STRICT;
CREATE INDEX people_province ON people (province);
-- Folded words (see search.ts), rowid = people.key; a name weighs more than a post, a post more than a unit.
CREATE VIRTUAL TABLE people_words USING fts5 (name, post, unit, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

CREATE TABLE devices (id TEXT PRIMARY KEY, person TEXT NOT NULL, device TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE codes (hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
