import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { verifyNow } from "../../auth/verify.ts";
import { bring, issue, openProvinces, person, words } from "../../testing/directory-provinces.ts";
import { rereadDirectory } from "./reread.ts";

const [ASAD, DEPT] = ["a".repeat(32), "d".repeat(32)];

test("what an older program kept without understanding it is read by a newer one, once", async () => {
  const [is, pb] = openProvinces("is", "pb");
  if (!is || !pb) throw new Error("no provinces");
  await is.directory.publishKey();
  await issue(is, { unit: { id: DEPT, province: "is", parent: null, kind: "wing", name: words("Wing") } });
  await issue(is, { person: person(ASAD, "is", { unitId: DEPT, number: "7" }) });
  // As version 0.2 took it: its place in the log, and nothing else.
  const { origin } = is.store;
  for (const record of is.store.range(DIRECTORY_ROOM, origin, 0, 1e9, 1e9))
    await pb.store.write(DIRECTORY_ROOM, (tx) => tx.apply(record));
  expect(pb.store.person(ASAD)).toBeUndefined();
  await issue(is, { person: person(ASAD, "is", { unitId: DEPT, number: "8" }) });
  expect(await bring(is, pb)).toEqual(["refused"]);

  expect(await rereadDirectory(pb.store, pb.store.secrets, verifyNow)).toBe(4);
  expect(pb.store.person(ASAD)?.number).toBe("8");
  expect(pb.store.tables.offices.unit(DEPT)?.name.en).toBe("Wing");
  expect(pb.store.tables.offices.provinceKey("is")).toBe(is.store.tables.offices.provinceKey("is"));
  expect(await rereadDirectory(pb.store, pb.store.secrets, verifyNow)).toBe(0);
});
