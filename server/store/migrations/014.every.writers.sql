-- Since when and until when somebody might write in a room, by the stamps of its home's control events; of those who were
-- members before this table came nothing is known but that they are. `until` is NULL while they may.
CREATE TABLE writers (
  room INTEGER NOT NULL REFERENCES rooms,
  person TEXT NOT NULL,
  province TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,
  PRIMARY KEY (room, person)
) STRICT, WITHOUT ROWID;

-- `twin` of an event, where it is not NULL: 1 a draft that two provinces accepted; 2 withheld, until the room's home says
-- that its sender might write; larger: refused for good, and the stamp of the blank that stands in its place.
CREATE INDEX events_withheld ON events (log, n) WHERE twin = 2;
