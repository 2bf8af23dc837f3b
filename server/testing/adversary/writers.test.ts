import { expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { decodeRecord, isBlank, KIND, SCHEME } from "#protocol/record";
import { directRoomId, postRoomId } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import type { House } from "./house.ts";
import { onBothStores } from "./stores.ts";

type Who = "evil" | "amna" | "bilal" | "stranger" | "nobody";
const WHO: readonly Who[] = ["evil", "amna", "bilal", "stranger", "nobody"];
/** Kinds of records, those that later versions may write among them. */
const KINDS = { message: KIND.message, note: KIND.note, keys: 4, file: 5, receipt: 6, directory: KIND.directory };

/** Every kind of room, where Punjab stands in it, and in whose name its node is believed there. */
const ROOMS: Record<string, { make: (house: House) => Promise<RoomId>; believed: readonly Who[] }> = {
  "a conversation of two others": { make: direct, believed: [] },
  "a conversation with a post of others": { make: post, believed: [] },
  "a group of others": { make: (house) => house.closedRoom(), believed: [] },
  "a group of its own people and others": { make: group, believed: ["evil", "amna", "bilal"] },
  "a group from which its people were removed": {
    make: async (house) => {
      const room = await group(house);
      await house.is.change(house.amna, room, { op: "remove", members: [house.evil] });
      await house.quiet();
      return room;
    },
    believed: [],
  },
  "a group that it is home of": { make: (house) => house.sharedRoom(), believed: ["evil", "amna", "bilal"] },
  "a channel that its people read": { make: channel, believed: [] },
  "a channel in which its people write": {
    make: async (house) => {
      const room = await channel(house);
      await house.is.change(house.amna, room, { op: "role", person: house.evil, role: "owner" });
      await house.quiet();
      return room;
    },
    believed: ["evil", "amna"],
  },
  "a channel in which its people wrote once": {
    make: async (house) => {
      const room = await channel(house);
      await house.is.change(house.amna, room, { op: "role", person: house.evil, role: "owner" });
      await house.is.change(house.amna, room, { op: "role", person: house.evil, role: "member" });
      await house.quiet();
      return room;
    },
    believed: [],
  },
};

async function direct(house: House): Promise<RoomId> {
  const room = await directRoomId(house.amna, house.bilal);
  await house.is.change(house.amna, room, {
    op: "create",
    kind: "direct",
    name: "",
    history: "all",
    members: [house.bilal],
  });
  await house.quiet();
  return room;
}

async function post(house: House): Promise<RoomId> {
  const name = { en: "Karachi", ur: "" };
  await house.sd.store.write(DIRECTORY_ROOM, (tx) =>
    house.sd.directory.issue(tx, "operator", [
      { unit: { id: "karachi", province: "sd", parent: null, kind: "district", name } },
      { post: { id: "dck", province: "sd", unit: "karachi", title: name } },
      { charge: { id: "c1", post: "dck", person: house.bilal, kind: "regular", from: house.time - 1_000, to: null } },
    ]),
  );
  await house.quiet();
  const room = await postRoomId(house.amna, "dck");
  const create = { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dck"] } as const;
  await house.is.change(house.amna, room, { ...create, members: [], posts: ["dck"] });
  await house.quiet();
  return room;
}

const withAll = async (house: House, kind: "group" | "channel"): Promise<RoomId> => {
  const room = house.id();
  const members = [house.bilal, house.evil];
  await house.is.change(house.amna, room, { op: "create", kind, name: "Orders", history: "all", members });
  await house.quiet();
  return room;
};
function group(house: House): Promise<RoomId> {
  return withAll(house, "group");
}
function channel(house: House): Promise<RoomId> {
  return withAll(house, "channel");
}

onBothStores("a record is believed only from who may have written it (R160)", (open) => {
  for (const [name, { make, believed }] of Object.entries(ROOMS))
    test(`in ${name}, in whoever's name, by whatever origin and of whatever kind`, async () => {
      const house = await open();
      const people: Record<Who, PersonId> = {
        evil: house.evil,
        amna: house.amna,
        bilal: house.bilal,
        stranger: house.id(),
        nobody: "0".repeat(32),
      };
      const room = await make(house);
      const before = { is: house.is.log(room), sd: house.sd.log(room), room: house.is.store.room(room) };
      const shown: string[] = [];
      let n = house.is.store.heads(room).get(house.origin)?.n ?? 0;
      const all: Uint8Array[] = [];
      for (const who of WHO)
        for (const [kind, code] of Object.entries(KINDS)) {
          const forged = { id: mintId(house.time++), sender: people[who], device: people[who], kind: code };
          all.push(house.record(room, ++n, `${who} ${kind}`, forged));
          if (believed.includes(who) && kind !== "directory") shown.push(forged.id);
          // In the name of others' nodes, at whatever place.
          for (const origin of [house.is.store.origin, house.sd.store.origin, "is-000000009"])
            all.push(house.record(room, n, "not from there", { ...forged, id: mintId(house.time++), origin }));
        }
      // And who is in it, from whoever is not its home.
      const grab = { ...house.creation(house.everybody()), cseq: 99 };
      if (before.room?.home !== "pb") all.push(house.control(room, ++n, grab));
      const last = house.id();
      all.push(house.record(room, ++n, "behind them all", { id: last }));
      if (believed.includes("evil")) shown.push(last);
      for (const to of ["is", "sd"] as const) house.log(to, ...all);
      await house.quiet(14);
      for (const at of [house.is, house.sd]) {
        const came = at
          .log(room)
          .filter((line) => line.startsWith("pb-"))
          .map((line) => line.split(" ")[2] as string);
        const told = at.store.page(room, {}, 200, 0).records.filter((record) => !isBlank(record));
        expect(came.filter((id) => shown.includes(id))).toEqual(shown);
        const strange = told
          .map(decodeRecord)
          .filter(({ origin, kind, id }) => origin === house.origin && kind !== KIND.control && !shown.includes(id));
        expect(strange).toEqual([]);
        expect(at.store.unread(room, house.bilal)).toBeLessThanOrEqual(
          told.filter((record) => record[1] === KIND.message).length,
        );
        expect(at.store.room(room)).toEqual(before.room);
      }
      for (const at of ["is", "sd"] as const)
        expect(house[at].log(room).filter((line) => !line.startsWith("pb-"))).toEqual(
          before[at].filter((line) => !line.startsWith("pb-")),
        );
      // What is honest goes on among the others.
      await house.is.say(house.amna, room, "still here");
      await house.quiet();
      expect(house.sd.log(room).some((line) => line.endsWith("still here"))).toBe(true);
    });

  test("of one whom the home removes, what was stamped before is taken, and nothing after it (R161)", async () => {
    const house = await open();
    const room = await group(house);
    const inFlight = house.record(room, 1, "in flight");
    house.time += 60_000;
    await house.is.change(house.amna, room, { op: "remove", members: [house.evil] });
    await house.quiet();
    house.time += 60_000;
    for (const to of ["is", "sd"] as const)
      house.log(to, inFlight, house.record(room, 2, "too late"), house.record(room, 3, "later yet"));
    await house.quiet();
    for (const at of [house.is, house.sd]) {
      const words = at.log(room).map((line) => line.split(" ").slice(3).join(" "));
      expect(words.filter((word) => word !== "*")).toEqual(["in flight"]);
    }
  });

  test("a name that a room cannot have, and more members or posts than it can hold, are not taken from its home either (R165)", async () => {
    const house = await open();
    const names = ["", " ", "x".repeat(101), "a\u202eb", "a\u0000b", " padded", "\u2066x"];
    const rooms = names.map((name) => {
      const id = house.id();
      for (const to of ["is", "sd"] as const)
        house.log(to, house.control(id, 1, house.creation(house.everybody(), { name })));
      return id;
    });
    const posts = Array.from({ length: 51 }, (_, i) => ({ post: `p${i}`, role: "member" as const }));
    const crowded = house.id();
    house.log("is", house.control(crowded, 1, house.creation(house.everybody(), { posts })));
    const huge = house.id();
    const members = [
      ...house.everybody(),
      ...Array.from({ length: 10_000 }, () => house.member(house.id(), "pb", "member")),
    ];
    const { room } = house.creation([]);
    const state = { room: { ...room, id: huge, cseq: 3 }, members };
    house.say("is", { t: "fill", room: huge, origin: house.origin, base: 3, hash: "00000000000000aa", state });
    await house.quiet();
    for (const id of [...rooms, crowded, huge]) expect(house.is.store.room(id)).toBeUndefined();
    const good = house.id();
    house.log("is", house.control(good, 1, house.creation(house.everybody(), { name: "x".repeat(100) })));
    await house.quiet();
    expect(house.is.store.room(good)?.name).toHaveLength(100);
    house.log("is", house.control(good, 2, { ...house.creation(house.everybody(), { name: "a\u202eb" }), cseq: 2 }));
    house.log("is", house.record(good, 3, "goes on"));
    await house.quiet();
    expect(house.is.store.room(good)?.name).toHaveLength(100);
    expect(house.is.log(good).at(-1)).toEndWith("goes on");
  });
});

onBothStores("stamps of a hostile province (R164)", (open) => {
  test("rise within a log: what falls back is refused, and what is behind it is heard", async () => {
    const house = await open();
    const room = await group(house);
    const now = stampOf(house.time);
    const stamps = [now, now - 1, now, now - 4_096_000, 0, now + 1];
    const all = stamps.map((stamp, i) => house.record(room, i + 1, `stamp ${i}`, { stamp }));
    for (const to of ["is", "sd"] as const) house.log(to, ...all);
    await house.quiet();
    for (const at of [house.is, house.sd]) {
      const words = at.log(room).map((line) => line.split(" ").slice(3).join(" "));
      expect(words.filter((word) => word !== "*")).toEqual(["stamp 0", "stamp 5"]);
      expect(at.alarms.filter((alarm) => alarm.startsWith("refused-record"))).toHaveLength(4);
    }
  });

  test("that lie ahead are held back until they are due, alarmed once, while other rooms go on", async () => {
    const house = await open();
    const [held, other] = [await group(house), await group(house)];
    const hour = 3_600_000;
    const ahead = [
      house.record(held, 1, "from an hour ahead", { stamp: stampOf(house.time + hour) }),
      house.record(held, 2, "and behind it", { stamp: stampOf(house.time + hour) + 1 }),
    ];
    house.log("is", ...ahead, house.record(other, 1, "on time"));
    await house.quiet(40);
    await house.is.say(house.amna, held, "meanwhile");
    await house.quiet();
    const words = (room: RoomId) => house.is.log(room).map((line) => line.split(" ").slice(3).join(" "));
    expect(words(other)).toContain("on time");
    expect(words(held)).toEqual(["*", "meanwhile"]);
    expect(house.is.store.latest(held)).toBeLessThan(stampOf(house.time + 1_000));
    expect(house.is.alarms.filter((alarm) => alarm.startsWith("clock-ahead"))).toHaveLength(1);
    house.time += hour;
    house.heard.length = 0;
    await house.quiet(3);
    // It is asked for where it came from.
    expect(house.heard.some(({ message }) => message.t === "want" && message.room === held)).toBe(true);
    house.say("is", { t: "fill", room: held, origin: house.origin, base: 0, hash: "" }, ahead);
    await house.quiet();
    expect(words(held)).toEqual(["*", "meanwhile", "from an hour ahead", "and behind it"]);
  });
});

onBothStores("twins of a hostile province (R163)", (open) => {
  test("what a visited node made of a guest's draft gives way when the guest sends it at home", async () => {
    const house = await open();
    const room = await group(house);
    const id = house.id();
    const [sender, device] = [house.amna, house.is.deviceOf(house.amna)];
    for (const to of ["is", "sd"] as const)
      house.log(to, house.record(room, 1, "Do NOT release the water.", { id, sender, device }));
    await house.quiet();
    const ack = await house.is.say(house.amna, room, "Release the water.", id);
    expect(ack).toMatchObject({ origin: house.is.store.origin });
    expect(await house.is.say(house.amna, room, "Release the water.", id)).toEqual(ack);
    await house.quiet();
    for (const at of [house.is, house.sd]) {
      const words = at.log(room).map((line) => line.split(" ").slice(3).join(" "));
      expect(words.filter((word) => word !== "*")).toEqual(["Release the water."]);
    }
    // What it took as it was stands, and is not written twice.
    const other = house.id();
    for (const to of ["is", "sd"] as const)
      house.log(to, house.record(room, 2, "As it was.", { id: other, sender, device }));
    await house.quiet();
    expect(await house.is.say(house.amna, room, "As it was.", other)).toMatchObject({ origin: house.origin });
  });

  // The second copy of a forgery, under another life of its province, must go with the first one.
  for (const copies of [1, 2, 3])
    for (const way of ["it comes from their own node", "they say it at home"] as const)
      for (const more of ["", ", and copies that come after it"] as const)
        test(`a forgery under ${copies} lives of its province is gone from all where ${way}${more}`, async () => {
          const house = await open();
          const room = await group(house);
          const id = house.id();
          const [sender, device] = [house.amna, house.amna];
          const lives = Array.from({ length: copies + 2 }, (_, i) => `pb-evil0000${i}`);
          const forge = (life: number, to: readonly ("is" | "sd")[]) => {
            const forged = { id, sender, device, origin: lives[life] as string, stamp: stampOf(house.time) - 1 - life };
            const record = house.record(room, 1, "Do NOT release the water.", forged);
            for (const code of to) house.log(code, record);
          };
          const isLate = way === "it comes from their own node";
          if (isLate) house.network.cut("is", "sd");
          for (let life = 0; life < copies; life++) forge(life, isLate ? ["sd"] : ["is", "sd"]);
          await house.quiet();
          await house.is.say(house.amna, room, "Release the water.", id);
          if (isLate) house.network.heal("is", "sd");
          await house.quiet(30);
          if (more !== "") for (let life = copies; life < copies + 2; life++) forge(life, ["is", "sd"]);
          await house.quiet(30);
          for (const at of [house.is, house.sd]) {
            const words = at.log(room).map((line) => line.split(" ").slice(3).join(" "));
            expect(words.filter((word) => word !== "*")).toEqual(["Release the water."]);
            expect(at.store.find(room, id)?.origin).toBe(house.is.store.origin);
          }
        });

  /** What a twin may have otherwise than the message whose id it bears. */
  const FORGERIES = {
    words: {},
    sender: (house: House) => ({ sender: house.evil, device: house.evil }),
    device: (house: House) => ({ sender: house.amna, device: house.evil }),
    kind: (house: House) => ({ sender: house.amna, device: house.amna, kind: KIND.note }),
    scheme: (house: House) => ({ sender: house.amna, device: house.amna, scheme: 4 }),
    "sender alone": (house: House) => ({ sender: house.bilal, device: house.bilal }),
  };
  for (const [what, forgery] of Object.entries(FORGERIES))
    for (const [when, offset] of [["earlier", -1] as const, ["later", 1] as const])
      for (const order of ["after", "before"] as const)
        test(`with other ${what}, stamped ${when}, that comes ${order} it, take nobody's place`, async () => {
          const house = await open();
          const room = await group(house);
          const id = house.id();
          const said = "Release the water.";
          const forged = {
            sender: house.amna,
            device: house.amna,
            scheme: SCHEME.clear,
            ...(typeof forgery === "function" ? forgery(house) : forgery),
            id,
          };
          if (order === "before") {
            house.network.cut("is", "sd");
            house.network.cut("is", "pb");
          }
          await house.is.say(house.amna, room, said, id);
          await house.settle();
          const honest = house.is.store.page(room, {}, 1, 0).records.map(decodeRecord)[0];
          const words = ["words"].includes(what) ? "Do NOT release the water." : said;
          const twin = house.record(room, 1, words, { ...forged, stamp: (honest?.stamp ?? 0) + offset });
          const alarmed = () => house.sd.alarms.filter((alarm) => alarm.startsWith("refused-record")).length;
          if (order === "after") await house.quiet();
          house.log("sd", twin);
          await house.quiet(4);
          if (order === "before") {
            house.network.heal("is", "sd");
            house.network.heal("is", "pb");
          }
          house.log("is", twin);
          await house.quiet(30);
          // Under the name of its own people it may say what it likes, and who hears that first cannot tell whose the id is.
          const misled = order === "before" && what === "sender";
          for (const at of misled ? [house.is] : [house.is, house.sd]) {
            const bearing = at.store
              .page(room, {}, 50, 0)
              .records.map(decodeRecord)
              .filter((event) => event.id === id);
            expect(bearing.map(({ origin, body }) => [origin, new TextDecoder().decode(body)])).toEqual([
              [house.is.store.origin, said],
            ]);
            expect(at.store.find(room, id)?.origin).toBe(house.is.store.origin);
          }
          expect(alarmed()).toBe(1);
          house.log("is", house.record(room, 2, "honest again", { stamp: stampOf(house.time) }));
          await house.quiet();
          expect(house.is.log(room).at(-1)).toEndWith("honest again");
        });
});
