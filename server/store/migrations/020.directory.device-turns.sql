-- What each province said of a device: the highest turn (device-turn.ts). What was said before is told apart by province
-- only once the others' logs are read anew; until then it is the home's own. A turn that lies far ahead is none that any
-- home came to by itself.
CREATE TABLE device_turns (
  device TEXT NOT NULL,
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  province TEXT NOT NULL,
  turn INTEGER NOT NULL,
  PRIMARY KEY (device, person, key, province)
) STRICT, WITHOUT ROWID;
INSERT INTO device_turns (device, person, key, province, turn)
  SELECT said.id, said.person, said.device ->> '$.key', people.province,
    CASE WHEN said.turn > 499999999 THEN said.turn % 2 ELSE said.turn END
  FROM (SELECT id, person, device, coalesce(device ->> '$.turn', device ->> '$.revoked', 0) AS turn FROM devices) AS said
  JOIN people ON people.id = said.person;
-- Whose word these were is not known: they count as nobody's, and go on counting.
INSERT INTO device_turns (device, person, key, province, turn) SELECT device, person, key, '', turn FROM shut_out;
DROP TABLE shut_out;
