import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SelfAct } from "#protocol/self";
import { mintId, type RoomId } from "#protocol/ids";
import { idIn, roomIn } from "#protocol/record";
import { type ControlOp, directRoomId, postRoomId } from "#protocol/room";
import { AdministrationUnderTest, ask } from "./administration-under-test.ts";
import type { ClientUnderTest } from "./client-under-test.ts";

/**
 * A small government: `dept` with `district` and, below that, `desk`; `dept2` beside it. Each test has people of its own, so
 * that what they have in common is what it says.
 */
let at: AdministrationUnderTest;

beforeAll(async () => {
  at = await AdministrationUnderTest.open();
  const name = { en: "desk", ur: "desk" };
  await at.put([{ unit: { id: "desk", province: "is", parent: "district", kind: "office", name } }]);
  await at.put([{ post: { id: "sec", province: "is", unit: "dept2", title: { en: "Secretary", ur: "سیکریٹری" } } }]);
});
afterAll(async () => {
  expect(at.node.errors).toEqual([]);
  await at.stop();
});

const of = (unit?: string, role?: "nodal" | "provincial") => at.client("Somebody", role, undefined, unit);
const roomsOf = async (client: ClientUnderTest) => {
  client.socket.close();
  await client.closed;
  return (await client.connect()).rooms.map(({ id }) => id);
};
const affair = async (client: ClientUnderTest, act: SelfAct) => {
  const said = await client.affair(act);
  return said.t === "self" ? said.answer : said.error;
};
const requests = async (client: ClientUnderTest) => {
  const answer = await affair(client, { do: "contacts" });
  return "contacts" in answer ? answer.contacts : [];
};
const waiting = (client: ClientUnderTest) => client.downs.findLast(({ t }) => t === "contacts") as { waiting: number };
const said = async (client: ClientUnderTest, room: RoomId, text = "words") => {
  const record = client.draft(room, text);
  client.send(record);
  await client.ack(idIn(record));
  return idIn(record);
};

type Kind = "direct" | "group" | "added to a group" | "channel";
/** How one comes to be in a room with another, and its id. */
const BEGIN: Record<Kind, (by: ClientUnderTest, whom: ClientUnderTest) => Promise<RoomId>> = {
  direct: (by, whom) => by.direct(whom),
  group: (by, whom) => by.room("group", "all", [whom]),
  "added to a group": async (by, whom) => {
    const room = await by.room("group", "joined", [await of("dept2")]);
    await said(by, room, "before");
    expect(await by.control(room, { op: "add", members: [whom.person.id] }, 1)).toMatchObject({ state: "done" });
    return room;
  },
  channel: (by, whom) => by.room("channel", "all", [whom]),
};
const KINDS = Object.keys(BEGIN) as Kind[];

/** What the two have in common before that, and whether one is asked about the other. */
const GROUND: Record<
  string,
  { asked: boolean | readonly Kind[]; make(): Promise<[ClientUnderTest, ClientUnderTest]> }
