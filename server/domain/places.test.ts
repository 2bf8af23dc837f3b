import { describe, expect, test } from "bun:test";
import type { ControlBody, ControlOp, ControlRequest, Member, PostPlace } from "#protocol/room";
import { decide, succession } from "./control.ts";
import type { Room } from "./ports.ts";

const id = (n: number) => n.toString(16).padStart(32, "0");
const [ayesha, bilal, sana, imran, nobody] = [id(1), id(2), id(3), id(4), id(0)];
const home = new Map([
  [ayesha, "is"],
  [bilal, "pb"],
  [sana, "pb"],
  [imran, "pb"],
]);
const provinceOf = (person: string) => home.get(person);
/** What the directory says of two posts: who holds charge now. */
const charges = (dcq: string[], sec: string[] = []) => {
  const held: Record<string, string[]> = { dcq, sec };
  return (post: string) => held[post];
};
const request = (change: ControlOp, person = ayesha, expect?: number): ControlRequest => ({
  ...{ id: id(100), room: id(9), change, person, device: id(50), signature: "" },
  ...(expect !== undefined && { expect }),
});
const room = (members: Partial<Member>[], posts: PostPlace[], over: Partial<Room> = {}): Room => ({
  ...{ id: id(9), kind: "group", name: "Cell", home: "pb", history: "all", cseq: 4, provinces: ["is", "pb"], posts },
  members: new Map(
    members.map((m) => [
      m.person as string,
      { province: provinceOf(m.person as string), role: "member", since: 1, ...m } as Member,
    ]),
  ),
  ...over,
});
const answer = (r: Room | undefined, q: ControlRequest, holdersOf = charges([bilal])) => {
  try {
    return decide(r, q, "pb", 77, provinceOf, holdersOf);
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const pass = (r: Room, holdersOf: ReturnType<typeof charges>) =>
  succession(r, "dcq", nobody, 88, provinceOf, holdersOf);
const toPost = (over: Partial<Extract<ControlOp, { op: "create" }>> = {}) =>
  request({ op: "create", kind: "post", name: "x", history: "joined", members: [], posts: ["dcq"], ...over });

describe("a conversation with a post", () => {
  test("holds the person by name and who holds charge now, with all its history (R70)", () => {
    expect(answer(undefined, toPost())).toEqual({
      change: toPost().change,
      cseq: 1,
      by: ayesha,
      room: { kind: "post", name: "", home: "pb", history: "all", posts: [{ post: "dcq", role: "owner" }] },
      members: [
        { person: ayesha, province: "is", role: "owner", since: 77 },
        { person: bilal, province: "pb", role: "owner", since: 77, post: "dcq" },
      ],
      removed: [],
    });
  });

  test("waits where the post is vacant, and takes in all who hold it together", () => {
    expect(answer(undefined, toPost(), charges([]))).toMatchObject({ members: [{ person: ayesha }] });
    const both = answer(undefined, toPost(), charges([bilal, sana]));
    expect(both).toMatchObject({ members: [{ person: ayesha }, { person: bilal }, { person: sana }] });
  });

  test("is with one post that there is, not with oneself, and nobody changes it", () => {
    expect(answer(undefined, toPost({ posts: ["nowhere"] }))).toBe("fix");
    expect(answer(undefined, toPost({ posts: ["dcq", "sec"] }))).toBe("fix");
    expect(answer(undefined, toPost({ members: [sana] }))).toBe("fix");
    expect(answer(undefined, toPost(), charges([ayesha]))).toBe("fix");
    const there = room([{ person: ayesha, role: "owner" }], [{ post: "dcq", role: "owner" }], { kind: "post" });
    expect(answer(there, request({ op: "add", members: [sana] }, ayesha, 4))).toBe("fix");
    expect(answer(there, request({ op: "remove", members: [ayesha] }, ayesha, 4))).toBe("fix");
  });
});

describe("places of posts pass on (R71)", () => {
  const places: PostPlace[] = [{ post: "dcq", role: "owner" }];
  const held = room(
    [
      { person: ayesha, role: "owner" },
      { person: bilal, role: "owner", post: "dcq" },
    ],
    places,
  );

  test("who holds charge now comes in with the place's role, who does no longer leaves", () => {
    expect(pass(held, charges([sana]))).toEqual({
      change: { op: "succeed", post: "dcq" },
      cseq: 5,
      by: nobody,
      room: { kind: "group", name: "Cell", home: "pb", history: "all", posts: places },
      members: [{ person: sana, province: "pb", role: "owner", since: 88, post: "dcq" }],
      removed: [bilal],
    });
  });

  test("nothing is written where nothing has changed", () => {
    expect(pass(held, charges([bilal]))).toBeUndefined();
    expect(pass(room([{ person: ayesha }], places), charges([]))).toBeUndefined();
  });

  test("a vacant post keeps its place for whoever comes", () => {
    const vacant = pass(held, charges([]));
    expect(vacant).toMatchObject({ members: [], removed: [bilal], room: { posts: places } });
    expect(pass(room([{ person: ayesha }], places), charges([sana]))).toMatchObject({ members: [{ person: sana }] });
  });

  test("one acting beside the regular holder is there too, and goes by themself", () => {
    expect(pass(held, charges([bilal, sana]))).toMatchObject({ members: [{ person: sana }], removed: [] });
  });

  test("who is a member by name stays one, whatever posts they hold or leave", () => {
    const named = room([{ person: ayesha, role: "owner" }, { person: bilal }], places);
    expect(pass(named, charges([bilal]))).toBeUndefined();
    expect(pass(named, charges([sana]))).toMatchObject({ members: [{ person: sana }], removed: [] });
    const entered = answer(held, request({ op: "add", members: [bilal] }, ayesha, 4));
    expect(entered).toMatchObject({ members: [{ person: bilal, role: "owner", since: 1 }], removed: [] });
    expect((entered as ControlBody).members[0]?.post).toBeUndefined();
  });

  test("who holds two of the posts keeps a place when one of them passes on", () => {
    const two: PostPlace[] = [...places, { post: "sec", role: "member" }];
    const both = room(
      [
        { person: ayesha, role: "owner" },
        { person: bilal, role: "owner", post: "dcq" },
      ],
      two,
    );
    expect(pass(both, charges([bilal], [bilal]))).toBeUndefined();
    expect(pass(both, charges([sana], [bilal]))).toMatchObject({
      members: [
        { person: sana, role: "owner", post: "dcq" },
        { person: bilal, role: "member", post: "sec", since: 1 },
      ],
      removed: [],
    });
  });
});

describe("posts in groups (R72)", () => {
  const group = room([{ person: ayesha, role: "owner" }, { person: imran }], []);
  const withPost = room(
    [
      { person: ayesha, role: "owner" },
      { person: bilal, post: "dcq" },
    ],
    [{ post: "dcq", role: "member" }],
  );

  test("an owner adds a post, with who holds it, and takes it out again", () => {
    expect(answer(group, request({ op: "add", members: [], posts: ["dcq"] }, ayesha, 4))).toMatchObject({
      room: { posts: [{ post: "dcq", role: "member" }] },
      members: [{ person: bilal, post: "dcq" }],
    });
    const out = answer(withPost, request({ op: "remove", members: [], posts: ["dcq"] }, ayesha, 4));
    expect(out).toMatchObject({ removed: [bilal] });
    expect((out as ControlBody).room.posts).toBeUndefined();
    expect(answer(group, request({ op: "add", members: [], posts: ["nowhere"] }, ayesha, 4))).toBe("fix");
    expect(answer(group, request({ op: "add", members: [] }, ayesha, 4))).toBe("fix");
  });

  test("a holder is not removed without the post, not even by themself", () => {
    expect(answer(withPost, request({ op: "remove", members: [bilal] }, ayesha, 4))).toBe("fix");
    expect(answer(withPost, request({ op: "remove", members: [bilal] }, bilal, 4))).toBe("fix");
    expect(answer(withPost, request({ op: "remove", members: [], posts: ["dcq"] }, bilal, 4))).toBe("forbidden");
  });

  test("a role given to a holder is the place's, and an owner may go where a post owns the room", () => {
    const raised = answer(withPost, request({ op: "role", person: bilal, role: "owner" }, ayesha, 4));
    expect(raised).toMatchObject({
      room: { posts: [{ post: "dcq", role: "owner" }] },
      members: [{ person: bilal, role: "owner", post: "dcq" }],
    });
    const owned = room([{ person: ayesha, role: "owner" }, { person: imran }], [{ post: "dcq", role: "owner" }]);
    const gone = answer(owned, request({ op: "remove", members: [ayesha] }, ayesha, 4), charges([]));
    expect(gone).toMatchObject({ removed: [ayesha] });
  });

  test("who is taken out by name and holds a post that has a place stays for the post", () => {
    const named = room([{ person: ayesha, role: "owner" }, { person: bilal }], [{ post: "dcq", role: "member" }]);
    expect(answer(named, request({ op: "remove", members: [bilal] }, ayesha, 4))).toMatchObject({
      members: [{ person: bilal, post: "dcq" }],
      removed: [],
    });
  });
});
