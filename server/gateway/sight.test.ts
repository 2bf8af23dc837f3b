import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import type { Down } from "#protocol/down";
import { mintId } from "#protocol/ids";
import { type ControlOp, directRoomId, postRoomId } from "#protocol/room";
import { Reader } from "../domain/directory/cards.ts";
import { AdministrationUnderTest, ask, order } from "./administration-under-test.ts";
import { ClientUnderTest } from "./client-under-test.ts";
import { STRANGERS_A_DAY } from "./looking-up.ts";
import { endsWell } from "./whole-file.ts";

const SECRETS = { number: "IS-4711", mobile: "+923001234567", email: "subject@cabinet.gov.pk" };
const two = (text: string) => ({ en: text, ur: text });
let at: AdministrationUnderTest;
/** whose card it is: DC of the district, by charge */
let subject: ClientUnderTest;
let readers: Record<string, { client: ClientUnderTest; sees: readonly (keyof typeof SECRETS)[] }>;

async function enter(name: string, more: Partial<Person> = {}): Promise<ClientUnderTest> {
  const person: Person = {
    ...{ id: mintId(Date.now()), province: "is", name: two(name), post: two(""), unit: two("") },
    ...more,
  };
  await at.put([{ person }]);
  const client = await ClientUnderTest.enrol(at.node, person);
  await client.connect();
  return client;
}

beforeAll(async () => {
  at = await AdministrationUnderTest.open();
  const { number, ...contact } = SECRETS;
  subject = await enter("Subject", { number, contact, unitId: "district" });
  const holder = await enter("Holder", { unitId: "dept2" });
  const roomMate = await enter("Room mate", { unitId: "dept2" });
  const colleague = await enter("Colleague", { unitId: "district" });
  const stranger = await enter("Stranger", { unitId: "dept2" });
  const ofPublic = await enter("Citizen", { public: true });
  const publicMate = await enter("Answered citizen", { public: true });
  const admin = await at.client("Provincial", "provincial", undefined, "dept2");
  await at.put([
    { post: { id: "sec", province: "is", unit: "dept2", title: two("Section Officer") } },
    { post: { id: "counter", province: "is", unit: "district", title: two("Counter"), open: true } },
    { charge: { id: "c1", post: "dc", person: subject.person.id, kind: "regular", from: 0, to: null } },
    { charge: { id: "c2", post: "sec", person: holder.person.id, kind: "regular", from: 0, to: null } },
    { charge: { id: "c3", post: "counter", person: subject.person.id, kind: "additional", from: 1, to: null } },
  ]);
  await subject.group(roomMate);
  await subject.group(publicMate);
  const near = ["mobile", "email"] as const;
  readers = {
    "the owner": { client: subject, sees: ["number", ...near] },
    "who is of the same unit": { client: colleague, sees: near },
    "who shares a small room": { client: roomMate, sees: near },
    "who holds a post, too": { client: holder, sees: near },
    "an official with nothing in common": { client: stranger, sees: [] },
    "an administrator who is not near, outside the administration": { client: admin, sees: [] },
    "somebody of the public": { client: ofPublic, sees: [] },
    "somebody of the public who was written to": { client: publicMate, sees: [] },
  };
});
afterAll(async () => {
  await endsWell(at.node);
});

const asked = (client: ClientUnderTest, message: Record<string, unknown>): Promise<Down> => {
  const ref = client.nextRef();
  client.say({ ...message, ref });
  return client.frame(() => client.downs.find((down) => "ref" in down && down.ref === ref), String(message.t));
};

/** Every way in which a frame with a card comes to somebody. */
const FRAMES: Record<string, (client: ClientUnderTest) => Promise<unknown>> = {
  welcome: async (client) => {
    client.socket.close();
    await client.closed;
    return client.connect();
  },
  "people by id": (client) => asked(client, { t: "people", ids: [subject.person.id] }),
  "people by words": (client) => asked(client, { t: "find", text: "Subject" }),
  "posts by words": (client) => asked(client, { t: "find", text: "Deputy" }),
  "posts by id": (client) => asked(client, { t: "posts", ids: ["dc", "counter"] }),
  "a room and its members": async (client) =>
    Promise.all(at.node.store.roomsOf(client.person.id).map((room) => asked(client, { t: "room", room }))),
  "a card that changed, unasked": async (client) => {
    const before = subject.downs.filter(({ t }) => t === "people").length;
    const present = at.node.store.person(subject.person.id) as Person;
    await at.put([{ person: { ...present, grade: ((present.grade ?? 1) % 22) + 1 } }]);
    await subject.frame(() => subject.downs.filter(({ t }) => t === "people").length > before || undefined);
    await client.settled();
  },
};

