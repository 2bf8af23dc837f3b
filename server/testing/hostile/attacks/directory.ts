import { Database } from "bun:sqlite";
import { join } from "node:path";
import { mintId, type Province } from "#protocol/ids";
import { openSigner } from "../../../auth/province-key.ts";
import { smallJpeg } from "../../small-picture.ts";
import { type Attack, mustSee, type Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { keys, type Lie, orders } from "./directory-hands.ts";
import { postOf, unitOf, WHO } from "../people.ts";
import { DeviceKey } from "../key.ts";

const YEAR = 365 * 24 * 3_600_000;

/** Others' people, posts, roles, keys and witnesses, and orders without the hands that they need. */
export const directory: Attack = {
  name: "directory",
  tries: "enters people, posts, roles, devices, photos and keys of others, and orders nobody approved",
  async run(field) {
    const { hostile, honest, here } = field;
    const impostor = await DeviceKey.make(field.person(here, WHO.second).id, mintId(Date.now()), "10.66.0.1");
    const all = [...(await entries(field, impostor)), ...keys(field), ...(await orders(field))];
    for (const { bodies } of all) await hostile.directory(...bodies);
    await field.rooms.caughtUpEverywhere();
    const tried: Tried[] = [];
    for (const { name, canary, true: isTrue } of all) {
      const at = honest.filter((code) => stands(join(field.site(code).data, "directory.db"), canary));
      if (isTrue) mustSee(at.length === honest.length, "a unit of its own");
      else
        tried.push({
          name,
          succeeded: at.length > 0,
          ...(at.length > 0 && { saw: `it stands at ${at.join(" and ")}` }),
        });
    }
    for (const code of honest) {
      const got = await impostor.ticket(field.site(code).url).catch(() => undefined);
      tried.push({ name: `signs in at ${code} as another's official`, succeeded: got !== undefined });
    }
    return tried;
  },
};

/** Whether a text stands in any table of the directory but those that keep what came as it came. */
function stands(file: string, text: string): boolean {
  const db = new Database(file, { readonly: true });
  try {
    db.run("PRAGMA busy_timeout = 5000");
    const tables = db.query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables
      .filter(({ name }) => !/^(events|outbox|backfill|sqlite_|.*_(data|idx|content|docsize|config)$)/.test(name))
      .some(({ name }) => JSON.stringify(db.query(`SELECT * FROM "${name}"`).all()).includes(text));
  } finally {
    db.close();
  }
}

async function entries(field: Field, impostor: DeviceKey): Promise<Lie[]> {
  const { hostile, here, there } = field;
  const self = hostile.province;
  const [victim, second] = [field.person(here, WHO.clerk), field.person(here, WHO.second)];
  const e = field.person(self, WHO.clerk);
  const stranger = openSigner(new Map());
  const forged = (make: (canary: string, name: { en: string; ur: string }) => unknown[]): [string, unknown[]] => {
    const canary = field.canary();
    return [canary, make(canary, { en: canary, ur: canary })];
  };
  const lie = (name: string, [canary, put]: [string, unknown[]], how = {}): Lie => ({
    ...{ name, canary, bodies: [hostile.issued(put, how)] },
  });
  const unit = (id: string, province: Province, name: unknown) => ({
    unit: { id, province, parent: null, kind: "office", name },
  });
  const key = field.keyOf(victim);
  const device = { id: key.id, person: victim.id, key: key.spki, revoked: false };
  return [
    {
      ...lie(
        "a unit of its own",
        forged((id, name) => [unit(id, self, name)]),
      ),
      true: true,
    },
    ...[here, there].map((code) =>
      lie(
        `a person of ${code}`,
        forged((_, name) => [{ person: { ...e, id: mintId(Date.now()), province: code, name } }]),
      ),
    ),
    lie(
      "another name for somebody",
      forged((_, name) => [{ person: { ...victim, name } }]),
    ),
    lie(
      "somebody taken over",
      forged((_, name) => [{ person: { ...victim, province: self, name } }]),
    ),
    lie(
      "somebody's state",
      forged((_, name) => [{ person: { ...victim, name, state: "removed" } }]),
    ),
    lie(
      "a unit of another",
      forged((id, name) => [unit(id, here, name)]),
    ),
    lie(
      "another's unit renamed",
      forged((_, name) => [unit(unitOf(here), here, name)]),
    ),
    lie(
      "another's unit taken over",
      forged((_, name) => [unit(unitOf(here), self, name)]),
    ),
    lie(
      "another's post",
      forged((_, title) => [{ post: { id: postOf(here), province: here, unit: unitOf(here), title } }]),
    ),
    lie(
      "another's post taken over",
      forged((_, title) => [{ post: { id: postOf(here), province: self, unit: unitOf(self), title } }]),
    ),
    ...[e, second].map((person) =>
      lie(
        `charge of another's post for ${person.province}`,
        forged((id) => [
          { charge: { id, post: postOf(here), person: person.id, kind: "acting", from: Date.now() - 1_000, to: null } },
        ]),
      ),
    ),
    lie(
      "another's charge ended",
      forged((order) => [
        {
          charge: {
            ...{ id: `charge-${here}`, post: postOf(here), person: field.person(here, WHO.holder).id },
            ...{ kind: "regular", from: Date.now() - YEAR, to: Date.now(), order },
          },
        },
      ]),
    ),
    ...[
      [e, here],
      [second, here],
      [second, self],
    ].map(([person, province]) =>
      lie(
        `a role in ${province as Province} for ${(person as typeof e).province}`,
        forged((id) => [
          {
            grant: {
              ...{ id, person: (person as typeof e).id, role: "provincial", scope: { province } },
              ...{ from: 0, to: null },
            },
          },
        ]),
      ),
    ),
    // Federal administrators are people of is, who may name its own.
    ...(self === "is"
      ? []
      : [
          lie(
            "a federal role",
            forged((id) => [
              { grant: { id, person: e.id, role: "federal", scope: { province: self }, from: 0, to: null } },
            ]),
          ),
        ]),
    lie(
      "a device for another's official",
      forged((label) => [
        { device: { id: impostor.id, person: impostor.person, key: impostor.spki, label, revoked: false } },
      ]),
    ),
    lie(
      "another key for a device",
      forged((label) => [{ device: { ...device, key: impostor.spki, label } }]),
    ),
    lie(
      "a device given to another",
      forged((label) => [{ device: { ...device, person: e.id, label } }]),
    ),
    lie(
      "another's device renamed",
      forged((label) => [{ device: { ...device, label, turn: 0 } }]),
    ),
    lie(
      "another's device let back",
      forged((label) => [{ device: { ...device, label, turn: 2 * Math.ceil(field.random() * 9) } }]),
    ),
    {
      ...{ name: "a photo of another's official", canary: smallJpeg().slice(0, 60) },
      bodies: [hostile.issued([{ photo: { person: victim.id, type: "image/jpeg", bytes: smallJpeg() } }])],
    },
    lie(
      "a wave of another",
      forged((id, name) => [
        {
          wave: {
            ...{ id, province: here, place: 1, name, who: { kind: "public" }, quota: null, opens: 0, closes: null },
            ...{ gates: {}, hand: "close" },
          },
        },
      ]),
    ),
    lie(
      "issued in another's name",
      forged((id, name) => [unit(id, here, name)]),
      { province: here },
    ),
    lie(
      "issued by a stranger's key",
      forged((id, name) => [unit(id, self, name)]),
      { signer: stranger },
    ),
  ];
}
