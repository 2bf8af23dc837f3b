import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { openHouse } from "../../testing/house-under-test.ts";
import { voidWays } from "./void-ways.ts";

test("every way of a person is void, nobody else's is, and the log has it (R143)", async () => {
  const { store, enter, wall } = openHouse();
  const people = [await enter("is", "Ayesha"), await enter("is", "Bilal")] as const;
  const { credentials, audit } = store.tables;
  for (const person of people)
    await store.write(DIRECTORY_ROOM, ({ tables: { credentials: tx } }) => {
      const passkey = { key: "k", counter: 0, transports: [], label: "Phone", made: 1, used: null };
      tx.addPasskey({ id: `of ${person}`, person, ...passkey });
      tx.putPin({ person, hash: "h", secret: "s", step: 1, made: 1 });
      tx.putRecovery(person, ["x", "y"]);
      tx.putAccount({ issuer: "i", subject: person, person, claim: "c", made: 1 });
      tx.putMisses(person, { count: 10, until: 9 });
    });
  const ways = (person: string) => [
    credentials.passkeysOf(person).length,
    credentials.pin(person) === undefined,
    credentials.recovery(person).length,
    credentials.accountOf("i", person) === undefined,
    credentials.misses(person) === undefined,
  ];
  expect(await voidWays(store, people[0], "hassan", wall.ms)).toBe(4);
  expect(ways(people[0])).toEqual([0, true, 0, true, true]);
  expect(ways(people[1])).toEqual([1, false, 2, false, false]);
  const facts = { did: "voided", person: people[0], passkeys: 1, pin: true, codes: 2 };
  expect(audit.entries(1, 9).at(-1)).toMatchObject({ kind: "credential", by: { operator: "hassan" }, facts });
});
