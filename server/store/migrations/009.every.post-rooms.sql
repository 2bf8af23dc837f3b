-- A member as holder of a post, and the posts that have a place in a room, vacant ones too.
ALTER TABLE members ADD COLUMN post TEXT;
CREATE TABLE places (
  post TEXT NOT NULL,
  room INTEGER NOT NULL REFERENCES rooms,
  role TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (post, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_room ON places (room, at);
-- What is written to a vacant post waits in its province.
CREATE INDEX rooms_post_home ON rooms (home) WHERE kind = 'post';