describe("what a reader sees of somebody in any frame (R130)", () => {
  for (const name of ["the owner", "who is of the same unit", "who shares a small room", "who holds a post, too"])
    for (const [frame, come] of Object.entries(FRAMES)) test(`${name}: ${frame}`, () => look(name, come));
  for (const name of [
    "an official with nothing in common",
    "an administrator who is not near, outside the administration",
    "somebody of the public",
    "somebody of the public who was written to",
  ])
    for (const [frame, come] of Object.entries(FRAMES)) test(`${name}: ${frame}`, () => look(name, come));

  async function look(name: string, come: (client: ClientUnderTest) => Promise<unknown>): Promise<void> {
    const { client, sees } = readers[name] as (typeof readers)[string];
    client.frames.length = 0;
    await come(client);
    const all = JSON.stringify(client.downs);
    for (const [secret, text] of Object.entries(SECRETS))
      if (!sees.includes(secret as never)) expect([secret, all.includes(text)]).toEqual([secret, false]);
    // Whoever sees it sees all of it: else the test could not fail.
    if (all.includes(`"name":${JSON.stringify(subject.person.name)}`) && client !== subject && sees.length > 0)
      for (const secret of sees) expect([secret, all.includes(SECRETS[secret])]).toEqual([secret, true]);
  }

  test("each of them sees what is theirs by the one question that all may ask", async () => {
    for (const [name, { client, sees }] of Object.entries(readers)) {
      client.frames.length = 0;
      await asked(client, { t: "people", ids: [subject.person.id] });
      const all = JSON.stringify(client.downs);
      const seen = Object.entries(SECRETS).flatMap(([secret, text]) => (all.includes(text) ? [secret] : []));
      expect([name, seen.sort()]).toEqual([name, [...sees].sort()]);
    }
  });

  test("an administrator in reach sees all of it in the administration, and beyond their reach nothing", async () => {
    const admin = (
      readers["an administrator who is not near, outside the administration"] as { client: ClientUnderTest }
    ).client;
    const nodal = await at.client("Nodal", "nodal", { unit: "dept2" }, "dept2");
    expect(JSON.stringify(await ask(admin, { ask: "person", person: subject.person.id }))).toContain(SECRETS.number);
    expect(JSON.stringify(await ask(admin, { ask: "posts", limit: 50 }))).toContain(SECRETS.number);
    for (const what of [
      { ask: "posts", limit: 50 },
      { ask: "people", limit: 50 },
    ] as const) {
      const said = JSON.stringify(await ask(nodal, what));
      for (const text of Object.values(SECRETS)) expect(said).not.toContain(text);
    }
  });

  test("a unit may show its people's numbers to all officials, or to none; never to the public", async () => {
    const stranger = readers["an official with nothing in common"]?.client as ClientUnderTest;
    const colleague = readers["who is of the same unit"]?.client as ClientUnderTest;
    const citizen = readers["somebody of the public who was written to"]?.client as ClientUnderTest;
    const unit = at.node.store.tables.offices.unit("district");
    if (!unit) throw new Error("no unit");
    const sight = (client: ClientUnderTest) =>
      new Reader(client.person.id, at.node.store, Date.now).sightOf(at.node.store.person(subject.person.id) as Person);
    const all = () => [stranger, colleague, citizen].map(sight);
    expect(all()).toEqual(["far", "near", "public"]);
    await at.put([{ unit: { ...unit, contacts: "officials" } }]);
    expect(all()).toEqual(["near", "near", "public"]);
    await at.put([{ unit: { ...unit, contacts: "none" } }]);
    expect(all()).toEqual(["far", "far", "public"]);
    await at.put([{ unit }]);
  });
});

