import { expect, test } from "bun:test";
import { onBothStores } from "./stores.ts";

const FAR = 2 ** 53 - 1;

onBothStores("messages of a hostile province", (open) => {
  test("a want says nothing of a room to those who are not in it", async () => {
    const house = await open();
    const room = await house.closedRoom();
    house.heard.length = 0;
    for (const upto of [1, FAR, 2 ** 60, -5, "x", undefined, null, {}])
      for (const after of [0, -1, -5, null, "x"])
        house.say("is", { t: "want", room, origin: house.is.store.origin, after, upto });
    await house.quiet();
    expect(house.heard.filter(({ message }) => message.t === "fill")).toEqual([]);
    expect(JSON.stringify(house.heard)).not.toContain("Closed");
  });

  test("nobody diverts what is fetched from another province", async () => {
    const house = await open();
    const room = await house.closedRoom();
    const { origin } = house.is.store;
    house.forgets = true;
    await house.is.say(house.amna, room, "lost in the log");
    await house.settle();
    house.forgets = false;
    for (let i = 0; i < 20; i++) {
      house.say("sd", { t: "owed", room, origin, n: i % 2 ? FAR : 3 });
      await house.quiet(1);
    }
    expect(house.sd.log(room)).toEqual(house.is.log(room));
    expect(house.heard.filter(({ message }) => message.t === "want")).toEqual([]);
  });

  test("marks hide nothing", async () => {
    const house = await open();
    const [closed, shared] = [await house.closedRoom(), await house.sharedRoom()];
    await house.is.say(house.amna, shared, "for all");
    await house.quiet();
    const { bilal, amna, origin } = house;
    const marks = [closed, shared].flatMap((room) =>
      [house.is.store.origin, house.sd.store.origin, origin].flatMap((of) =>
        [1, 3, 2 ** 32 - 1, FAR].flatMap((n) => [
          { room, holder: bilal, kind: "r", origin: of, n },
          { room, holder: amna, kind: "r", origin: of, n },
          { room, holder: "sd", kind: "s", origin: of, n },
          { room, holder: "is", kind: "s", origin: of, n },
        ]),
      ),
    );
    const message = { t: "marks", origin, file: 0, since: 0, upto: 10, marks };
    for (const to of ["is", "sd"] as const) house.say(to, message);
    house.network.cut("is", "sd");
    await house.is.say(house.amna, closed, "kept until Sindh has it");
    await house.quiet(2);
    expect(house.is.store.marks(closed, bilal)).toEqual([]);
    expect(house.is.store.waiting().sd).toBe(1);
    // In a room that it shares, Punjab is believed about people, but not beyond what there is.
    const { n } = house.is.store.heads(shared).get(house.is.store.origin) ?? { n: 0 };
    for (const mark of house.is.store.marks(shared, bilal))
      if (mark.origin === house.is.store.origin) expect(mark.n).toBe(n);
    house.network.heal("is", "sd");
    await house.quiet();
    expect(house.sd.store.unread(closed, bilal)).toBe(2);
  });

  test("stored marks of what was never written begin few lives, and lose nothing (R166)", async () => {
    const house = await open();
    const [closed, shared] = [await house.closedRoom(), await house.sharedRoom()];
    const lives = new Set([house.is.store.origin]);
    for (let i = 0; i < 12; i++) {
      await house.is.say(house.amna, i % 2 ? closed : shared, `words ${i}`);
      const of = house.is.store.origin;
      const marks = [closed, shared].flatMap((room) => [
        { room, holder: "pb", kind: "s", origin: of, n: 1, hash: "0123456789abcdef" },
        { room, holder: "pb", kind: "s", origin: of, n: FAR, hash: { toString: 1 } },
        { room, holder: "pb", kind: "s", origin: of, n: 2 ** 32 - 1 },
      ]);
      house.say("is", { t: "marks", origin: house.origin, file: 0, since: 0, upto: 0, marks });
      await house.quiet(2);
      lives.add(house.is.store.origin);
    }
    await house.quiet();
    expect(lives.size).toBe(4);
    const words = (member: typeof house.is, room: string) =>
      member.log(room).flatMap((line) => line.match(/words \d+/) ?? []);
    expect(words(house.is, closed)).toEqual([1, 3, 5, 7, 9, 11].map((i) => `words ${i}`));
    for (const room of [closed, shared]) expect(new Set(words(house.sd, room))).toEqual(new Set(words(house.is, room)));
  });

  test("absurd peer messages are survived, and answered with little", async () => {
    const house = await open();
    const room = await house.sharedRoom();
    house.heard.length = 0;
    const { origin } = house;
    const many = Array.from({ length: 50_000 }, () => null);
    const odd: Record<string, unknown>[] = [{ t: "beat", origin, hears: true, marks: many }];
    odd.push(
      { t: "beat", origin, hears: true, marks: [1e300, -1, "x", {}] },
      { t: "beat", origin: {}, hears: true, marks: {} },
    );
    for (const file of [-1, 1e9, 0.5, "0", null, "__proto__"]) odd.push({ t: "ask-marks", file, since: 0 });
    for (const since of [1e300, "x", null, -1]) odd.push({ t: "ask-marks", file: 0, since });
    odd.push({ t: "marks", origin, file: 0, since: 0, upto: 1e300, marks: [] }, { t: "marks", origin, marks: 5 });
    odd.push({ t: "fill", room, origin, base: 1.5, hash: "zz" }, { t: "fill", room, origin, base: 7, hash: "zz" });
    odd.push(
      { t: "fill", room: null, origin: null },
      { t: "owed", room, origin, n: "x" },
      { t: "request", request: null },
    );
    odd.push({ t: "outcome", id: {}, person: [], outcome: null }, { t: "live", message: null }, { t: "__proto__" }, {});
    for (const message of odd) house.say("is", message);
    const { peers } = house.network.port("pb");
    for (const bytes of [new Uint8Array(0), new Uint8Array(3), Uint8Array.of(255, 255, 255, 255, 1)])
      peers.send("is", bytes);
    peers.send("is", Buffer.from(`\0\0\xff\xff${"[".repeat(0xffff)}`, "latin1"));
    house.log("is", house.record(room, 2, "good"));
    await house.quiet();
    expect(house.heard.length).toBeLessThan(200);
    expect(house.is.log(room).length).toBe(2);
    house.say("is", {
      t: "marks",
      origin,
      file: 0,
      since: 0,
      upto: 3,
      marks: [{ room, holder: "pb", kind: "s", origin, n: 2 }],
    });
    house.say("is", { t: "ask-marks", file: 0, since: 0 });
    house.heard.length = 0;
    await house.quiet();
    expect(house.is.store.marks(room, "pb")).toEqual([{ room, holder: "pb", kind: "s", origin, n: 2 }]);
    expect(house.heard.some(({ message }) => message.t === "marks")).toBe(true);
  });

  test("the answer to a request is an answer and nothing else", async () => {
    const house = await open();
    const room = await house.sharedRoom();
    const id = house.id();
    const answers: unknown[] = [];
    house.is.rooms.onOutcome((_, __, outcome) => answers.push(outcome));
    await house.is.change(house.amna, room, { op: "rename", name: "New" }, id);
    const outcomes = [
      null,
      { state: "gone" },
      { state: "refused" },
      { state: "refused", error: { code: "x", message: {} } },
    ];
    for (const outcome of outcomes) house.say("is", { t: "outcome", id, person: house.amna, outcome });
    await house.quiet(2);
    expect(answers).toEqual([]);
    house.say("is", { t: "outcome", id, person: house.amna, outcome: { state: "done", t: "bye", retryAfter: 1 } });
    await house.quiet(2);
    expect(answers).toEqual([{ state: "done" }]);
  });
});
