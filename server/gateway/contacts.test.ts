import { describe, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { idIn, roomIn } from "#protocol/record";
import { type ControlOp, postRoomId } from "#protocol/room";
import type { ClientUnderTest } from "./client-under-test.ts";
import { ContactsUnderTest, type Kind, affair, requests, roomsOf, said, waiting } from "./contacts-under-test.ts";

const place = new ContactsUnderTest();

/** What the two have in common before that, and whether one is asked about the other. */
const GROUND: Record<
  string,
  {
    asked: boolean | readonly Kind[];
    /** they have another room, in which they see who is here */
    meet?: boolean;
    make(): Promise<[ClientUnderTest, ClientUnderTest]>;
  }
> = {
  "nothing: units that stand side by side": {
    asked: true,
    make: async () => [await place.of("dept"), await place.of("dept2")],
  },
  "nothing: one of them is of no unit": { asked: true, make: async () => [await place.of(), await place.of("dept2")] },
  "two levels between their units": { asked: true, make: async () => [await place.of("dept"), await place.of("desk")] },
  "the same unit": { asked: false, make: async () => [await place.of("dept2"), await place.of("dept2")] },
  "the unit above": { asked: false, make: async () => [await place.of("dept"), await place.of("district")] },
  "the unit below": { asked: false, make: async () => [await place.of("desk"), await place.of("district")] },
  "whoever is asked is of no unit, so that nobody knows": {
    asked: false,
    make: async () => [await place.of("dept"), await place.of()],
  },
  "a room that was accepted": {
    asked: false,
    make: async () => {
      const [by, whom] = [await place.of("dept"), await place.of("dept2")];
      const room = await by.group(whom);
      expect(await affair(whom, { do: "accept", room })).toEqual({ answer: "done" });
      return [by, whom];
    },
  },
  "a room that one of them has not accepted": {
    asked: true,
    make: async () => {
      const [by, whom] = [await place.of("dept"), await place.of("dept2")];
      await by.group(whom);
      return [by, whom];
    },
  },
  "a channel of somebody else's that both are in": {
    asked: true,
    make: async () => {
      const [by, whom, other] = [await place.of("dept"), await place.of("dept2"), await place.of("district")];
      const room = await other.room("channel", "all", [by, whom]);
      await affair(whom, { do: "accept", room });
      return [by, whom];
    },
  },
  "a conversation that the one who is asked began": {
    asked: false,
    make: async () => {
      const [by, whom] = [await place.of("dept"), await place.of("dept2")];
      await whom.direct(by);
      return [by, whom];
    },
  },
  "the other administers the unit": {
    asked: ["direct", "group", "added to a group"],
    make: async () => [await place.of(undefined, "provincial"), await place.of("dept2")],
  },
  "the other wrote to a post that the one who is asked holds": {
    asked: true,
    meet: true,
    make: async () => {
      const [by, whom] = [await place.of("dept"), await place.of("dept2")];
      const charge = { id: mintId(Date.now()), post: "sec", person: whom.person.id, kind: "regular" } as const;
      await place.at.put([{ charge: { ...charge, from: 0, to: null } }]);
      const change: ControlOp = { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["sec"] };
      const room = await postRoomId(by.person.id, "sec");
      expect(await by.control(room, change)).toMatchObject({ state: "done" });
      // The post's work is there at once, whoever wrote.
      expect(await roomsOf(whom)).toContain(room);
      expect(await requests(whom)).toEqual([]);
      return [by, whom];
    },
  },
};

describe("who is asked about whom (R190), and what comes to them meanwhile (R191)", () => {
  for (const [ground, { asked, meet, make }] of Object.entries(GROUND))
    for (const kind of place.kinds)
      test(`${kind}; they have in common: ${ground}`, async () => {
        const [by, whom] = await make();
        const isAsked = asked === true || (asked !== false && asked.includes(kind));
        whom.frames.length = by.frames.length = 0;
        const before = place.at.node.store.roomsOf(whom.person.id);
        const room = await place.begin[kind](by, whom);
        const isNew = !before.includes(room);
        const id = await said(by, room, "first words");
        await whom.settled();
        const came = () => [
          whom.records.some((record) => roomIn(record) === room),
          whom.downs.some((down) => down.t === "room" && down.room.id === room),
        ];
        expect([kind, ground, came()]).toEqual([kind, ground, [!isAsked, !isAsked && isNew]]);
        expect((await requests(whom)).map((each) => each.room)).toEqual(isAsked ? expect.arrayContaining([room]) : []);
        if (!isAsked) return;
        expect(waiting(whom)).toBeGreaterThan(0);
        expect((await requests(whom)).find((each) => each.room === room)).toMatchObject({ by: by.person.id });
        // They may look into it before they answer; the others learn neither of that, nor that they are here.
        const ref = whom.nextRef();
        whom.say({ t: "page", ref, room, before: {}, limit: 20 });
        await whom.settled();
        expect(whom.records.map(idIn)).toContain(id);
        whom.say({ t: "delivered", rooms: { [room]: { [place.at.node.store.origin]: 99 } } });
        whom.say({ t: "read", room, upto: { [place.at.node.store.origin]: 99 } });
        whom.say({ t: "typing", room, on: true });
        expect(await roomsOf(whom)).not.toContain(room);
        expect(waiting(whom)).toBeGreaterThan(0);
        await by.settled();
        expect(place.at.node.store.marks(room, whom.person.id)).toEqual([]);
        const told = by.downs.filter(({ t }) => t === "typing" || (t === "presence" && !meet));
        expect(JSON.stringify(told)).not.toContain(whom.person.id);
        // And then they take it: all of it comes, as to somebody who was just added.
        whom.frames.length = by.frames.length = 0;
        expect(await affair(whom, { do: "accept", room })).toEqual({ answer: "done" });
        await whom.settled();
        expect(came()).toEqual([true, true]);
        expect(waiting(whom)).toBe((await requests(whom)).length);
        whom.say({ t: "read", room, upto: { [place.at.node.store.origin]: 99 } });
        if (kind !== "channel") await by.json("presence", ({ online }) => online.includes(whom.person.id));
        expect(await roomsOf(whom)).toContain(room);
        expect(place.at.node.store.marks(room, whom.person.id).length).toBeGreaterThan(0);
      });
});
