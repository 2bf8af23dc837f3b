import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { IssuedInvitation } from "#protocol/order";
import { invitationSheet as sheetOf } from "../domain/enrolment/invitation-sheet.ts";

/** The client's own: the machine that prints may have no letters for Urdu. */
const FONT = join(import.meta.dir, "../../web/styles/fonts/naskh.woff2");

/** Invitations to print and hand over, a page for each person whose code was shown. */
export function invitationSheet(
  invitations: readonly IssuedInvitation[],
  people: ReadonlyMap<PersonId, Person>,
): string {
  const none = { en: "", ur: "" };
  return sheetOf(
    invitations.flatMap(({ person, code, url, expires }) => {
      if (!code) return [];
      const { name, post, unit } = people.get(person) ?? { name: { en: person, ur: "" }, post: none, unit: none };
      // A folder without a node knows no address: its codes are entered by hand.
      return [{ name, post, unit, code, expires, url: url && URL.canParse(url) ? url : undefined }];
    }),
    existsSync(FONT) ? readFileSync(FONT, "base64") : undefined,
  );
}
