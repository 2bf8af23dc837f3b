import type { Province } from "#protocol/ids";
import type { Store } from "../domain/ports.ts";

const EVERYTHING = 1_000_000;

/** All that a replica holds of the provinces' parts of the directory, table by table, a line for each thing. */
export function tablesOf(store: Store, provinces: readonly Province[]): Record<string, string[]> {
  const { offices, audit } = store.tables;
  const of = <T>(list: (province: Province) => readonly T[]) => provinces.flatMap(list);
  const people = of((province) => offices.peopleAfter(province, "", EVERYTHING));
  const posts = of((province) => offices.posts({ province, limit: EVERYTHING }));
  const tables = {
    people,
    posts,
    devices: people.flatMap(({ id }) => store.devicesOf(id)),
    units: of((province) => offices.units(province)),
    charges: posts.flatMap(({ id }) => offices.chargesOfPost(id)),
    roles: of((province) => offices.grants(province)),
    waves: of((province) => offices.waves(province)),
    photos: people.flatMap(({ id }) => offices.photo(id) ?? []),
    keys: of((province) => [offices.provinceKey(province)]),
    heads: of((province) => audit.heads(province)),
  };
  return Object.fromEntries(
    Object.entries(tables).map(([name, list]) => [name, list.map((one) => JSON.stringify(one)).sort()]),
  );
}
