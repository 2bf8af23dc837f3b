import { expect, test } from "bun:test";
import { DIRECTORY_ROOM, type PersonId, type RoomId } from "#protocol/ids";
import { type ControlBody, directRoomId, type RoomKind } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import { applyChange, applyState } from "../../domain/apply.ts";
import { Contacts } from "../../domain/contact/contacts.ts";
import { standingIn } from "../../domain/contact/standing.ts";
import { MemoryStore } from "../memory-store.ts";
import { type House, person } from "./house.ts";
import { onBothStores } from "./stores.ts";

const NOBODY = "0".repeat(32);
/** Before all others, so that Punjab is the home of the conversation of two. */
const EARLY = `00000000000070008000${"0".repeat(11)}1`;

interface Place {
  house: House;
  /** of Amna's own unit */
  aziz: PersonId;
  contacts: Contacts;
  standing(room: RoomId): string;
}

async function prepare(house: House): Promise<Place> {
  const { is, amna } = house;
  const aziz = house.id();
  await is.enter(person(aziz, "is"));
  const name = { en: "Relief", ur: "" };
  await is.store.write(DIRECTORY_ROOM, (tx) =>
    is.directory.issue(tx, "operator", [
      { unit: { id: "relief", province: "is", parent: null, kind: "department", name } },
      ...[amna, aziz].map((id) => ({ person: { ...person(id, "is"), unitId: "relief" } })),
    ]),
  );
  for (const to of ["is", "sd"]) house.log(to, house.directory(2, { person: person(EARLY, "pb") }));
  await house.quiet();
  const contacts = new Contacts(is.store, is.rooms, () => house.time);
  const standing = (id: RoomId) => {
    const room = is.store.room(id);
    return room?.members.has(amna) ? standingIn(room, amna, is.store) : "not a member";
  };
  return { house, aziz, contacts, standing };
}

/** In whose name Punjab may say that a room was begun. */
const NAMES: Record<string, (place: Place) => PersonId> = {
  "its own person": ({ house }) => house.evil,
  "Amna herself": ({ house }) => house.amna,
  "somebody of her own unit": ({ aziz }) => aziz,
  "somebody of a third province": ({ house }) => house.bilal,
  nobody: () => NOBODY,
  "somebody who is not there": ({ house }) => house.id(),
};

/** How Punjab's node brings Amna into a room that it is home of. */
const WAYS: Record<string, (place: Place, by: PersonId) => Promise<RoomId>> = {
  ...Object.fromEntries(
    (["group", "channel"] as RoomKind[]).map((kind) => [
      `a ${kind} that is begun`,
      async ({ house, aziz }: Place, by: PersonId) => {
        const room = house.id();
        const members = [...house.everybody(), house.member(aziz, "is")];
        house.log("is", house.control(room, 1, { ...house.creation(members, { kind }), by }));
        return room;
      },
    ]),
  ),
  "a group to which she is added": async ({ house, aziz }, by) => {
    const room = house.id();
    const made = house.creation([house.member(house.evil, "pb"), house.member(aziz, "is")]);
    house.log("is", house.control(room, 1, made));
    await house.quiet();
    const amna = house.member(house.amna, "is", "member");
    const add = { ...made, change: { op: "add", members: [house.amna] }, cseq: 2, by, members: [amna] };
    house.log("is", house.control(room, 2, add));
    return room;
  },
  "a conversation of two": async ({ house }, by) => {
    const room = await directRoomId(EARLY, house.amna);
    const two = [house.member(EARLY, "pb"), house.member(house.amna, "is")];
    house.log("is", house.control(room, 1, { ...house.creation(two, { kind: "direct", name: "" }), by }));
    return room;
  },
};

