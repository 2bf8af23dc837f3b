import type { AdminRole, Grant } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";

export type Section =
  | "overview"
  | "people"
  | "import"
  | "units"
  | "posts"
  | "waves"
  | "invitations"
  | "sessions"
  | "reports"
  | "orders"
  | "grants"
  | "tokens"
  | "audit";

const MANAGE: readonly Section[] = [
  "overview",
  "people",
  "import",
  "units",
  "posts",
  "waves",
  "invitations",
  "sessions",
  "reports",
  "orders",
  "grants",
  "tokens",
];

const SEEN: Record<AdminRole, readonly Section[]> = {
  nodal: ["overview", "people", "import", "invitations", "sessions", "reports", "orders"],
  provincial: MANAGE,
  federal: MANAGE,
  auditor: [...MANAGE.filter((section) => section !== "import"), "audit"],
  custodian: ["overview"],
};

type Deed = OrderAct["do"] | "put-office";

/** `put-office`: units, posts, charges and waves, where `put` alone is people. */
const DONE: Record<AdminRole, readonly Deed[] | "all"> = {
  nodal: ["put", "invite", "uninvite", "revoke"],
  provincial: "all",
  federal: "all",
  auditor: ["export"],
  custodian: [],
};

/** The sections that somebody with these roles may see, in the order of the menu. */
export const sectionsOf = (roles: readonly Grant[]): Section[] =>
  [...MANAGE, "audit" as const].filter((section) => roles.some(({ role }) => SEEN[role].includes(section)));

/** Whether any of these roles gives such orders at all; the node decides about each one. */
export const may = (roles: readonly Grant[], deed: Deed): boolean =>
  roles.some(({ role }) => {
    const done = DONE[role];
    return done === "all" || done.includes(deed);
  });

/** Whoever could give an order may be the second to say yes to it; the audit log is the auditors' alone. */
export const mayApprove = (roles: readonly Grant[], act: OrderAct): boolean =>
  act.do === "export" && act.what === "audit" ? roles.some(({ role }) => role === "auditor") : may(roles, act.do);
