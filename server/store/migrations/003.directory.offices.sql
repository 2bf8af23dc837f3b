-- Tables of directory.db alone: units, posts and who holds charge of them, waves, roles, photos, the provinces' keys.
-- What is looked up by is read out of the person itself, so that the two cannot part.
-- Numbers and addresses are one however they are typed.
ALTER TABLE people ADD COLUMN number TEXT GENERATED ALWAYS AS (upper(person ->> '$.number')) VIRTUAL;
ALTER TABLE people ADD COLUMN email TEXT GENERATED ALWAYS AS (lower(person ->> '$.contact.email')) VIRTUAL;
ALTER TABLE people ADD COLUMN mobile TEXT GENERATED ALWAYS AS (person ->> '$.contact.mobile') VIRTUAL;
ALTER TABLE people ADD COLUMN unit TEXT GENERATED ALWAYS AS (person ->> '$.unitId') VIRTUAL;
ALTER TABLE people ADD COLUMN state TEXT GENERATED ALWAYS AS (coalesce(person ->> '$.state', 'active')) VIRTUAL;
DROP INDEX people_province;
CREATE INDEX people_province ON people (province, id);
CREATE INDEX people_number ON people (province, number) WHERE number IS NOT NULL;
CREATE INDEX people_email ON people (province, email) WHERE email IS NOT NULL;
CREATE INDEX people_mobile ON people (province, mobile) WHERE mobile IS NOT NULL;
CREATE INDEX people_unit ON people (unit) WHERE unit IS NOT NULL;
CREATE INDEX people_state ON people (province, state, id) WHERE state <> 'active';
CREATE INDEX devices_person ON devices (person);

CREATE TABLE units (id TEXT PRIMARY KEY, province TEXT NOT NULL, parent TEXT, unit TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX units_province ON units (province);
CREATE INDEX units_parent ON units (parent) WHERE parent IS NOT NULL;

CREATE TABLE posts (
  id TEXT PRIMARY KEY,
  province TEXT NOT NULL,
  unit TEXT NOT NULL,
  closed INTEGER NOT NULL,
  post TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_province ON posts (province);
CREATE INDEX posts_unit ON posts (unit);

-- `ends` is exclusive; NULL until further orders.
CREATE TABLE charges (
  id TEXT PRIMARY KEY,
  post TEXT NOT NULL,
  person TEXT NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER,
  cancelled INTEGER NOT NULL,
  charge TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX charges_post ON charges (post, begins) WHERE NOT cancelled;
CREATE INDEX charges_person ON charges (person, begins) WHERE NOT cancelled;
CREATE INDEX charges_begins ON charges (begins) WHERE NOT cancelled;
CREATE INDEX charges_ends ON charges (ends) WHERE NOT cancelled AND ends IS NOT NULL;

CREATE TABLE waves (id TEXT PRIMARY KEY, province TEXT NOT NULL, place INTEGER NOT NULL, wave TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX waves_province ON waves (province, place);

-- Grants of roles; `grants` is a table of the log.
CREATE TABLE roles (id TEXT PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX roles_person ON roles (person);

CREATE TABLE photos (person TEXT PRIMARY KEY, photo TEXT NOT NULL) STRICT;
CREATE TABLE province_keys (province TEXT PRIMARY KEY, key TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Devices that another province shut out before their own province's word of them came: how often, as the entry counts.
CREATE TABLE shut_out (
  device TEXT NOT NULL,
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  turn INTEGER NOT NULL,
  PRIMARY KEY (device, person, key)
) STRICT, WITHOUT ROWID;
