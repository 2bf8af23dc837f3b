import type { AdminRole } from "#protocol/directory";
import type { Site } from "./fleet.ts";
import { provinceName } from "./province-names.ts";
import { ROLES } from "./seed-offices.ts";
import { PEOPLE, type Who } from "./seed-people.ts";

const WORDS: Record<AdminRole, string> = {
  federal: "federal administrator",
  provincial: "administrator",
  nodal: "nodal officer",
  auditor: "auditor",
  custodian: "custodian",
};

/** Addresses, and for each person the post and a one-time code: what the demo prints when it is ready. */
export function signInTable(sites: readonly Site[], codes: ReadonlyMap<Who, string>): string {
  const people = [...codes.keys()].map((who) => PEOPLE[who]);
  const nameWidth = Math.max(...people.map(({ name }) => name.en.length));
  const postWidth = Math.max(...people.map(({ post }) => post.en.length));
  const lines: string[] = [];
  for (const { code: province, url } of sites) {
    lines.push("", `${provinceName(province)?.en ?? province}   ${url}`);
    for (const [who, code] of codes) {
      if (sites.length > 1 && PEOPLE[who].province !== province) continue;
      const { name, post } = PEOPLE[who];
      const role = ROLES.find(([one]) => one === who)?.[1];
      const said = role ? `${WORDS[role]}` : "";
      lines.push(
        `  ${code}  ${name.en.padEnd(nameWidth)}  ${post.en.padEnd(postWidth)}  ${said.padEnd(21)}  ${name.ur}`,
      );
    }
  }
  lines.push(
    "",
    "Open an address in a browser and sign in with a code. Each code works once, for a day; every start gives new ones.",
  );
  return lines.join("\n");
}
