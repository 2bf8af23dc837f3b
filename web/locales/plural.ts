/** Chooses a form by the rules of the language (CLDR through Intl); English and Urdu both know `one` and `other`. */
export function plural(lang: string): (n: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(lang);
  return (n, one, other) => (rules.select(n) === "one" ? one : other).replace("#", String(n));
}
