import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIRECTORY_ROOM, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { type ControlOp, directRoomId } from "#protocol/room";
import { openStore } from "../store/open.ts";
import { openHouse } from "../testing/house-under-test.ts";
import { HybridClock } from "./clock.ts";
import { MEMBERS_A_DAY, ROOMS_A_DAY } from "./day-limits.ts";
import { AppError } from "./error.ts";
import { Rooms } from "./rooms.ts";

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

test("a node that starts again gives nobody a new day: what was done in any file counts (R173)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "beep-days-"));
  try {
    const wall = { ms: Date.UTC(2026, 10, 22, 9) };
    const [eager, other] = [mintId(wall.ms++), mintId(wall.ms++)] as [PersonId, PersonId];
    const begin = async (times: number, expected: unknown) => {
      const store = openStore({ folder, province: "is", files: 3 });
      const rooms = new Rooms(
        store,
        new HybridClock(() => wall.ms),
        async () => true,
        () => wall.ms,
      );
      const change: ControlOp = { op: "create", kind: "group", name: "Room", history: "all", members: [other] };
      const ask = { change, person: eager, device: eager, signature: "-" };
      for (let i = 0; i < times; i++) {
        const room = mintId(wall.ms++);
        expect(await limitOf(rooms.control({ ...ask, id: mintId(wall.ms++), room }))).toEqual(expected);
      }
      await store.close();
    };
    const store = openStore({ folder, province: "is", files: 3 });
    await store.write(DIRECTORY_ROOM, (tx) => {
      const words = { en: "P", ur: "" };
      for (const id of [eager, other]) {
        tx.putPerson({ id, province: "is", name: words, post: words, unit: words });
        tx.putDevice({ id, person: id, key: "-", label: "", revoked: false });
      }
    });
    await store.close();
    await begin(ROOMS_A_DAY - 1, "done");
    await begin(1, "done");
    await begin(2, ["fix", "rooms"]);
    wall.ms += DAY_MS;
    await begin(2, "done");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
