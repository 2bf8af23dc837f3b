type Random = () => number;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const ODD: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1e308,
  4294967296,
  "",
  "0".repeat(32),
  "../../etc/passwd",
  "' OR 1=1 --",
  "\u0000",
  "\ud800",
  "x".repeat(5000),
  [],
  {},
  [[[[[[]]]]]],
  { toString: "x" },
];

/** The same value with one place in it changed: a leaf swapped, a key dropped or doubled, one id put for another. */
export function mutated(value: Json, random: Random, ids: readonly string[], kept: readonly string[] = []): Json {
  const copy = structuredClone(value);
  const places = placesIn(copy, kept);
  const place = places[Math.floor(random() * places.length)];
  if (!place) return copy;
  const { holder, key } = place as { holder: Record<string, Json>; key: string };
  const odd = random();
  if (odd < 0.5 && ids.length > 0) holder[key] = ids[Math.floor(random() * ids.length)] as string;
  else if (odd < 0.6) delete holder[key];
  else if (odd < 0.7) holder[key] = [holder[key] as Json, holder[key] as Json];
  else if (odd < 0.75) Object.defineProperty(holder, "__proto__", { value: { role: "provincial" }, enumerable: true });
  else holder[key] = ODD[Math.floor(random() * ODD.length)] as Json;
  return copy;
}

function placesIn(value: Json, kept: readonly string[]): { holder: object; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    kept.includes(key) ? [] : [{ holder: value, key }, ...placesIn(item as Json, kept)],
  );
}
