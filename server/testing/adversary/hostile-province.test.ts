import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import { type ControlOp, directRoomId } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import { openStore } from "../../store/open.ts";
import { MemoryStore } from "../memory-store.ts";
import { House, person } from "./house.ts";

const folder = mkdtempSync(join(tmpdir(), "beep-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let turn = 0;
const STORES = {
  memory: (province: Province) => new MemoryStore({ province }),
  SQLite: (province: Province) => openStore({ folder: join(folder, `${turn++}-${province}`), province }),
};
const FAR = 2 ** 53 - 1;

for (const [name, open] of Object.entries(STORES))
  describe(`a hostile province, ${name}`, () => {
    let house: House;
    afterEach(() => house.stop());
    /** A room of Islamabad and Sindh, of which Punjab knows no more than the id. */
    const closedRoom = async () => {
      const room = house.id();
      const change = {
        op: "create",
        kind: "group",
        name: "Closed",
        history: "all",
        members: [house.bilal],
      } as ControlOp;
      await house.is.change(house.amna, room, change);
      await house.is.say(house.amna, room, "for Sindh alone");
      await house.quiet();
      return room;
    };
    const sharedRoom = async () => {
      const room = house.id();
      const made = house.control(room, 1, house.creation(house.everybody()));
      for (const to of ["is", "sd"] as const) house.log(to, made);
      await house.quiet();
      expect(house.is.store.room(room)?.members.size).toBe(3);
      return room;
    };

    test("malformed bodies stop nobody", async () => {
      house = await House.open(open);
      const room = await sharedRoom();
      const good = house.creation(house.everybody());
      const bodies: unknown[] = [null, 5, "x", [], {}, { room: null }, { cseq: 2 }, { ...good, cseq: "2" }];
      bodies.push(
        { ...good, cseq: 2, members: null },
        { ...good, cseq: 2, removed: [{}] },
        { ...good, cseq: 2, room: {} },
      );
      for (const province of ["is.>", ">", "", "__proto__", null, "PB"])
        bodies.push({ ...good, cseq: 2, members: [{ ...house.member(house.id(), "pb"), province }] });
      bodies.push({ ...good, cseq: 2, members: [{ ...house.member(house.id(), "pb"), since: 0.5 }] });
      for (const body of bodies) house.log("is", house.control(room, 2, body), house.control(house.id(), 1, body));
      const people: unknown[] = [
        null,
        5,
        {},
        { person: null },
        { device: null },
        { person: { id: house.id(), province: "pb" } },
      ];
      people.push({ device: { id: house.id(), person: house.evil, key: 5, label: null, revoked: false } });
      people.push({ person: { ...person(house.evil, "pb"), name: { en: 5 } } });
      for (const [i, body] of people.entries()) house.log("is", house.directory(2 + i, body));
      const late = person(house.id(), "pb");
      house.log("is", house.directory(2 + people.length, { person: late }), house.record(room, 2, "good again"));
      await house.quiet();
      expect(house.is.log(room).map((line) => line.split(" ").slice(3).join(" "))).toEqual(["*", "good again"]);
      expect(house.is.store.room(room)?.provinces).toEqual(["is", "pb", "sd"]);
      expect(house.is.store.person(late.id)).toEqual(late);
      expect(house.is.store.person(house.evil)).toEqual(person(house.evil, "pb"));
    });

    test("no head that lies stops the applier, or those who write at that moment", async () => {
      house = await House.open(open);
      const room = await sharedRoom();
      const lies = [
        { stamp: 2 ** 63 },
        { stamp: 2 ** 64 - 2 ** 12 },
        { stamp: 2 ** 53 },
        { origin: "pb-EVIL00000", n: 1 },
        { origin: "pb-\u00ff\u0000.*>00", n: 1 },
        { n: 0 },
      ];
      for (const lie of lies) house.log("is", house.record(room, 2, "a lie", lie));
      const said = Promise.all(lies.map((_, i) => house.is.say(house.amna, room, `innocent ${i}`)));
      house.log("is", house.record(room, 2, "good again"));
      await house.quiet();
      await said;
      expect(house.is.log(room).length).toBe(1 + lies.length + 1);
      for (const origin of house.is.store.heads(room).keys()) expect(origin).toMatch(/^[a-z]{2}-[0-9a-z]{9}$/);
    });

    test("origins without end do not swell what every client must say", async () => {
      house = await House.open(open);
      const room = await sharedRoom();
      for (let i = 0; i < 150; i++)
        house.log("is", house.record(room, 1, "one more", { origin: `pb-${String(i).padStart(9, "0")}` }));
      await house.quiet(2);
      expect(house.is.store.heads(room).size).toBeLessThan(110);
    });

    test("nobody takes over a room that has a home elsewhere", async () => {
      house = await House.open(open);
      const room = await closedRoom();
      const before = house.sd.store.room(room);
      const waiting = house.is.store.waiting().pb;
      const own = house.id();
      const mine = house.creation(house.everybody());
      const grab = { ...mine, cseq: 9, room: { ...mine.room, id: room } };
      const state = { room: { ...mine.room, id: room, cseq: 9 }, members: house.everybody() };
      const fill = { t: "fill", room, origin: house.origin, base: 3, hash: "00000000000000aa", state };
      for (const to of ["is", "sd"] as const) {
        house.log(to, house.control(own, 1, grab), house.control(room, 1, { ...mine, cseq: 9 }));
        house.say(to, fill);
        house.say(to, { ...fill, room: house.id() });
      }
      await house.quiet();
      for (const at of [house.is, house.sd]) expect(at.store.room(room)).toEqual(before);
      await house.is.say(house.amna, room, "still for Sindh alone");
      await house.quiet();
      expect(house.is.log(room)).toEqual(house.sd.log(room));
      expect(house.is.store.waiting().pb).toBe(waiting);
    });

    test("nobody gets between two people", async () => {
      house = await House.open(open);
      const { amna, bilal } = house;
      const room = await directRoomId(amna, bilal);
      const direct = house.creation([house.member(amna, "is"), house.member(bilal, "sd")], {
        kind: "direct",
        name: "",
      });
      const three = { ...direct, members: house.everybody() };
      for (const body of [direct, three])
        for (const to of ["is", "sd"] as const) house.log(to, house.control(room, 1, body));
      await house.quiet();
      expect(house.is.store.room(room)).toBeUndefined();
      const create = { op: "create", kind: "direct", name: "", history: "all", members: [bilal] } as ControlOp;
      await house.is.change(amna, room, create);
      await house.is.say(amna, room, "between us");
      await house.quiet();
      const log = house.is.log(room);
      const forged = [house.record(room, 1, "forged", { sender: amna, device: amna })];
      forged.push(house.control(room, 1, { ...three, cseq: 2 }));
      for (const to of ["is", "sd"] as const) {
        house.log(to, ...forged);
        house.say(to, { t: "fill", room, origin: house.origin, base: 0, hash: "" }, forged.slice(0, 1));
      }
      await house.quiet();
      for (const at of [house.is, house.sd]) {
        expect(at.log(room)).toEqual(log);
        expect(at.store.room(room)?.members.size).toBe(2);
      }
    });

    test("a want says nothing of a room to those who are not in it", async () => {
      house = await House.open(open);
      const room = await closedRoom();
      house.heard.length = 0;
      for (const upto of [1, FAR, 2 ** 60, -5, "x", undefined, null, {}])
        for (const after of [0, -1, -5, null, "x"])
          house.say("is", { t: "want", room, origin: house.is.store.origin, after, upto });
      await house.quiet();
      expect(house.heard.filter(({ message }) => message.t === "fill")).toEqual([]);
      expect(JSON.stringify(house.heard)).not.toContain("Closed");
    });

    test("nobody diverts what is fetched from another province", async () => {
      house = await House.open(open);
      const room = await closedRoom();
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
      house = await House.open(open);
      const [closed, shared] = [await closedRoom(), await sharedRoom()];
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

    test("absurd peer messages are survived, and answered with little", async () => {
      house = await House.open(open);
      const room = await sharedRoom();
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
      odd.push(
        { t: "outcome", id: {}, person: [], outcome: null },
        { t: "live", message: null },
        { t: "__proto__" },
        {},
      );
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
      house = await House.open(open);
      const room = await sharedRoom();
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

    test("a stamp of another age drags no clock", async () => {
      house = await House.open(open);
      const room = await sharedRoom();
      const late = house.record(room, 2, "from 2080", { stamp: stampOf(Date.UTC(2080, 0, 1)) });
      for (const to of ["is", "sd"] as const) house.log(to, late);
      await house.quiet();
      await house.is.say(house.amna, room, "from today");
      await house.quiet();
      expect(house.is.clock.next()).toBeLessThan(stampOf(house.time + 1_000));
      expect(house.is.log(room)).toEqual(house.sd.log(room));
    });
  });
