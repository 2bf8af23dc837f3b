-- Whether a person was ever given charge of a post: cancelled orders are looked up too, which charges_person leaves out.
CREATE INDEX charges_ever ON charges (person, post);
