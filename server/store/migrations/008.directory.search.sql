-- Names as they sound in either script (name-key.ts), and by their letters in threes: for spellings with which no word
-- of the entry begins. rowid = people.key; filled in when the file is opened, where people are older than these tables.
CREATE VIRTUAL TABLE people_keys USING fts5 (keys, tokenize = 'unicode61', prefix = '2 3', detail = none);
CREATE VIRTUAL TABLE people_grams USING fts5 (name, tokenize = 'trigram', detail = none);
CREATE VIRTUAL TABLE gram_counts USING fts5vocab (people_grams, 'row');
