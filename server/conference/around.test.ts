import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { openHouse } from "../testing/house-under-test.ts";
import { membershipIn } from "./around.ts";

test("the store answers who is in a room, and knows nothing of rooms that are not here", async () => {
  const house = openHouse();
  const ali = await house.enter("is", "Ali");
  const bano = await house.enter("pb", "Bano");
  const stranger = await house.enter("is", "Stranger");
  const room = await house.group(ali, [bano]);
  const members = membershipIn(house.store);
  expect([...members.membersOf(room)].sort()).toEqual([ali, bano].sort());
  expect([members.roleOf(room, ali), members.roleOf(room, bano)]).toEqual(["owner", "member"]);
  expect(members.roleOf(room, stranger)).toBeUndefined();
  expect([...members.provincesOf(room)].sort()).toEqual(["is", "pb"]);
  expect(members.kindOf(room)).toBe("group");
  expect(members.provinceOf(bano)).toBe("pb");
  const nowhere = mintId(0);
  expect([members.kindOf(nowhere), members.membersOf(nowhere), members.provincesOf(nowhere)]).toEqual([
    undefined,
    [],
    [],
  ]);
  expect(members.provinceOf(nowhere)).toBeUndefined();
});
