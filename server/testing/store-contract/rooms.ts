import { expect, test } from "bun:test";
import type { PostPlace } from "#protocol/room";
import { type Fresh, AYESHA, at, BILAL, draft, id, makeRoom, member, ROOM, roomIn, SANA } from "./material.ts";

export function roomRules(fresh: Fresh): void {
  test("a room is unknown until its state is put, whatever else is there", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => tx.append(draft(), at(1), []));
    expect(store.room(ROOM)).toBeUndefined();
    expect(store.roomsOf(AYESHA)).toEqual([]);
  });

  test("a room has its state, its members and the provinces that follow from them", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb", "pb"]);
    const room = store.room(ROOM);
    expect(room).toMatchObject({ id: ROOM, kind: "group", name: "Flood cell", home: "is", history: "all", cseq: 1 });
    expect([...(room?.provinces ?? [])].sort()).toEqual(["is", "pb"]);
    expect(room?.members.get(BILAL)).toEqual(member(BILAL, "pb"));
    expect(room?.members.size).toBe(3);
  });

  test("members are put, replaced and removed; those who left are told of", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const told: unknown[] = [];
    store.onCommit(({ rooms, left }) => told.push({ rooms, left }));
    await store.write(ROOM, (tx) => {
      tx.putMembers(ROOM, [{ ...member(BILAL, "pb"), role: "owner" }]);
      tx.removeMembers(ROOM, [AYESHA, SANA]);
      expect([...(tx.room(ROOM)?.members.keys() ?? [])]).toEqual([BILAL]);
    });
    expect(store.room(ROOM)?.members.get(BILAL)?.role).toBe("owner");
    expect(store.room(ROOM)?.provinces).toEqual(["pb"]);
    expect(told).toEqual([{ rooms: [ROOM], left: [{ room: ROOM, person: AYESHA }] }]);
  });

  test("a room in a caller's hands does not change under it", async () => {
    const store = fresh();
    await makeRoom(store, ["is"]);
    const before = store.room(ROOM);
    await store.write(ROOM, (tx) => {
      tx.putRoom({ id: ROOM, kind: "group", name: "Renamed", home: "is", history: "all", cseq: 2 });
      tx.putMembers(ROOM, [member(BILAL, "pb")]);
    });
    expect([before?.name, before?.members.size]).toEqual(["Flood cell", 1]);
    expect([store.room(ROOM)?.name, store.room(ROOM)?.members.size]).toEqual(["Renamed", 2]);
  });

  test("posts have places in rooms, held or vacant, and rooms are found by them", async () => {
    const store = fresh("is", 2);
    const [one, other] = [roomIn(store, 0), roomIn(store, 1)];
    for (const room of [one, other]) await makeRoom(store, ["is"], room);
    const put = (room: string, posts: PostPlace[]) =>
      store.write(room, (tx) =>
        tx.putRoom({ id: room, kind: "group", name: "Cell", home: "is", history: "all", cseq: 2, posts }),
      );
    const places: PostPlace[] = [
      { post: "sec", role: "member" },
      { post: "dcq", role: "owner" },
    ];
    await put(one, places);
    await put(other, [{ post: "dcq", role: "member" }]);
    await store.write(one, (tx) => tx.putMembers(one, [{ ...member(BILAL, "pb"), post: "dcq" }]));
    expect(store.room(one)?.posts).toEqual(places);
    expect(store.room(one)?.members.get(BILAL)?.post).toBe("dcq");
    expect(store.roomsWithPost("dcq").toSorted()).toEqual([one, other].sort());
    expect([store.postsPlaced("", 9), store.postsPlaced("dcq", 9), store.postsPlaced("", 1)]).toEqual([
      ["dcq", "sec"],
      ["sec"],
      ["dcq"],
    ]);
    await put(one, []);
    await store.write(one, (tx) => tx.putMembers(one, [member(BILAL, "pb")]));
    expect([store.roomsWithPost("dcq"), store.roomsWithPost("sec")]).toEqual([[other], []]);
    expect(store.room(one)?.posts).toBeUndefined();
    expect(store.room(one)?.members.get(BILAL)).toEqual(member(BILAL, "pb"));
  });

  test("a post's province holds its rooms, also while it is vacant", async () => {
    const store = fresh();
    await makeRoom(store, ["is"]);
    await store.write(ROOM, (tx) =>
      tx.putRoom({ id: ROOM, kind: "post", name: "", home: "pb", history: "all", cseq: 2 }),
    );
    expect(store.room(ROOM)?.provinces).toEqual(["is", "pb"]);
    expect([store.roomsWith("is"), store.roomsWith("pb"), store.roomsWith("sd")]).toEqual([[ROOM], [ROOM], []]);
  });

  test("rooms are found by member and by province over all files", async () => {
    const store = fresh("is", 3);
    const rooms = Array.from({ length: 12 }, (_, i) => id(i + 1));
    for (const [i, room] of rooms.entries()) await makeRoom(store, i % 2 ? ["is"] : ["is", "pb"], room);
    expect(new Set(rooms.map((room) => store.fileOf(room))).size).toBe(3);
    expect(store.roomsOf(AYESHA).toSorted()).toEqual(rooms);
    expect(store.roomsOf(BILAL).toSorted()).toEqual(rooms.filter((_, i) => i % 2 === 0));
    expect(store.roomsWith("pb").toSorted()).toEqual(rooms.filter((_, i) => i % 2 === 0));
    expect(store.roomsWith("sd")).toEqual([]);
  });
}
