import { expect, test } from "bun:test";
import { mintId, type PersonId, type RoomId } from "#protocol/ids";
import { type ControlOp, directRoomId } from "#protocol/room";
import { openHouse } from "../testing/house-under-test.ts";
import { MEMBERS_A_DAY, ROOMS_A_DAY } from "./day-limits.ts";
import { AppError } from "./error.ts";

const DAY_MS = 24 * 3600_000;
const limitOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "done",
    (error) => (error instanceof AppError ? [error.code, error.options.limit] : error),
  );

test("whatever kinds of rooms they are, a person begins so many a day, and others begin theirs (R173)", async () => {
  const house = openHouse();
  const people = await Promise.all(Array.from({ length: ROOMS_A_DAY + 2 }, (_, i) => house.enter("is", `P${i}`)));
  const [eager, calm] = people as [PersonId, PersonId];
  const begin = async (by: PersonId, i: number) => {
    const other = people[i + 2] as PersonId;
    const direct = i % 3 === 0;
    const room: RoomId = direct ? await directRoomId(by, other) : mintId(house.wall.ms);
    const kind = direct ? "direct" : i % 3 === 1 ? "group" : "channel";
    return house.change(by, room, { op: "create", kind, name: direct ? "" : "Room", history: "all", members: [other] });
  };
  for (let i = 0; i < ROOMS_A_DAY; i++) expect(await limitOf(begin(eager, i))).toBe("done");
  for (const i of [1, 2]) expect(await limitOf(begin(eager, i))).toEqual(["fix", "rooms"]);
  expect(await limitOf(begin(calm, 1))).toBe("done");
  // What is no new room goes on: leaving above all.
  const own = house.store.roomsOf(eager).find((id) => house.store.room(id)?.kind === "group") as RoomId;
  expect(await limitOf(house.change(eager, own, { op: "rename", name: "Another" }))).toBe("done");
  house.wall.ms += DAY_MS;
  expect(await limitOf(begin(eager, 1))).toBe("done");
});

test("so many places are given away in a day, by creating and by adding alike; what is refused counts nothing (R173)", async () => {
  const house = openHouse();
  const eager = await house.enter("is", "Eager");
  const others = await Promise.all(Array.from({ length: 150 }, (_, i) => house.enter("is", `P${i}`)));
  const create = (members: PersonId[]): ControlOp => ({
    op: "create",
    kind: "group",
    name: "Room",
    history: "all",
    members,
  });
  let given = 0;
  let rooms = 0;
  while (given + 150 <= MEMBERS_A_DAY) {
    const room = mintId(house.wall.ms);
    const first = rooms++ % 2 === 0 ? others : [];
    expect(await limitOf(house.change(eager, room, create(first)))).toBe("done");
    if (first.length === 0)
      expect(await limitOf(house.change(eager, room, { op: "add", members: others }))).toBe("done");
    given += 150;
  }
  const rest = others.slice(0, MEMBERS_A_DAY - given);
  const last = mintId(house.wall.ms);
  expect(await limitOf(house.change(eager, last, create(others)))).toEqual(["fix", "members"]);
  expect(house.store.room(last)).toBeUndefined();
  expect(await limitOf(house.change(eager, last, create(rest)))).toBe("done");
  expect(await limitOf(house.change(eager, last, { op: "add", members: others.slice(-1) }))).toEqual([
    "fix",
    "members",
  ]);
  house.wall.ms += DAY_MS;
  expect(await limitOf(house.change(eager, last, { op: "add", members: others.slice(-1) }))).toBe("done");
});
