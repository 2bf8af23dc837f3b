/** Words that stand in several refusals. Not there and out of reach are not told apart. */
export const NO_PERSON = "There is no such person in your part of the directory.";
export const NO_DEVICE = "There is no such device in your part of the directory.";
export const ANOTHERS_HAND = "Nobody does this for themself. Another administrator must.";
