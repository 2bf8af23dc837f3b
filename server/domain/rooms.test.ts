import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { directRoomId } from "#protocol/room";
import { openHouse, refusal } from "../testing/house-under-test.ts";

test("a request whose signature does not match, or whose device is revoked, changes nothing", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const room = await house.group(ayesha, []);
  expect(await refusal(house.change(ayesha, room, { op: "rename", name: "Forged" }, { signature: "bad" }))).toBe("fix");
  await house.enrolment.revoke(ayesha);
  expect(await refusal(house.change(ayesha, room, { op: "rename", name: "Stolen" }))).toBe("sign-in");
  expect(house.store.room(room)?.name).toBe("Room");
});

test("the same request again changes nothing", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const room = mintId(3);
  const id = mintId(4);
  const create = { op: "create", kind: "group", name: "Once", history: "all", members: [] } as const;
  await house.change(ayesha, room, { ...create, members: [] }, { id });
  expect(await house.change(ayesha, room, { ...create, members: [] }, { id })).toMatchObject({ state: "done" });
  expect(house.store.room(room)?.cseq).toBe(1);
});

test("elsewhere a request is kept until the home has answered", async () => {
  const house = openHouse("is");
  const ayesha = await house.enter("is", "Ayesha");
  const nadia = await house.enter("pb", "Nadia");
  const sent: string[] = [];
  house.rooms.onKept((request, home) => sent.push(`${request.change.op} ${home}`));
  const outcomes: string[] = [];
  house.rooms.onOutcome((_id, _person, outcome) => outcomes.push(outcome.state));
  const room = mintId(6);
  const create = { op: "create", kind: "group", name: "Hers", history: "all", members: [ayesha] } as const;
  expect(await house.change(nadia, room, { ...create, members: [ayesha] })).toEqual({
    state: "waiting",
    province: "pb",
  });
  expect(sent).toEqual(["create pb"]);
  const [kept] = house.store.requests();
  expect(kept?.room).toBe(room);
  await house.rooms.settle(kept?.id ?? "", nadia, { state: "done" });
  expect(house.store.requests()).toEqual([]);
  expect(outcomes).toEqual(["done"]);
});

test("the room of two is the same whoever begins it", async () => {
  const house = openHouse("is");
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = await directRoomId(ayesha, bilal);
  expect(await directRoomId(bilal, ayesha)).toBe(room);
  const direct = (other: string) =>
    ({ op: "create", kind: "direct", name: "", history: "all", members: [other] }) as const;
  await house.change(ayesha, room, { ...direct(bilal), members: [bilal] });
  expect(await refusal(house.change(bilal, room, { ...direct(ayesha), members: [ayesha] }))).toBe("done");
  expect(house.store.room(room)?.cseq).toBe(1);
  expect(await refusal(house.change(ayesha, mintId(9), { ...direct(bilal), members: [bilal] }))).toBe("fix");
});

test("malformed requests are refused before anything is looked up", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  for (const change of [null, {}, { op: "add", members: "x" }, { op: "add", members: ["__proto__"] }, { op: "nuke" }])
    expect(await refusal(house.change(ayesha, mintId(1), change as never))).toMatch(/^(fix|elsewhere)$/);
});
