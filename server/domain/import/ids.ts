import { createHash } from "node:crypto";
import type { Bilingual, ChargeId, PostId, UnitId } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";

/**
 * Ids of what an import brings follow from what it is, so that the same file twice, or on two machines, makes nothing
 * twice (SHA-256, first 16 bytes).
 */
const idOf = (...words: string[]): string => createHash("sha256").update(words.join("\n")).digest("hex").slice(0, 32);

/**
 * The id itself, or, where another province has said that it is its own, one that follows from it: ids that follow from
 * names and numbers can be guessed, and whoever took them first would keep this province from entering its people.
 * @param holder whose it is in the directory
 */
export function unclaimed(id: string, province: Province, holder: (id: string) => Province | undefined): string {
  const own = (holder(id) ?? province) === province;
  return own ? id : unclaimed(idOf("beep again v1", id), province, holder);
}

export const nameOf = ({ en }: Bilingual): string => en.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

export const personIdOf = (province: Province, number: string): PersonId => idOf("beep person v1", province, number);
export const unitIdOf = (province: Province, parent: UnitId | null, name: Bilingual): UnitId =>
  idOf("beep unit v1", province, parent ?? "", nameOf(name));
export const postIdOf = (unit: UnitId, title: Bilingual, number: string): PostId =>
  idOf("beep office v1", unit, nameOf(title), number);
export const chargeIdOf = (person: PersonId, post: PostId, from: number): ChargeId =>
  idOf("beep charge v1", person, post, String(from));
