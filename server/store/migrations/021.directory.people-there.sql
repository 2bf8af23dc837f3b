-- People who were removed are neither counted nor paged, and still nothing is read but the index.
DROP INDEX people_unit;
CREATE INDEX people_unit ON people (unit, province, id) WHERE unit IS NOT NULL AND state <> 'removed';
CREATE INDEX people_there ON people (province, id) WHERE state <> 'removed';
