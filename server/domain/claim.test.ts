import { expect, test } from "bun:test";
import type { Post } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId } from "#protocol/ids";
import { type Member, postRoomId } from "#protocol/room";
import { openHouse } from "../testing/house-under-test.ts";
import { judge, type RoomClaim } from "./claim.ts";

const words = { en: "Deputy Commissioner Quetta", ur: "ڈپٹی کمشنر کوئٹہ" };
const open = async () => {
  const house = openHouse("is");
  const [ayesha, bilal, sana] = [
    await house.enter("is", "Ayesha"),
    await house.enter("pb", "Bilal"),
    await house.enter("pb", "Sana"),
  ];
  const post: Post = { id: "dcq", province: "pb", unit: "quetta", title: words };
  const day = 86_400_000;
  const now = house.wall.ms;
  await house.store.write(DIRECTORY_ROOM, ({ tables }) => {
    tables.offices.putPost(post);
    const held = { id: mintId(1), post: "dcq", person: bilal, kind: "regular" as const, from: now - day, to: null };
    tables.offices.putCharge(held);
  });
  const member = (person: PersonId, province: string, post?: string): Member => ({
    ...{ person, province, role: "owner", since: 1 },
    ...(post !== undefined && { post }),
  });
  const claim: RoomClaim = {
    ...{ kind: "post", name: "", home: "pb", history: "all", posts: [{ post: "dcq", role: "owner" }], removed: [] },
    members: [member(ayesha, "is"), member(bilal, "pb", "dcq")],
  };
  const id = await postRoomId(ayesha, "dcq");
  return { house, ayesha, bilal, sana, member, claim, id };
};

test("the post's province makes its conversation, under the id that follows from person and post (R70)", async () => {
  const { house, claim, id, member, sana } = await open();
  const { store } = house;
  expect(judge(claim, id, undefined, "pb", store)).toBe("sound");
  expect(judge({ ...claim, home: "sd" }, id, undefined, "sd", store)).toBe("false");
  expect(judge(claim, mintId(7), undefined, "pb", store)).toBe("false");
  expect(judge({ ...claim, name: "x" }, id, undefined, "pb", store)).toBe("false");
  expect(judge({ ...claim, history: "joined" }, id, undefined, "pb", store)).toBe("false");
  expect(judge({ ...claim, members: [...claim.members, member(sana, "pb")] }, id, undefined, "pb", store)).toBe(
    "false",
  );
  expect(judge({ ...claim, posts: [{ post: "sec", role: "owner" }] }, id, undefined, "pb", store)).toBe("false");
});

test("who sits there for a post was given charge of it; what the directory does not tell yet is waited for (R71)", async () => {
  const { house, claim, id, member, ayesha, bilal, sana } = await open();
  const { store } = house;
  const later: RoomClaim = { ...claim, members: [member(sana, "pb", "dcq")], removed: [bilal] };
  const present = {
    ...{ id, kind: "post" as const, name: "", home: "pb", history: "all" as const, cseq: 1, provinces: ["is", "pb"] },
    posts: claim.posts ?? [],
    members: new Map(claim.members.map((each) => [each.person, each])),
  };
  expect(judge(later, id, present, "pb", store)).toBe("not-yet");
  expect(judge({ ...later, removed: [ayesha] }, id, present, "pb", store)).toBe("false");
  const cancelled = {
    id: mintId(2),
    post: "dcq",
    person: sana,
    kind: "regular" as const,
    from: 0,
    to: 1,
    cancelled: true,
  };
  await store.write(DIRECTORY_ROOM, ({ tables }) => tables.offices.putCharge(cancelled));
  expect(judge(later, id, present, "pb", store)).toBe("sound");
  // The order was a mistake and names somebody else now: what followed from it meanwhile still stands in the log.
  await store.write(DIRECTORY_ROOM, ({ tables }) => tables.offices.putCharge({ ...cancelled, person: bilal }));
  expect(judge(later, id, present, "pb", store)).toBe("sound");
});

test("in a group a holder sits at a place that the room says it has (R72)", async () => {
  const { house, claim, member, ayesha, bilal, sana } = await open();
  const group: RoomClaim = { ...claim, kind: "group", name: "Cell", members: [member(bilal, "pb", "dcq")] };
  const { posts: _, ...placeless } = group;
  expect(judge(group, mintId(5), undefined, "pb", house.store)).toBe("sound");
  expect(judge(placeless, mintId(5), undefined, "pb", house.store)).toBe("false");
  const unknown = { ...group, members: [member(ayesha, "is"), member(sana, "pb", "dcq")] };
  expect(judge(unknown, mintId(5), undefined, "pb", house.store)).toBe("not-yet");
});
