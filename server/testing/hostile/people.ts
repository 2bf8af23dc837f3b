import { createHash } from "node:crypto";
import type { Entry, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId, type Province } from "#protocol/ids";
import { openSigner } from "../../auth/province-key.ts";
import { verifyNow } from "../../auth/verify.ts";
import { sealer } from "../../domain/audit/seal.ts";
import { HybridClock } from "../../domain/clock.ts";
import { Directory } from "../../domain/directory/directory.ts";
import { Enrolment } from "../../domain/enrolment/enrolment.ts";
import { openStore } from "../../store/open.ts";

/** Who is who among the people of each province. */
export const WHO = { clerk: 0, second: 1, load: [2, 3], visitor: 4, holder: 5 } as const;
export const PEOPLE = 6;
const HOUR = 3_600_000;

export function personOf(province: Province, i: number): Person {
  const name = `Person ${i} of ${province}`;
  const id = createHash("sha256").update(`hostile ${name}`).digest("hex").slice(0, 32);
  return { id, province, name: { en: name, ur: name }, post: { en: "", ur: "" }, unit: { en: "", ur: "" } };
}

/** Every official sits at an address of their own. */
export const addressOf = (person: PersonId): string =>
  `10.${Number.parseInt(person.slice(0, 2), 16)}.${Number.parseInt(person.slice(2, 4), 16)}.7`;

export const unitOf = (province: Province) => `unit-${province}`;
export const postOf = (province: Province) => `post-${province}`;
const adminGrant = (province: Province, who: number) => `grant-${province}-${who}`;

function entriesOf(province: Province, people: readonly Person[]): Entry[] {
  const name = { en: `Office of ${province}`, ur: "" };
  const holder = people[WHO.holder] as Person;
  const grant = (who: number): Entry => {
    const { id: person } = people[who] as Person;
    const role = { person, role: "provincial", scope: { province } } as const;
    return { grant: { id: adminGrant(province, who), ...role, from: 0, to: null } };
  };
  return [
    ...people.map((person) => ({ person })),
    { unit: { id: unitOf(province), province, parent: null, kind: "department", name } },
    { post: { id: postOf(province), province, unit: unitOf(province), title: name } },
    {
      charge: {
        ...{ id: `charge-${province}`, post: postOf(province), person: holder.id, kind: "regular" },
        ...{ from: Date.now() - HOUR, to: null },
      },
    },
    grant(WHO.clerk),
    grant(WHO.second),
  ];
}

/** Enters a province's people and offices and issues their codes before its node first starts. */
export async function enter(
  data: string,
  province: Province,
  provinces: readonly Province[],
  people: readonly Person[],
) {
  const store = openStore({ folder: data, province });
  const signer = openSigner(store.secrets);
  const directory = new Directory(store, new HybridClock(Date.now), Date.now, () => provinces, signer);
  store.tables.audit.sealWith(sealer(province, signer, verifyNow));
  const enrolment = new Enrolment(store, directory, Date.now);
  const own = people.filter((one) => one.province === province);
  await store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "operator", entriesOf(province, own)));
  const codes: [PersonId, string][] = [];
  for (const { id } of own) codes.push([id, await enrolment.issueCode(id, HOUR)]);
  await store.close();
  return codes;
}
