import { AUDIT_OPTIONS } from "./audit-command.ts";

const TEXTS = [
  ...(["data", "hours", "days", "name", "name-ur", "post", "post-ur", "unit", "unit-ur", "title", "title-ur"] as const),
  ...(["in", "number", "grade", "email", "mobile", "office", "ldap", "kind", "parent", "from", "to", "order"] as const),
  ...(["who", "people", "units", "opens", "closes", "quota", "place", "max-errors", "max-sign-in-ms"] as const),
  ...(["min-disk", "role", "way", "print"] as const),
] as const;
type Text = (typeof TEXTS)[number];

/** Everything that may stand behind two dashes. */
export const OPTIONS = {
  ...(Object.fromEntries(TEXTS.map((name) => [name, { type: "string" }])) as Record<Text, { type: "string" }>),
  ...AUDIT_OPTIONS,
  "dry-run": { type: "boolean" },
  removals: { type: "boolean" },
  help: { type: "boolean" },
} as const;
