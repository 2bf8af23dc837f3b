import { expect, test } from "bun:test";
import { fromHex, mintId } from "#protocol/ids";
import { AT, KIND } from "#protocol/record";
import { openHouse, refusal } from "../testing/house-under-test.ts";

test("a draft that comes again answers its first ack and is stored once", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const room = await house.group(ayesha, []);
  const id = mintId(1);
  const first = await house.say(ayesha, room, "Noted.", id);
  expect(await house.say(ayesha, room, "Noted.", id)).toEqual(first);
  expect(house.store.heads(room).get(house.store.origin)?.n).toBe(2);
});

test("a stranger may not write, and a room that is not here is no refusal: it may be elsewhere", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = await house.group(ayesha, []);
  expect(await refusal(house.say(bilal, room, "Let me in"))).toBe("forbidden");
  expect(await refusal(house.say(bilal, mintId(5), "Anybody?"))).toBe("elsewhere");
});

test("who was taken out of a room writes there no more", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = await house.group(ayesha, [bilal]);
  expect(await refusal(house.say(bilal, room, "one"))).toBe("done");
  await house.change(ayesha, room, { op: "remove", members: [bilal] });
  expect(await refusal(house.say(bilal, room, "two"))).toBe("forbidden");
});

test("in a channel only owners write", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = mintId(2);
  await house.change(ayesha, room, { op: "create", kind: "channel", name: "Orders", history: "all", members: [bilal] });
  expect(await refusal(house.say(bilal, room, "May I?"))).toBe("forbidden");
  expect(await refusal(house.say(ayesha, room, "Order 12"))).toBe("done");
});

test("an envelope that lies about its sender, kind, scheme or size is refused, and so is what is kept for later (R37, R38)", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = await house.group(ayesha, [bilal]);
  const send = (record: Uint8Array) => refusal(house.messaging.send({ person: ayesha, device: ayesha }, record));
  const with_ = (at: number, value: number) => {
    const record = house.draft(ayesha, room, "x");
    record[at] = value;
    return record;
  };
  expect(await send(house.draft(bilal, room, "forged"))).toBe("fix");
  const halfForged = house.draft(ayesha, room, "x");
  halfForged.set(fromHex(bilal), AT.sender);
  expect(await send(halfForged)).toBe("fix");
  for (const record of [
    with_(AT.kind, 2),
    with_(AT.scheme, 2),
    ...[4, 5, 6].map((kept) => with_(AT.kind, kept)),
    ...[4, 5].map((kept) => with_(AT.scheme, kept)),
    with_(AT.reserved, 1),
    with_(AT.version, 9),
    with_(AT.size, 1),
  ])
    expect(await send(record)).toBe("fix");
  expect(await send(house.draft(ayesha, room, ""))).toBe("fix");
  expect(await send(house.draft(ayesha, room, "x".repeat(32 * 1024 + 1)))).toBe("fix");
});

test("a note of a call is taken as a message is, and in clear alone", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const bilal = await house.enter("is", "Bilal");
  const room = await house.group(ayesha, [bilal]);
  const note = (sender = ayesha) => {
    const record = house.draft(sender, room, "An hour, four people");
    record[AT.kind] = KIND.note;
    return record;
  };
  const ack = await house.messaging.send({ person: ayesha, device: ayesha }, note());
  expect(ack.n).toBe(2);
  expect(house.store.unread(room, bilal)).toBe(0);
  const sealed = note();
  sealed[AT.scheme] = 4;
  expect(await refusal(house.messaging.send({ person: ayesha, device: ayesha }, sealed))).toBe("fix");
  const stranger = await house.enter("is", "Chand");
  expect(await refusal(house.messaging.send({ person: stranger, device: stranger }, note(stranger)))).toBe("forbidden");
});

test("an event goes to the other provinces that have members, and to no other", async () => {
  const house = openHouse();
  const ayesha = await house.enter("is", "Ayesha");
  const nadia = await house.enter("pb", "Nadia");
  await house.say(ayesha, await house.group(ayesha, []), "at home");
  expect(house.store.waiting()).toEqual({});
  await house.say(ayesha, await house.group(ayesha, [nadia]), "to Punjab");
  expect(house.store.waiting()).toEqual({ pb: 2 });
});

test("a node that is not the room's home refuses nothing for good: it may not have heard yet", async () => {
  const house = openHouse("is");
  const ayesha = await house.enter("is", "Ayesha");
  const nadia = await house.enter("pb", "Nadia");
  const room = mintId(8);
  const member = { person: nadia, province: "pb", role: "owner", since: 1 } as const;
  await house.store.write(room, (tx) => {
    tx.putRoom({ id: room, kind: "group", name: "Hers", home: "pb", history: "all", cseq: 1 });
    tx.putMembers(room, [member]);
  });
  expect(await refusal(house.say(ayesha, room, "I was just added"))).toBe("elsewhere");
  await house.store.write(room, (tx) => tx.putMembers(room, [{ ...member, person: ayesha, province: "is" }]));
  expect(await refusal(house.say(ayesha, room, "I was just added"))).toBe("done");
});

test("a node takes a guest's message only where its own people might write: others would not believe it (R160)", async () => {
  const house = openHouse("is");
  const guest = await house.enter("pb", "Guest");
  const host = await house.enter("is", "Host");
  for (const [kind, role, answer] of [
    ["group", "member", "done"],
    ["channel", "member", "elsewhere"],
    ["channel", "owner", "done"],
  ] as const) {
    const room = mintId(house.wall.ms++);
    await house.store.write(room, (tx) => {
      tx.putRoom({ id: room, kind, name: "Hers", home: "pb", history: "all", cseq: 1 });
      tx.putMembers(room, [
        { person: guest, province: "pb", role: "owner", since: 1 },
        { person: host, province: "is", role, since: 1 },
      ]);
    });
    expect(await refusal(house.say(guest, room, "from abroad"))).toBe(answer);
  }
});
