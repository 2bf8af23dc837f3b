-- The people of a unit are counted and paged by the index alone.
DROP INDEX people_unit;
CREATE INDEX people_unit ON people (unit, province, id) WHERE unit IS NOT NULL;
