import { expect, test } from "bun:test";
import { isBlank } from "#protocol/record";
import { type ControlOp, directRoomId } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import { person } from "./house.ts";
import { onBothStores } from "./stores.ts";

onBothStores("records of a hostile province", (open) => {
  test("malformed bodies stop nobody", async () => {
    const house = await open();
    const room = await house.sharedRoom();
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
    for (const [i, body] of bodies.entries())
      house.log("is", house.control(room, 2 + i, body), house.control(house.id(), 1, body));
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
    house.log(
      "is",
      house.directory(2 + people.length, { person: late }),
      house.record(room, 2 + bodies.length, "good again"),
    );
    await house.quiet();
    const words = house.is.log(room).map((line) => line.split(" ").slice(3).join(" "));
    // Each keeps its place, with a blank in it.
    expect(words).toEqual([...Array.from({ length: 1 + bodies.length }, () => "*"), "good again"]);
    const { records } = house.is.store.page(room, {}, 99, 0);
    expect(records.filter(isBlank)).toHaveLength(bodies.length);
    expect(house.is.store.room(room)?.provinces).toEqual(["is", "pb", "sd"]);
    expect(house.is.store.person(late.id)).toEqual(late);
    expect(house.is.store.person(house.evil)).toEqual(person(house.evil, "pb"));
  });

  test("no head that lies stops the applier, or those who write at that moment", async () => {
    const house = await open();
    const room = await house.sharedRoom();
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
    const house = await open();
    const room = await house.sharedRoom();
    for (let i = 0; i < 150; i++)
      house.log("is", house.record(room, 1, "one more", { origin: `pb-${String(i).padStart(9, "0")}` }));
    await house.quiet(2);
    expect(house.is.store.heads(room).size).toBeLessThan(110);
  });

  test("nobody takes over a room that has a home elsewhere", async () => {
    const house = await open();
    const room = await house.closedRoom();
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
    const house = await open();
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

  test("a stamp of another age drags no clock", async () => {
    const house = await open();
    const room = await house.sharedRoom();
    const late = house.record(room, 2, "from 2080", { stamp: stampOf(Date.UTC(2080, 0, 1)) });
    for (const to of ["is", "sd"] as const) house.log(to, late);
    await house.quiet();
    await house.is.say(house.amna, room, "from today");
    await house.quiet();
    expect(house.is.clock.next()).toBeLessThan(stampOf(house.time + 1_000));
    expect(house.is.log(room)).toEqual(house.sd.log(room));
  });
});
