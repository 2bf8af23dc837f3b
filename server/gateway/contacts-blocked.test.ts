import { describe, expect, test } from "bun:test";
import { mintId, type RoomId } from "#protocol/ids";
import { roomIn } from "#protocol/record";
import { type ControlOp, directRoomId } from "#protocol/room";
import { ContactsUnderTest, affair, requests, roomsOf, said } from "./contacts-under-test.ts";

const place = new ContactsUnderTest();

describe("a block (R193)", () => {
  for (const kind of place.kinds)
    for (const when of ["before it is begun", "while it is asked about", "after it was accepted"] as const)
      test(`${kind}, blocked ${when}: nothing of it comes, and the other sees nothing of that`, async () => {
        const [by, whom] = [await place.of("dept"), await place.of("dept2")];
        const isTheirs = kind === "direct" || when !== "after it was accepted";
        if (when === "before it is begun") await affair(whom, { do: "block", person: by.person.id });
        by.frames.length = 0;
        const room = await place.begin[kind](by, whom);
        if (when === "after it was accepted") await affair(whom, { do: "accept", room });
        await affair(whom, { do: "block", person: by.person.id });
        whom.frames.length = 0;
        await said(by, room, "after the block");
        by.say({ t: "typing", room, on: true });
        await by.settled();
        await whom.settled();
        expect(whom.records.some((record) => roomIn(record) === room)).toBe(!isTheirs);
        expect(await requests(whom)).toEqual([]);
        expect((await roomsOf(whom)).includes(room)).toBe(!isTheirs);
        if (!isTheirs) return;
        expect(whom.downs.filter((down) => "room" in down && down.t !== "left")).toEqual([]);
        const ref = whom.nextRef();
        whom.say({ t: "page", ref, room, before: {}, limit: 20 });
        expect(await whom.json("error", (down) => down.ref === ref)).toMatchObject({ error: { code: "forbidden" } });
        // To the other all is as though they had not been answered: the same frames, and the person is a member.
        const again = await place.of("dept2");
        const twin = await place.begin[kind](by, again);
        const shape = (id: RoomId) =>
          by.downs.flatMap((down) =>
            down.t === "room" && down.room.id === id ? [down.room.size, down.room.unread] : [],
          );
        if (when !== "after it was accepted") expect(shape(room)).toEqual(shape(twin));
        expect(JSON.stringify(by.downs)).not.toContain("block");
        expect(place.at.node.store.room(room)?.members.has(whom.person.id)).toBe(true);
        // Taken back, all stands as it did.
        await affair(whom, { do: "unblock", person: by.person.id });
        if (when === "after it was accepted") expect(await roomsOf(whom)).toContain(room);
        else expect((await requests(whom)).map((each) => each.room)).toContain(room);
      });

  test("ends presence for who is blocked, where nothing else brings the two together", async () => {
    const [by, whom, mate] = [await place.of("dept"), await place.of("dept2"), await place.of("dept2")];
    const room = await by.direct(whom);
    await whom.direct(mate);
    await affair(whom, { do: "accept", room });
    await by.json("presence", ({ online }) => online.includes(whom.person.id));
    await affair(whom, { do: "block", person: by.person.id });
    await by.json("presence", ({ offline }) => offline.includes(whom.person.id));
    await mate.settled();
    expect(JSON.stringify(mate.downs.filter((down) => down.t === "presence" && down.offline.length > 0))).not.toContain(
      whom.person.id,
    );
  });

  test("lets one begin nothing with whom one blocked, until it is taken back", async () => {
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    await affair(whom, { do: "block", person: by.person.id });
    const room = await directRoomId(by.person.id, whom.person.id);
    const create: ControlOp = { op: "create", kind: "direct", name: "", history: "all", members: [by.person.id] };
    expect(await whom.control(room, create)).toMatchObject({ state: "refused", error: { code: "forbidden" } });
    await affair(whom, { do: "unblock", person: by.person.id });
    expect(await whom.control(room, create)).toMatchObject({ state: "done" });
    expect(await roomsOf(whom)).toContain(room);
  });

  test("is told to nobody, is bounded, and is of people who are there", async () => {
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    expect(await affair(whom, { do: "block", person: whom.person.id })).toMatchObject({ code: "fix" });
    expect(await affair(whom, { do: "block", person: mintId(Date.now()) })).toMatchObject({ code: "fix" });
    await affair(whom, { do: "block", person: by.person.id });
    await affair(whom, { do: "block", person: by.person.id });
    expect(await affair(whom, { do: "blocked" })).toMatchObject({ people: [{ person: by.person.id }] });
    expect(await affair(by, { do: "blocked" })).toEqual({ answer: "blocked", people: [] });
    expect(place.at.audit().some(({ facts }) => JSON.stringify(facts).includes("block"))).toBe(false);
    expect((await directRoomId(by.person.id, whom.person.id)).length).toBe(32);
  });

  test("brings nobody near: mobile and e-mail are not for whoever adds one to a room (R130)", async () => {
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    const contact = { mobile: "+923004711471" };
    await place.at.put([{ person: { ...whom.person, contact } }]);
    const room = await by.group(whom);
    const look = async () => {
      const ref = by.nextRef();
      by.say({ t: "people", ref, ids: [whom.person.id] });
      return JSON.stringify(await by.json("people", (down) => down.ref === ref));
    };
    expect(await look()).not.toContain(contact.mobile);
    await affair(whom, { do: "accept", room });
    expect(await look()).toContain(contact.mobile);
    await affair(whom, { do: "block", person: by.person.id });
    expect(await look()).toContain(contact.mobile);
  });
});
