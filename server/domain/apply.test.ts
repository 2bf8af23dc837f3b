import { describe, expect, test } from "bun:test";
import type { DirectoryBody } from "#protocol/directory-body";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province } from "#protocol/ids";
import { encodeRecord, type EventRecord, isBlank, KIND, SCHEME } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { verifyNow } from "../auth/verify.ts";
import { openHouse } from "../testing/house-under-test.ts";
import { applyRecord } from "./apply.ts";
import { HybridClock } from "./clock.ts";
import type { Room } from "./ports.ts";

const words = { en: "Sana", ur: "ثنا" };
const open = async () => {
  const house = openHouse("is");
  const sana = await house.enter("pb", "Sana");
  const ayesha = await house.enter("is", "Ayesha");
  const heads: Record<string, number> = {};
  /** What province `from` brings of its own making, or of what it says that `of` made. */
  const bring = (from: Province, body: unknown, of = from) => {
    const n = (heads[of] ?? 0) + 1;
    const record = encodeRecord({
      ...{ id: mintId(house.wall.ms), room: DIRECTORY_ROOM, sender: sana, device: DIRECTORY_ROOM },
      ...{ kind: KIND.directory, scheme: SCHEME.directory, body: new TextEncoder().encode(JSON.stringify(body)) },
      ...{ origin: `${of}-000000001`, n, stamp: stampOf(house.wall.ms) + n },
    });
    if (from === of) heads[of] = n;
    const clock = new HybridClock(() => house.wall.ms);
    return house.store.write(DIRECTORY_ROOM, (tx) => applyRecord(tx, record, from, house.store, clock, verifyNow));
  };
  return { house, sana, ayesha, bring };
};

test("a province brings only what its own nodes accepted", async () => {
  const { house, bring } = await open();
  const person = { id: mintId(7), province: "sd", name: words, post: words, unit: words };
  expect(await bring("pb", { person }, "sd")).toBe("refused");
  expect(house.store.person(person.id)).toBeUndefined();
  expect(await bring("sd", { person })).toBe("applied");
  expect(house.store.person(person.id)).toEqual(person);
});

test("a province enters its own people and devices, and no other's", async () => {
  const { house, ayesha, bring } = await open();
  const person = { id: ayesha, province: "pb", name: words, post: words, unit: words };
  expect(await bring("pb", { person })).toBe("refused");
  expect(await bring("pb", { person: { ...person, id: mintId(8), province: "is" } })).toBe("refused");
  expect(house.store.person(ayesha)?.province).toBe("is");
  const device = { id: mintId(9), person: ayesha, key: "theirs", label: "", revoked: false };
  expect(await bring("pb", { device })).toBe("refused");
  expect(house.store.device(device.id)).toBeUndefined();
});

test("any province shuts a device out; none gives it another key, another person or its rights back", async () => {
  const { house, sana, ayesha, bring } = await open();
  const device = house.store.device(ayesha);
  expect(await bring("pb", { device: { ...device, key: "theirs", revoked: true } })).toBe("refused");
  expect(await bring("pb", { device: { ...device, person: sana, revoked: true } })).toBe("refused");
  expect(house.store.device(ayesha)?.revoked).toBe(false);
  expect(await bring("pb", { device: { ...device, revoked: true } })).toBe("shut-out");
  expect(await bring("pb", { device: { ...device, revoked: false } })).toBe("refused");
  expect(house.store.device(ayesha)?.revoked).toBe(true);
});

test("a device's own province may say more of it, in fields that this version does not know; others may not (R38)", async () => {
  const { house, sana, ayesha, bring } = await open();
  const more = { capabilities: ["sealed.v1"] };
  const said = (id: string) => house.store.device(id) as unknown as DirectoryBody;
  expect(await bring("pb", { device: { ...house.store.device(sana), ...more } })).toBe("applied");
  expect(said(sana)).toMatchObject(more);
  expect(await bring("pb", { device: { ...house.store.device(ayesha), ...more } })).toBe("refused");
  expect(said(ayesha)).not.toMatchObject(more);
  expect(await bring("pb", { device: { ...house.store.device(sana), revoked: true } })).toBe("applied");
  expect(await bring("pb", { device: { ...house.store.device(sana), revoked: false } })).toBe("refused");
  expect(house.store.device(sana)?.revoked).toBe(true);
});

test("a record of a later kind and scheme is kept and read out as it came (R38)", async () => {
  const { house, sana, ayesha } = await open();
  const room = await house.group(ayesha, [sana]);
  const sealed = encodeRecord({
    ...{
      id: mintId(house.wall.ms),
      room,
      sender: sana,
      device: sana,
      kind: 4,
      scheme: 4,
      body: Uint8Array.of(1, 2, 3),
    },
    ...{ origin: "pb-000000001", n: 1, stamp: stampOf(house.wall.ms) + 9 },
  });
  const clock = new HybridClock(() => house.wall.ms);
  const applied = await house.store.write(room, (tx) => applyRecord(tx, sealed, "pb", house.store, clock, verifyNow));
  expect(applied).toBe("applied");
  expect(house.store.page(room, {}, 1, 0).records[0]).toEqual(sealed);
});