onBothStores("a province's node does not answer for another one's people (R194)", (open) => {
  for (const [way, bring] of Object.entries(WAYS))
    test(`${way}: whoever it names, she is asked, and whatever it says for her after that`, async () => {
      for (const [who, name] of Object.entries(NAMES)) {
        const place = await prepare(await open());
        const { house, standing } = place;
        const room = await bring(place, name(place));
        await house.quiet();
        expect([way, who, standing(room)]).toEqual([way, who, "asked"]);
        // Words and marks in her name, as the node that she visits could bring them.
        const n = house.is.store.heads(room).get(house.origin)?.n ?? 0;
        const stamp = stampOf(house.time);
        house.log("is", house.record(room, n + 1, "I accept", { sender: house.amna, device: house.amna, stamp }));
        const mark = { room, holder: house.amna, kind: "r", origin: house.origin, n };
        house.say("is", { t: "marks", version: 1, marks: [mark, { ...mark, kind: "d" }] });
        await house.quiet();
        expect([way, who, standing(room)]).toEqual([way, who, "asked"]);
        await house.stop();
      }
    });

  test("whoever is known by a room that she has taken is not asked about; what another one is named for is", async () => {
    const place = await prepare(await open());
    const { house, contacts, standing } = place;
    const begin = WAYS["a group that is begun"] as (typeof WAYS)[string];
    const first = await begin(place, house.evil);
    await house.quiet();
    await contacts.act({ person: house.amna, device: house.amna }, { do: "accept", room: first });
    expect(standing(first)).toBe("open");
    const [second, third] = [await begin(place, house.evil), await begin(place, house.bilal)];
    await house.quiet();
    expect([standing(second), standing(third)]).toEqual(["open", "asked"]);
  });

  test("what she asked for at home is hers, whoever it is said to be of, and whenever its home makes it", async () => {
    for (const name of Object.values(NAMES)) {
      const place = await prepare(await open());
      const { house, standing } = place;
      const room = await directRoomId(EARLY, house.amna);
      const create = { op: "create", kind: "direct", name: "", history: "all", members: [EARLY] } as const;
      await house.is.change(house.amna, room, { ...create, members: [EARLY] });
      // The answer comes by the quick way, before the event.
      for (const { id } of house.is.store.requests()) await house.is.rooms.settle(id, house.amna, { state: "done" });
      const bring = WAYS["a conversation of two"] as (typeof WAYS)[string];
      await bring(place, name(place));
      await house.quiet();
      expect(standing(room)).toBe("open");
      await house.stop();
    }
  });

  test("what she answered, and whom she blocks, is told to no other province (R194)", async () => {
    const place = await prepare(await open());
    const { house, contacts, standing } = place;
    const who = { person: house.amna, device: house.amna };
    const asked = await (WAYS["a group that is begun"] as (typeof WAYS)[string])(place, house.evil);
    await house.quiet();
    const room = house.id();
    await house.is.change(house.amna, room, {
      ...{ op: "create", kind: "group", name: "Hers", history: "joined", members: [house.evil] },
    });
    const own = await directRoomId(house.evil, house.amna);
    await house.is.change(house.amna, own, {
      ...{ op: "create", kind: "direct", name: "", history: "all", members: [house.evil] },
    });
    await house.quiet();
    house.heard.length = 0;
    await contacts.act(who, { do: "decline", room: asked });
    await contacts.act(who, { do: "block", person: house.evil });
    expect([standing(asked), standing(own)]).toEqual(["hidden", "hidden"]);
    // All that Punjab may ask of rooms that it is in, from the beginning and behind what was withheld.
    for (const id of [room, asked, own])
      house.say("is", { t: "want", room: id, origin: house.is.store.origin, after: 0, upto: 99 });
    await house.quiet();
    const all = JSON.stringify(house.heard.map(({ message }) => message));
    for (const word of ["contacts", "asked", "declined", "block", "hidden"]) expect(all).not.toContain(word);
    expect(house.heard.length).toBeGreaterThan(0);
  });
});

test("a room that its home describes as a whole is asked about, and who asked for it is learned from the change (R190)", async () => {
  const store = new MemoryStore({ province: "is" });
  const [amna, by] = ["1".repeat(32), "2".repeat(32)];
  const room = "01900000000070008000000000000001";
  const unit = { id: "u", province: "is", parent: null, kind: "office", name: { en: "", ur: "" } } as const;
  await store.write(DIRECTORY_ROOM, (tx) => {
    tx.tables.offices.putUnit(unit);
    tx.putPerson({ ...person(amna, "is"), unitId: "u" });
    tx.putPerson(person(by, "pb"));
  });
  const since = stampOf(Date.UTC(2026, 0, 5));
  const member = { person: amna, province: "is", role: "member", since } as const;
  const shape = { id: room, kind: "group", name: "Room", home: "pb", history: "joined", cseq: 7 } as const;
  await store.write(room, (tx) => applyState(tx, shape, [member, { ...member, person: by, province: "pb" }], store));
  expect(store.room(room)?.contacts?.get(amna)).toEqual({ by: NOBODY, at: since, state: "asked" });
  expect(store.contactsOf(amna)).toEqual([room]);
  const { id: _, cseq: __, ...body } = shape;
  const add = { change: { op: "add", members: [amna] }, cseq: 7, by, room: body, members: [member], removed: [] };
  await store.write(room, (tx) => applyChange(tx, room, add as ControlBody, since, store));
  expect(store.room(room)?.contacts?.get(amna)).toEqual({ by, at: since, state: "asked" });
});
