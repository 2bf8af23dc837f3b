import { DIRECTORY_ROOM } from "#protocol/ids";
import type { Directory } from "../directory/directory.ts";
import type { Secrets, Store } from "../ports.ts";

const NAME = "public-marked";
/** People who are marked in one transaction. */
const PIECE = 100;

/**
 * Marks, once, who came by a public wave before such people were marked as they came (R131). Whom an administrator has
 * given a number or a charge since is an official. @returns how many there were
 */
export async function markPublic(store: Store, directory: Directory, secrets: Secrets): Promise<number> {
  if (secrets.get(NAME) !== undefined) return 0;
  const { offices, invitations } = store.tables;
  const waves = offices.waves(store.province).filter(({ who }) => who.kind === "public");
  const people = waves
    .flatMap(({ id }) => invitations.peopleOfWave(id))
    .flatMap((id) => store.person(id) ?? [])
    .filter(({ id, number }) => number === undefined && offices.chargesOf(id).length === 0);
  for (let at = 0; at < people.length; at += PIECE) {
    const part = people.slice(at, at + PIECE).map((person) => ({ person: { ...person, public: true as const } }));
    await store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "enrolment", part));
  }
  secrets.set(NAME, "1");
  return people.length;
}
