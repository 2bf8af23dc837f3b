import { describe, expect, test } from "bun:test";
import type { ControlOp, ControlRequest, Member } from "#protocol/room";
import { decide, MAX_NAMED } from "./control.ts";
import type { Room } from "./ports.ts";

const id = (n: number) => n.toString(16).padStart(32, "0");
const [ayesha, bilal, sana] = [id(1), id(2), id(3)];
const provinces: Record<string, string> = { [ayesha]: "is", [bilal]: "pb", [sana]: "sd" };
const provinceOf = (person: string) => provinces[person];
const charges: Record<string, string[]> = { dcq: [bilal], vacant: [] };
const holdersOf = (post: string) => charges[post];
const room = (members: Pick<Member, "person" | "role">[], over: Partial<Room> = {}): Room => ({
  id: id(9),
  kind: "group",
  name: "Flood cell",
  home: "is",
  history: "all",
  cseq: 4,
  members: new Map(members.map((m) => [m.person, { ...m, province: provinceOf(m.person) as string, since: 1 }])),
  provinces: ["is", "pb"],
  ...over,
});
const request = (change: ControlOp, over: Partial<ControlRequest> = {}): ControlRequest => ({
  id: id(100),
  room: id(9),
  change,
  expect: 4,
  person: ayesha,
  device: id(50),
  signature: "",
  ...over,
});
const group = room([
  { person: ayesha, role: "owner" },
  { person: bilal, role: "member" },
]);
const outcome = (r: Room | undefined, q: ControlRequest) => {
  try {
    return decide(r, q, "is", 77, provinceOf, holdersOf);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a room's home decides its changes", () => {
  test("a new room has its founder as owner and everyone once", () => {
    const body = decide(
      undefined,
      request({ op: "create", kind: "group", name: " Budget ", history: "joined", members: [bilal, bilal, ayesha] }),
      "is",
      77,
      provinceOf,
      holdersOf,
    );
    expect(body.cseq).toBe(1);
    expect(body.room).toEqual({ kind: "group", name: "Budget", home: "is", history: "joined" });
    expect(body.members).toEqual([
      { person: ayesha, province: "is", role: "owner", since: 77 },
      { person: bilal, province: "pb", role: "member", since: 77 },
    ]);
  });

  test("compare-and-set: a change made on an older state is a conflict", () => {
    expect(outcome(group, request({ op: "add", members: [sana] }, { expect: 3 }))).toBe("conflict");
    expect(outcome(group, request({ op: "add", members: [sana] }))).toMatchObject({
      cseq: 5,
      members: [{ person: sana, province: "sd" }],
    });
  });

  test("only owners change a room; anybody may leave", () => {
    expect(outcome(group, request({ op: "rename", name: "Mine" }, { person: bilal }))).toBe("forbidden");
    expect(outcome(group, request({ op: "remove", members: [ayesha] }, { person: bilal }))).toBe("forbidden");
    expect(outcome(group, request({ op: "remove", members: [bilal] }, { person: bilal }))).toMatchObject({
      removed: [bilal],
    });
  });

  test("a stranger learns nothing: no such room and not a member read the same", () => {
    expect(outcome(group, request({ op: "rename", name: "x" }, { person: sana }))).toBe("forbidden");
    expect(outcome(undefined, request({ op: "rename", name: "x" }, { person: sana }))).toBe("forbidden");
  });

  test("the last owner cannot leave others behind, nor step down", () => {
    expect(outcome(group, request({ op: "remove", members: [ayesha] }))).toBe("fix");
    expect(outcome(group, request({ op: "role", person: ayesha, role: "member" }))).toBe("fix");
    const alone = room([{ person: ayesha, role: "owner" }]);
    expect(outcome(alone, request({ op: "remove", members: [ayesha] }))).toMatchObject({ removed: [ayesha] });
  });

  test("direct conversations are between two and stay so", () => {
    const create = (members: string[]): ControlOp => ({
      op: "create",
      kind: "direct",
      name: "x",
      history: "joined",
      members,
    });
    expect(outcome(undefined, request(create([bilal, sana])))).toBe("fix");
    expect(outcome(undefined, request(create([bilal])))).toMatchObject({ room: { name: "", history: "all" } });
    expect(
      outcome(room([{ person: ayesha, role: "owner" }], { kind: "direct" }), request({ op: "add", members: [sana] })),
    ).toBe("fix");
  });

  test("names lose what could disguise them, and keep their joiners", () => {
    const body = outcome(group, request({ op: "rename", name: "\u202eمیٹنگ\u200cها " }));
    expect(body).toMatchObject({ room: { name: "میٹنگ\u200cها" } });
    expect(outcome(group, request({ op: "rename", name: " \u202e " }))).toBe("fix");
  });

  test("people who are not in the directory, or too many at once, are refused", () => {
    expect(outcome(group, request({ op: "add", members: [id(77)] }))).toBe("fix");
    const crowd = Array.from({ length: MAX_NAMED + 1 }, (_, i) => id(1000 + i));
    expect(outcome(group, request({ op: "add", members: crowd }))).toBe("fix");
  });
});