describe("who came by a public wave (R131, R132)", () => {
  const citizen = () => readers["somebody of the public"]?.client as ClientUnderTest;
  const answered = () => readers["somebody of the public who was written to"]?.client as ClientUnderTest;

  test("looks nobody up: by words, by id, by photo, nor a post that is not open", async () => {
    for (const text of ["Subject", "Colleague", "s", "Section"])
      expect(await asked(citizen(), { t: "find", text })).toMatchObject({ people: [] });
    expect(await asked(citizen(), { t: "people", ids: [subject.person.id] })).toMatchObject({ people: [] });
    expect(await asked(citizen(), { t: "photo", person: subject.person.id })).toMatchObject({ photo: null });
    const cards = (await asked(citizen(), { t: "posts", ids: ["dc", "sec", "counter"] })) as Down & { t: "posts" };
    expect(cards.posts.map(({ post }) => post.id)).toEqual(["counter"]);
    const found = (await asked(citizen(), { t: "find", text: "Counter" })) as Down & { t: "people" };
    expect(found.posts?.map(({ post }) => post.id)).toEqual(["counter"]);
  });

  test("sees who wrote to them, and that they are of the public stands on every card of theirs", async () => {
    expect(await asked(answered(), { t: "people", ids: [subject.person.id] })).toMatchObject({
      people: [{ id: subject.person.id }],
    });
    for (const { client } of Object.values(readers))
      if (!client.person.public)
        expect(await asked(client, { t: "people", ids: [citizen().person.id] })).toMatchObject({
          people: [{ public: true }],
        });
  });

  test("begins nothing but a conversation with a post that is open", async () => {
    const others = Object.values(readers).map(({ client }) => client.person.id);
    const me = citizen().person.id;
    const begin = (kind: "direct" | "group" | "channel" | "post", members: string[], posts?: string[]): ControlOp =>
      ({
        op: "create",
        kind,
        name: kind === "direct" || kind === "post" ? "" : "x",
        history: "all",
        members,
        ...(posts && { posts }),
      }) as ControlOp;
    for (const id of others.filter((one) => one !== me))
      expect(await citizen().control(await directRoomId(me, id), begin("direct", [id]))).toMatchObject({
        state: "refused",
      });
    for (const kind of ["group", "channel"] as const) {
      expect(
        await citizen().control(
          mintId(Date.now()),
          begin(
            kind,
            others.filter((one) => one !== me),
          ),
        ),
      ).toMatchObject({
        state: "refused",
      });
      expect(await citizen().control(mintId(Date.now()), begin(kind, [], ["counter"]))).toMatchObject({
        state: "refused",
      });
    }
    for (const post of ["dc", "sec"])
      expect(await citizen().control(await postRoomId(me, post), begin("post", [], [post]))).toMatchObject({
        state: "refused",
      });
    const room = await postRoomId(me, "counter");
    expect(await citizen().control(room, begin("post", [], ["counter"]))).toMatchObject({ state: "done" });
  });

  test("brings nobody into a room that they were made an owner of, and may leave it", async () => {
    const room = await subject.group(citizen());
    await subject.control(room, { op: "role", person: citizen().person.id, role: "owner" }, 1);
    const add = await citizen().control(
      room,
      { op: "add", members: [readers["who holds a post, too"]?.client.person.id ?? ""] },
      2,
    );
    expect(add).toMatchObject({ state: "refused", error: { code: "forbidden" } });
    expect(await citizen().control(room, { op: "remove", members: [citizen().person.id] }, 2)).toMatchObject({
      state: "done",
    });
  });

  test("becomes an official by two administrators alone (R102)", async () => {
    const admin = (
      readers["an administrator who is not near, outside the administration"] as { client: ClientUnderTest }
    ).client;
    const { public: _, ...official } = at.node.store.person(citizen().person.id) as Person;
    expect(await order(admin, { do: "put", entries: [{ person: official }] })).toMatchObject({ state: "waiting" });
  });
});

test("people are looked up by the day: so many strangers, and then a clear word; those one shares a room with stay (R133)", async () => {
  const own = await AdministrationUnderTest.open();
  try {
    const [one, mate] = [await own.client("One"), await own.client("Mate")];
    await one.group(mate);
    const strangers = Array.from(
      { length: STRANGERS_A_DAY + 2 },
      (_, i): Person => ({
        ...{ id: mintId(Date.now()), province: "is", name: two(`Stranger ${i}`), post: two(""), unit: two("") },
      }),
    );
    await own.put(strangers.map((person) => ({ person })));
    const ids = strangers.map(({ id }) => id);
    const [over = "", last = ""] = ids.splice(-2);
    const look = (wanted: string[]) => asked(one, { t: "people", ids: wanted });
    // Whom they saw already they may see again.
    for (let again = 0; again < 2; again++)
      for (let from = 0; from < ids.length; from += 200) {
        const some = ids.slice(from, from + 200);
        expect(await look(some)).toMatchObject({ people: some.map((id) => ({ id })) });
      }
    expect(await look([over])).toMatchObject({ t: "error", error: { code: "wait" } });
    expect(await asked(one, { t: "photo", person: last })).toMatchObject({ t: "error", error: { code: "wait" } });
    expect(await look([over, mate.person.id])).toMatchObject({ people: [{ id: mate.person.id }] });
    expect(await look(ids.slice(0, 1))).toMatchObject({ people: [{ id: ids[0] }] });
    own.node.ahead = 24 * 3600_000;
    expect(await look([over])).toMatchObject({ people: [{ id: over }] });
  } finally {
    await own.stop();
  }
});