> = {
  "nothing: units that stand side by side": { asked: true, make: async () => [await of("dept"), await of("dept2")] },
  "nothing: one of them is of no unit": { asked: true, make: async () => [await of(), await of("dept2")] },
  "two levels between their units": { asked: true, make: async () => [await of("dept"), await of("desk")] },
  "the same unit": { asked: false, make: async () => [await of("dept2"), await of("dept2")] },
  "the unit above": { asked: false, make: async () => [await of("dept"), await of("district")] },
  "the unit below": { asked: false, make: async () => [await of("desk"), await of("district")] },
  "whoever is asked is of no unit, so that nobody knows": {
    asked: false,
    make: async () => [await of("dept"), await of()],
  },
  "a room that was accepted": {
    asked: false,
    make: async () => {
      const [by, whom] = [await of("dept"), await of("dept2")];
      const room = await by.group(whom);
      expect(await affair(whom, { do: "accept", room })).toEqual({ answer: "done" });
      return [by, whom];
    },
  },
  "a room that one of them has not accepted": {
    asked: true,
    make: async () => {
      const [by, whom] = [await of("dept"), await of("dept2")];
      await by.group(whom);
      return [by, whom];
    },
  },
  "a channel of somebody else's that both are in": {
    asked: true,
    make: async () => {
      const [by, whom, other] = [await of("dept"), await of("dept2"), await of("district")];
      const room = await other.room("channel", "all", [by, whom]);
      await affair(whom, { do: "accept", room });
      return [by, whom];
    },
  },
  "a conversation that the one who is asked began": {
    asked: false,
    make: async () => {
      const [by, whom] = [await of("dept"), await of("dept2")];
      await whom.direct(by);
      return [by, whom];
    },
  },
  "the other administers the unit": {
    asked: ["direct", "group", "added to a group"],
    make: async () => [await of(undefined, "provincial"), await of("dept2")],
  },
  "the other wrote to a post that the one who is asked holds": {
    asked: true,
    make: async () => {
      const [by, whom] = [await of("dept"), await of("dept2")];
      const charge = { id: mintId(Date.now()), post: "sec", person: whom.person.id, kind: "regular" } as const;
      await at.put([{ charge: { ...charge, from: 0, to: null } }]);
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
  for (const [ground, { asked, make }] of Object.entries(GROUND))
    for (const kind of KINDS)
      test(`${kind}; they have in common: ${ground}`, async () => {
        const [by, whom] = await make();
        const isAsked = asked === true || (asked !== false && asked.includes(kind));
        whom.frames.length = by.frames.length = 0;
        const before = at.node.store.roomsOf(whom.person.id);
        const room = await BEGIN[kind](by, whom);
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
        expect(waiting(whom).waiting).toBeGreaterThan(0);
        expect((await requests(whom)).find((each) => each.room === room)).toMatchObject({ by: by.person.id });
        // They may look into it before they answer; the others learn neither of that, nor that they are here.
        const ref = whom.nextRef();
        whom.say({ t: "page", ref, room, before: {}, limit: 20 });
        await whom.settled();
        expect(whom.records.map(idIn)).toContain(id);
        whom.say({ t: "delivered", rooms: { [room]: { [at.node.store.origin]: 99 } } });
        whom.say({ t: "read", room, upto: { [at.node.store.origin]: 99 } });
        whom.say({ t: "typing", room, on: true });
        expect(await roomsOf(whom)).not.toContain(room);
        expect(waiting(whom).waiting).toBeGreaterThan(0);
        await by.settled();
        expect(at.node.store.marks(room, whom.person.id)).toEqual([]);
        expect(JSON.stringify(by.downs.filter(({ t }) => t === "typing" || t === "presence"))).not.toContain(
          whom.person.id,
        );
        // And then they take it: all of it comes, as to somebody who was just added.
        whom.frames.length = by.frames.length = 0;
        expect(await affair(whom, { do: "accept", room })).toEqual({ answer: "done" });
        await whom.settled();
        expect(came()).toEqual([true, true]);
        expect(waiting(whom).waiting).toBe((await requests(whom)).length);
        whom.say({ t: "read", room, upto: { [at.node.store.origin]: 99 } });
        if (kind !== "channel") await by.json("presence", ({ online }) => online.includes(whom.person.id));
        expect(await roomsOf(whom)).toContain(room);
        expect(at.node.store.marks(room, whom.person.id).length).toBeGreaterThan(0);
      });
});

describe("answers (R192)", () => {
  test("whoever writes in a room, or begins the same conversation, has taken it", async () => {
    const [by, one, other] = [await of("dept"), await of("dept2"), await of("dept2")];
    const group = await by.group(one, other);
    await said(one, group);
    expect(await roomsOf(one)).toContain(group);
    expect(await roomsOf(other)).not.toContain(group);
    const direct = await by.direct(other);
    expect(await roomsOf(other)).not.toContain(direct);
    await other.direct(by);
    expect(await roomsOf(other)).toContain(direct);
  });

  test("a group that is declined is left; a conversation of two is hidden until one writes oneself", async () => {
    const [by, whom] = [await of("dept"), await of("dept2")];
    const group = await by.group(whom, await of("dept"));
    const [request] = await requests(whom);
    const me = whom.person.id;
    const leave = await whom.request(group, { op: "remove", members: [me] }, request?.cseq ?? 0);
    expect(await affair(whom, { do: "decline", room: group, leave })).toEqual({ answer: "done" });
    expect(at.node.store.room(group)?.members.has(me)).toBe(false);
    const direct = await by.direct(whom);
    expect(await affair(whom, { do: "decline", room: direct })).toEqual({ answer: "done" });
    await said(by, direct, "again and again");
    expect(await requests(whom)).toEqual([]);
    expect(await roomsOf(whom)).toEqual([]);
    expect((await by.control(direct, { op: "remove", members: [me] }, 1)).state).toBe("refused");
    await whom.direct(by);
    expect(await roomsOf(whom)).toEqual([direct]);
  });

  test("with an answer nobody leaves another room, or has another one leave", async () => {
    const [by, whom] = [await of("dept"), await of("dept2")];
    const [asked, own] = [await by.group(whom), await whom.group(by)];
    const me = whom.person.id;
    const others = await whom.request(asked, { op: "remove", members: [by.person.id] }, 1);
    const elsewhere = await whom.request(own, { op: "remove", members: [me] }, 1);
    const add = await whom.request(asked, { op: "add", members: [me] }, 1);
    const theirs = await by.request(asked, { op: "remove", members: [me] }, 1);
    for (const leave of [others, elsewhere, add, theirs])
      expect(await affair(whom, { do: "decline", room: asked, leave })).toMatchObject({ code: "fix" });
    expect((await requests(whom)).map(({ room }) => room)).toEqual([asked]);
  });

  test("whoever was added again is asked again, and who has taken it is not asked", async () => {
    const [by, whom] = [await of("dept"), await of("dept2")];
    const room = await by.group(whom, await of("dept"));
    await affair(whom, { do: "accept", room });
    await by.control(room, { op: "role", person: whom.person.id, role: "owner" }, 1);
    expect(await requests(whom)).toEqual([]);
    await by.control(room, { op: "remove", members: [whom.person.id] }, 2);
    await by.control(room, { op: "add", members: [whom.person.id] }, 3);
    expect((await requests(whom)).map((each) => each.room)).toEqual([room]);
  });

  test("what was not asked, or is another's, is not answered", async () => {
    const [by, whom, other] = [await of("dept"), await of("dept2"), await of("dept2")];
    const room = await by.group(whom);
    for (const act of ["accept", "decline"] as const) {
      expect(await affair(other, { do: act, room })).toMatchObject({ code: "forbidden" });
      expect(await affair(by, { do: "decline", room })).toMatchObject({ code: "forbidden" });
    }
    for (const room of ["", "x", 7, null, {}] as never[])
      expect(await affair(whom, { do: "accept", room })).toMatchObject({ code: "fix" });
    expect(await requests(whom)).toHaveLength(1);
  });

  test("it is the person's: on all their devices, and after the node was started anew", async () => {
    const { store } = at.node;
    const [by, whom] = [await of("dept"), await of("dept2")];
    const [accepted, declined, open] = [await by.group(whom), await by.group(whom), await by.group(whom)];
    const second = new (whom.constructor as typeof ClientUnderTest)(at.node, whom.person, whom.device, whom.pair);
    await second.connect();
    await affair(whom, { do: "accept", room: accepted });
    await affair(second, { do: "decline", room: declined });
    expect(second.downs).toContainEqual(
      expect.objectContaining({ t: "room", room: expect.objectContaining({ id: accepted }) }),
    );
    expect((await requests(second)).map(({ room }) => room)).toEqual([open]);
    // As a start does: nothing of it is in memory alone.
    for (const file of (store as unknown as { list: { cache: { clear(): void } }[] }).list) file.cache.clear();
    expect(await roomsOf(whom)).toEqual([accepted]);
    expect((await requests(whom)).map(({ room }) => room)).toEqual([open]);
    second.socket.close();
  });

  test("two thousand groups are as many requests, in pages, and no row in the list", async () => {
    const [by, whom] = [await of("dept"), await of("dept2")];
    const rooms = new Set<RoomId>();
    for (let i = 0; i < 120; i++) rooms.add(await by.group(whom));
    expect(await roomsOf(whom)).toEqual([]);
    expect(waiting(whom).waiting).toBe(100);
    const seen = new Set<RoomId>();
    for (let before: number | undefined; ; ) {
      const answer = await affair(whom, { do: "contacts", ...(before !== undefined && { before }) });
      if (!("contacts" in answer)) throw new Error("no page");
      for (const { room, at: when } of answer.contacts) {
        seen.add(room);
        before = when;
      }
      if (!answer.more) break;
    }
    expect(seen).toEqual(rooms);
  });
});

describe("a block (R193)", () => {
  for (const kind of KINDS)
    for (const when of ["before it is begun", "while it is asked about", "after it was accepted"] as const)
      test(`${kind}, blocked ${when}: nothing of it comes, and the other sees nothing of that`, async () => {
        const [by, whom] = [await of("dept"), await of("dept2")];
        const isTheirs = kind === "direct" || when !== "after it was accepted";
        if (when === "before it is begun") await affair(whom, { do: "block", person: by.person.id });
        by.frames.length = 0;
        const room = await BEGIN[kind](by, whom);
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
        const again = await of("dept2");
        const twin = await BEGIN[kind](by, again);
        const shape = (id: RoomId) =>
          by.downs.flatMap((down) =>
            down.t === "room" && down.room.id === id ? [down.room.size, down.room.unread] : [],
          );
        if (when !== "after it was accepted") expect(shape(room)).toEqual(shape(twin));
        expect(JSON.stringify(by.downs)).not.toContain("block");
        expect(at.node.store.room(room)?.members.has(whom.person.id)).toBe(true);
        // Taken back, all stands as it did.
        await affair(whom, { do: "unblock", person: by.person.id });
        if (when === "after it was accepted") expect(await roomsOf(whom)).toContain(room);
        else expect((await requests(whom)).map((each) => each.room)).toContain(room);
      });

  test("ends presence for who is blocked, where nothing else brings the two together", async () => {
    const [by, whom, mate] = [await of("dept"), await of("dept2"), await of("dept2")];
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

  test("is told to nobody, is bounded, and is of people who are there", async () => {
    const [by, whom] = [await of("dept"), await of("dept2")];
    expect(await affair(whom, { do: "block", person: whom.person.id })).toMatchObject({ code: "fix" });
    expect(await affair(whom, { do: "block", person: mintId(Date.now()) })).toMatchObject({ code: "fix" });
    await affair(whom, { do: "block", person: by.person.id });
    await affair(whom, { do: "block", person: by.person.id });
    expect(await affair(whom, { do: "blocked" })).toMatchObject({ people: [{ person: by.person.id }] });
    expect(await affair(by, { do: "blocked" })).toEqual({ answer: "blocked", people: [] });
    expect(at.audit().some(({ facts }) => JSON.stringify(facts).includes("block"))).toBe(false);
    expect((await directRoomId(by.person.id, whom.person.id)).length).toBe(32);
  });

  test("brings nobody near: mobile and e-mail are not for whoever adds one to a room (R130)", async () => {
    const [by, whom] = [await of("dept"), await of("dept2")];
    const contact = { mobile: "+923004711471" };
    await at.put([{ person: { ...whom.person, contact } }]);
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

describe("a report (R195)", () => {
  test("brings who, where and the chosen messages to administrators in reach, and nothing else to anybody", async () => {
    const [by, whom, third] = [await of("dept"), await of("district"), await of("dept")];
    const room = await by.group(whom, third);
    const other = await by.group(third);
    const ids = [await said(by, room, "chosen words"), await said(by, room, "other words")];
    const foreign = await said(by, other, "of another room");
    const theirs = await said(third, room, "somebody else's");
    const report = (over: object) =>
      affair(whom, { do: "report", room, person: by.person.id, messages: [ids[0] as string], ...over } as SelfAct);
    for (const messages of [[foreign], [theirs], [mintId(Date.now())]])
      expect(await report({ messages })).toMatchObject({ code: "forbidden" });
    for (const over of [
      { messages: Array(6).fill(ids[0]) },
      { messages: ["x"] },
      { messages: "x" },
      { person: whom.person.id },
      { room: 7 },
    ])
      expect(await report(over)).toMatchObject({ code: "fix" });
    expect(await report({ room: other })).toMatchObject({ code: "forbidden" });
    expect(await report({ person: (await of()).person.id })).toMatchObject({ code: "forbidden" });
    expect(await report({})).toEqual({ answer: "done" });
    const entry = at.audit("reported").at(-1);
    expect(entry).toMatchObject({
      by: { person: whom.person.id },
      facts: { person: by.person.id, room, messages: ids[0] },
    });
    expect(JSON.stringify(at.audit())).not.toContain("chosen words");

    const readers = {
      near: await at.client("Nodal", "nodal", { unit: "dept" }, "dept"),
      far: await at.client("Nodal", "nodal", { unit: "dept2" }, "dept2"),
      all: await at.client("Provincial", "provincial"),
      none: await of("dept"),
    };
    const read = async (client: ClientUnderTest) => {
      const answer = await ask(client, { ask: "reports", limit: 50 });
      return "reports" in answer ? answer.reports.filter((each) => each.room === room) : answer;
    };
    for (const reader of [readers.near, readers.all]) {
      const found = await read(reader);
      expect(found).toMatchObject([{ by: whom.person.id, person: by.person.id, room }]);
      const [text] = Array.isArray(found) ? found.flatMap(({ messages }) => messages.map((m) => atob(m))) : [];
      expect(text).toContain("chosen words");
      expect(text).not.toContain("other words");
    }
    expect(await read(readers.far)).toEqual([]);
    expect(await read(readers.none)).toMatchObject({ code: "forbidden" });
    expect(at.audit("read").filter(({ facts }) => facts.ask === "reports")).toHaveLength(3);
  });

  test("of an administrator is read by the others, and ten are made in a day", async () => {
    const [admin, other] = [await of(undefined, "provincial"), await of(undefined, "provincial")];
    const whom = await of("dept2");
    const room = await admin.group(whom);
    const report: SelfAct = { do: "report", room, person: admin.person.id, messages: [] };
    for (let i = 0; i < 10; i++) expect(await affair(whom, report)).toEqual({ answer: "done" });
    expect(await affair(whom, report)).toMatchObject({ code: "wait" });
    const seen = async (client: ClientUnderTest) => {
      const answer = await ask(client, { ask: "reports", limit: 50 });
      return "reports" in answer ? answer.reports.filter((each) => each.person === admin.person.id).length : -1;
    };
    expect([await seen(admin), await seen(other)]).toEqual([0, 10]);
  });
});