describe("what a province says again in a new life", () => {
  const OLD = "pb-000000001";
  const NEW = "pb-000000002";
  const prepare = async () => {
    const { house, sana, ayesha } = await open();
    const room = mintId(house.wall.ms);
    const stamp = (tick: number) => stampOf(house.wall.ms) + tick;
    const bring = (bytes: Uint8Array) => {
      const clock = new HybridClock(() => house.wall.ms);
      return house.store.write(room, (tx) => applyRecord(tx, bytes, "pb", house.store, clock, verifyNow));
    };
    const event = (origin: string, n: number, tick: number, more: Partial<EventRecord>) =>
      encodeRecord({
        ...{ id: mintId(house.wall.ms), room, sender: sana, device: sana, kind: KIND.message, scheme: SCHEME.clear },
        ...{ body: new Uint8Array(3), origin, n, stamp: stamp(tick), ...more },
      });
    const change = (cseq: number, members: PersonId[], removed: PersonId[], name = "Room"): Uint8Array => {
      const list = members.map((person) => {
        const { province } = house.store.person(person) as { province: string };
        return { person, province, role: "member", since: stamp(0) };
      });
      const head = { kind: "group", name, home: "pb", history: "all" };
      return new TextEncoder().encode(JSON.stringify({ cseq, room: head, members: list, removed }));
    };
    const control = (id: string, origin: string, n: number, tick: number, body: Uint8Array) =>
      event(origin, n, tick, { id, kind: KIND.control, scheme: SCHEME.control, body });
    return { house, sana, ayesha, room, bring, event, change, control };
  };

  test("a change is taken again under its larger count, and one message is shown in one place (R163, R164, R168)", async () => {
    const { house, sana, ayesha, room, bring, event, change, control } = await prepare();
    const [made, out, word] = [mintId(1), mintId(2), mintId(3)];
    expect(await bring(control(made, OLD, 1, 1, change(1, [sana, ayesha], [])))).toBe("applied");
    expect(await bring(event(OLD, 2, 2, { id: word }))).toBe("applied");
    expect(await bring(control(out, OLD, 3, 3, change(2, [], [ayesha])))).toBe("applied");
    const { members } = house.store.room(room) as Room;
    expect(await bring(control(made, NEW, 1, 1, change(1_000, [sana, ayesha], [])))).toBe("applied");
    expect(await bring(event(NEW, 2, 2, { id: word }))).toBe("applied");
    expect(await bring(control(out, NEW, 3, 3, change(1_001, [], [ayesha])))).toBe("applied");
    expect(house.store.room(room)).toMatchObject({ cseq: 1_001, members });
    expect(house.store.find(room, word)).toMatchObject({ origin: OLD, n: 2 });
    const shown = house.store.shown(room, NEW, 0, 9, 1e6);
    expect(shown.filter(isBlank)).toEqual([]);
  });

  test("a change of an earlier life that is heard late stands where later ones say nothing (R202)", async () => {
    const { house, sana, ayesha, room, bring, change, control } = await prepare();
    const [bano, dawud] = [await house.enter("pb", "Bano"), await house.enter("pb", "Dawud")];
    const present = () => [...(house.store.room(room)?.members.keys() ?? [])].sort();
    await bring(control(mintId(1), OLD, 1, 1, change(1, [sana, ayesha, dawud], [])));
    expect(await bring(control(mintId(2), NEW, 1, 10, change(1_000, [bano], [dawud], "Since")))).toBe("applied");
    expect(await bring(control(mintId(3), OLD, 2, 2, change(2, [], [ayesha], "Before")))).toBe("applied");
    expect(present()).toEqual([sana, bano].sort());
    expect(await bring(control(mintId(4), OLD, 3, 3, change(3, [dawud], [bano], "Before")))).toBe("applied");
    expect(present()).toEqual([sana, bano].sort());
    expect(house.store.room(room)).toMatchObject({ name: "Since", cseq: 1_000 });
    // Within one life what the room's count includes is over, as ever.
    expect(await bring(control(mintId(5), NEW, 2, 11, change(999, [ayesha], [])))).toBe("applied");
    expect(present()).toEqual([sana, bano].sort());
  });

  test("what says anything else under a known id is refused, as ever (R163)", async () => {
    const { sana, ayesha, bring, event, change, control } = await prepare();
    const [made, word] = [mintId(1), mintId(3)];
    await bring(control(made, OLD, 1, 1, change(9, [sana, ayesha], [])));
    await bring(event(OLD, 2, 2, { id: word }));
    let n = 0;
    const others = [
      () => control(made, NEW, n, n, change(1_000, [sana, ayesha], [], "Another")),
      () => control(made, NEW, n, n, change(1_000, [sana], [ayesha])),
      () => control(made, NEW, n, 1, change(8, [sana, ayesha], [])),
      () => control(made, OLD, 3, 9, change(1_000, [sana, ayesha], [])),
      () => control(word, NEW, n, n + 20, change(1_000, [sana, ayesha], [])),
      () => event(NEW, n, n + 20, { id: word, body: new Uint8Array(4) }),
      () => event(NEW, n, n + 20, { id: made }),
    ];
    for (const make of others) {
      n++;
      if (make === others[3]) n--;
      expect(await bring(make())).toBe("refused");
    }
  });

  test("what is withheld stays withheld under its new number (R161)", async () => {
    const { house, sana, ayesha, room, bring, event, change, control } = await prepare();
    await bring(control(mintId(1), OLD, 1, 1, change(1, [sana, ayesha], [])));
    await bring(control(mintId(2), OLD, 2, 2, change(2, [], [sana])));
    const word = mintId(3);
    expect(await bring(event(OLD, 3, 30, { id: word }))).toBe("applied");
    expect(await bring(event(NEW, 1, 30, { id: word }))).toBe("applied");
    expect(house.store.find(room, word)).toBeUndefined();
    for (const origin of [OLD, NEW]) expect(house.store.shown(room, origin, 0, 9, 1e6).filter(isBlank)).toHaveLength(1);
  });
});
