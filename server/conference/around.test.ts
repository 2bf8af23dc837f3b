import { expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { stampRecord } from "#protocol/record";
import { postRoomId } from "#protocol/room";
import { openHouse } from "../testing/house-under-test.ts";
import { evidenceIn, membershipIn } from "./around.ts";

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

test("a conversation with a post is between two people while one holds it, else a group (R76)", async () => {
  const house = openHouse();
  const [ali, bano, chand] = [
    await house.enter("is", "Ali"),
    await house.enter("is", "Bano"),
    await house.enter("is", "Chand"),
  ];
  const title = { en: "Deputy Commissioner", ur: "ڈپٹی کمشنر" };
  const room = await postRoomId(ali, "dc");
  const members = membershipIn(house.store);
  await house.store.write(DIRECTORY_ROOM, ({ tables }) =>
    tables.offices.putPost({ id: "dc", province: "is", unit: "u", title }),
  );
  const kinds: unknown[] = [];
  await house.change(ali, room, { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dc"] });
  kinds.push(members.kindOf(room));
  for (const person of [bano, chand]) {
    const charge = { id: person, post: "dc", person, kind: "regular" as const, from: 0, to: null };
    await house.store.write(DIRECTORY_ROOM, ({ tables }) => tables.offices.putCharge(charge));
    await house.rooms.succeed(room, "dc");
    kinds.push(members.kindOf(room));
  }
  expect(kinds).toEqual(["group", "direct", "group"]);
});

test("a call's entry is a message as it is shown in its room, and a device counts while it is not shut out (R180, R181)", async () => {
  const house = openHouse();
  const ali = await house.enter("is", "Ali");
  const bano = await house.enter("pb", "Bano");
  const room = await house.group(ali, [bano]);
  const evidence = evidenceIn(house.store, () => true, false);
  const call = mintId(house.wall.ms);
  expect(evidence.entryOf(room, call)).toBeUndefined();
  await house.say(ali, room, "Call", call);
  expect(evidence.entryOf(room, call)?.by).toBe(ali);
  expect(Math.abs((evidence.entryOf(room, call)?.at ?? 0) - house.wall.ms)).toBeLessThan(1_000);
  expect(evidence.entryOf(await house.group(ali, []), call)).toBeUndefined();
  // What changes a room begins no call, though its id is somebody's.
  const change = mintId(house.wall.ms);
  await house.change(ali, room, { op: "rename", name: "Other" }, { id: change });
  expect(house.store.find(room, change)).toBeDefined();
  expect(evidence.entryOf(room, change)).toBeUndefined();
  // Nor does what is there and is not shown.
  const brought: unknown[] = [];
  for (const [n, how] of (["shown", "withheld", "refused"] as const).entries()) {
    const id = mintId(house.wall.ms + n);
    const record = house.draft(bano, room, "Call", id);
    stampRecord(record, "pb-000000001", n + 1, house.store.latest(room) + 4096);
    expect(await house.store.write(room, (tx) => tx.apply(record, how))).toBe("applied");
    brought.push(evidence.entryOf(room, id)?.by);
  }
  expect(brought).toEqual([bano, undefined, undefined]);
  expect(evidence.deviceOf(ali)).toEqual({ person: ali, key: "-" });
  await house.enrolment.revoke(ali);
  expect([evidence.deviceOf(ali), evidence.deviceOf(mintId(0))]).toEqual([undefined, undefined]);
});
