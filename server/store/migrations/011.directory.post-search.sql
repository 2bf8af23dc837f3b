-- Posts by the words of title and unit (folded, see search.ts) and by the title's initials: "DC Quetta".
-- rowid = post_keys.key; filled in when the file is opened, where posts are older than these tables.
CREATE TABLE post_keys (key INTEGER PRIMARY KEY, post TEXT NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE posts_words USING fts5 (title, initials, unit, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
