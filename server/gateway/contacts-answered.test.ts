import { describe, expect, test } from "bun:test";
import type { SelfAct } from "#protocol/self";
import { mintId, type RoomId } from "#protocol/ids";
import { ask } from "./administration-under-test.ts";
import type { ClientUnderTest } from "./client-under-test.ts";
import { ContactsUnderTest, affair, requests, roomsOf, said, waiting } from "./contacts-under-test.ts";

const place = new ContactsUnderTest();

describe("answers (R192)", () => {
  test("whoever writes in a room, or begins the same conversation, has taken it", async () => {
    const [by, one, other] = [await place.of("dept"), await place.of("dept2"), await place.of("dept2")];
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
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    const group = await by.group(whom, await place.of("dept"));
    const [request] = await requests(whom);
    const me = whom.person.id;
    const leave = await whom.request(group, { op: "remove", members: [me] }, request?.cseq ?? 0);
    expect(await affair(whom, { do: "decline", room: group, leave })).toEqual({ answer: "done" });
    expect(place.at.node.store.room(group)?.members.has(me)).toBe(false);
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
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
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
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    const room = await by.group(whom, await place.of("dept"));
    await affair(whom, { do: "accept", room });
    await by.control(room, { op: "role", person: whom.person.id, role: "owner" }, 1);
    expect(await requests(whom)).toEqual([]);
    await by.control(room, { op: "remove", members: [whom.person.id] }, 2);
    await by.control(room, { op: "add", members: [whom.person.id] }, 3);
    expect((await requests(whom)).map((each) => each.room)).toEqual([room]);
  });

  test("what is malformed changes nothing and breaks nothing", async () => {
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    const room = await by.group(whom);
    const me = whom.person.id;
    const sound = await whom.request(room, { op: "remove", members: [me] }, 1);
    const report = { do: "report", room, person: by.person.id };
    const odd: unknown[] = ["", "x", 7, null, [], {}, [null], { do: "x" }, "0".repeat(32)];
    const changes: unknown[] = [
      ...odd,
      ...[
        { op: "remove" },
        { op: "remove", members: "x" },
        { op: "remove", members: [] },
        { op: "remove", members: [7] },
      ],
      ...[
        { op: "remove", members: [me, by.person.id] },
        { op: "remove", members: [me], posts: ["dc"] },
      ],
    ];
    const acts = [
      ...odd.flatMap((each) => [
        ...["accept", "decline"].map((act) => ({ do: act, room: each })),
        ...["block", "unblock"].map((act) => ({ do: act, person: each })),
        { ...report, room: each, messages: [] },
        { ...report, person: each, messages: [] },
        { ...report, messages: each },
      ]),
      ...odd.slice(0, 6).map((before) => ({ do: "contacts", before })),
      ...odd.flatMap((leave) => [room, undefined, ...odd].map((id) => ({ do: "decline", room: id, leave }))),
      ...["room", "person", "device"].flatMap((field) =>
        odd.map((value) => ({ do: "decline", room, leave: { ...sound, [field]: value } })),
      ),
      ...changes.map((change) => ({ do: "decline", room, leave: { ...sound, change } })),
    ];
    for (const act of acts) {
      const answer = await affair(whom, act as never);
      // To take back a block that is not there, to ask for what was before a time, and to report nobody's words is nothing wrong.
      const harmless = [
        { do: "unblock", person: odd.at(-1) },
        { do: "contacts", before: 7 },
        { ...report, messages: [] },
      ];
      const isHarmless = harmless.some((each) => Bun.deepEquals(each, act));
      const code = "code" in answer ? answer.code : "done";
      expect([act, code]).toEqual([act, isHarmless ? "done" : expect.stringMatching(/^(fix|forbidden)$/)]);
    }
    expect((await requests(whom)).map((each) => each.room)).toEqual([room]);
    expect(await affair(whom, { do: "blocked" })).toEqual({ answer: "blocked", people: [] });
    expect(place.at.node.store.room(room)?.members.has(me)).toBe(true);
  });

  test("what was not asked, or is another's, is not answered", async () => {
    const [by, whom, other] = [await place.of("dept"), await place.of("dept2"), await place.of("dept2")];
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
    const { store } = place.at.node;
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    const [accepted, declined, open] = [await by.group(whom), await by.group(whom), await by.group(whom)];
    const second = new (whom.constructor as typeof ClientUnderTest)(place.at.node, whom.person, whom.device, whom.pair);
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
    const [by, whom] = [await place.of("dept"), await place.of("dept2")];
    const rooms = new Set<RoomId>();
    for (let i = 0; i < 120; i++) rooms.add(await by.group(whom));
    expect(await roomsOf(whom)).toEqual([]);
    expect(waiting(whom)).toBe(100);
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

describe("a report (R195)", () => {
  test("brings who, where and the chosen messages to administrators in reach, and nothing else to anybody", async () => {
    const [by, whom, third] = [await place.of("dept"), await place.of("district"), await place.of("dept")];
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
    expect(await report({ person: (await place.of()).person.id })).toMatchObject({ code: "forbidden" });
    expect(await report({})).toEqual({ answer: "done" });
    const entry = place.at.audit("reported").at(-1);
    expect(entry).toMatchObject({
      by: { person: whom.person.id },
      facts: { person: by.person.id, room, messages: ids[0] },
    });
    expect(JSON.stringify(place.at.audit())).not.toContain("chosen words");

    const readers = {
      near: await place.at.client("Nodal", "nodal", { unit: "dept" }, "dept"),
      far: await place.at.client("Nodal", "nodal", { unit: "dept2" }, "dept2"),
      all: await place.at.client("Provincial", "provincial"),
      none: await place.of("dept"),
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
    expect(place.at.audit("read").filter(({ facts }) => facts.ask === "reports")).toHaveLength(3);
  });

  test("of an administrator is read by the others, and ten are made in a day", async () => {
    const [admin, other] = [await place.of(undefined, "provincial"), await place.of(undefined, "provincial")];
    const whom = await place.of("dept2");
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
