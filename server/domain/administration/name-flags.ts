import type { Bilingual, Entry } from "#protocol/directory";
import type { Refused } from "#protocol/order";
import { looksLike, mixesScripts } from "../directory/look-alikes.ts";
import type { Store } from "../ports.ts";

/** People and posts whose names are compared with one. */
const MOST_ALIKE = 50;

/** Names of an order's people and posts that may be taken for another's: for the administrator to look at, not refused. */
export function nameFlags(entries: readonly Entry[], store: Pick<Store, "search" | "tables">): Refused[] {
  const { offices } = store.tables;
  return entries.flatMap((entry): Refused[] => {
    if ("person" in entry) {
      const { id, name } = entry.person;
      const others = store.search(name.en, MOST_ALIKE).filter((one) => one.id !== id);
      return flag(
        id,
        name,
        others.map((one) => one.name),
      );
    }
    if (!("post" in entry)) return [];
    const { id, title, unit } = entry.post;
    const others = offices.findPosts(title.en, MOST_ALIKE).filter((one) => one.id !== id && one.unit === unit);
    return flag(
      id,
      title,
      others.map((one) => one.title),
    );
  });
}

function flag(id: string, name: Bilingual, others: readonly Bilingual[]): Refused[] {
  if (mixesScripts(name.en) || mixesScripts(name.ur))
    return [{ id, why: "A word of this name mixes letters of several scripts." }];
  const twin = others.some((other) => looksLike(name.en, other) || looksLike(name.ur, other));
  return twin ? [{ id, why: "This name looks like that of somebody else in the directory." }] : [];
}
