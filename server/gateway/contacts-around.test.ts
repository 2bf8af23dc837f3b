import { afterEach, describe, expect, test } from "bun:test";
import type { CallAct } from "#protocol/call";
import { DIRECTORY_ROOM, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { verifyNow } from "../auth/verify.ts";
import { evidenceIn, membershipIn, noPeers } from "../conference/around.ts";
import { openConference } from "../conference/conference.ts";
import { simplePlacement } from "../conference/deciding.ts";
import { CascadeTrunks } from "../conference/trunks.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { until } from "../testing/until.ts";
import { AdministrationUnderTest } from "./administration-under-test.ts";
import { ClientUnderTest, newKey } from "./client-under-test.ts";
import type { Neighbours } from "./ports.ts";
import type { LiveMessage } from "./presence.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const answer = (client: ClientUnderTest, act: Parameters<ClientUnderTest["affair"]>[0]) => client.affair(act);

describe("calls of strangers, and of whom one blocks (R191, R193)", () => {
  const seat = { key: { spki: "AAAA", agree: "BBBB", proof: "CCCC" }, on: ["mic" as const] };
  const begin = (): CallAct => ({
    ...{ do: "begin", id: mintId(Date.now()), kind: "call", media: "audio", lobby: false, seat },
  });
  async function open() {
    const gateway = new FakeGateway("is");
    const at = await AdministrationUnderTest.open({
      calls: ({ store, now }) => {
        const conference = openConference({
          ...{ province: "is", gateway, gateways: () => undefined, placement: simplePlacement, peers: noPeers, now },
          trunks: new CascadeTrunks({
            ...{ province: "is", peers: noPeers, now },
            gateways: () => gateway,
            hostOf: () => undefined,
          }),
          members: membershipIn(store),
          ...{ evidence: evidenceIn(store, verifyNow, false), sign: () => "signed" },
          mintSeat: () => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex"),
          ...{ ice: () => [], count: () => {}, log: () => {} },
        });
        ends.push(() => conference.stop());
        return conference;
      },
    });
    ends.push(() => at.stop());
    const [by, whom] = await Promise.all(["dept", "dept2"].map((unit) => at.client(unit, undefined, undefined, unit)));
    return { at, by: by as ClientUnderTest, whom: whom as ClientUnderTest };
  }
  const heads = (client: ClientUnderTest) =>
    client.downs.flatMap((down) => (down.t === "call" && down.head ? [down.head] : []));
  const rings = (client: ClientUnderTest) => heads(client).some(({ ringing }) => ringing.includes(client.person.id));

  for (const kind of ["direct", "group"] as const)
    test(`in a ${kind} that waits for an answer nothing rings, now or at the next start; accepted it does`, async () => {
      const { by, whom } = await open();
      const room = kind === "direct" ? await by.direct(whom) : await by.group(whom);
      whom.frames.length = 0;
      await by.act(room, begin());
      // To the one who calls it rings, as with anybody who does not answer.
      await by.json("call", ({ head }) => head?.ringing.includes(whom.person.id) === true);
      await whom.settled();
      await whom.connect();
      expect(heads(whom)).toEqual([]);
      expect(await whom.act(room, { do: "join", seat })).toMatchObject({ error: { code: "forbidden" } });
      await answer(whom, { do: "accept", room });
      await whom.connect();
      await until(() => rings(whom));
    });

  for (const kind of ["direct", "group"] as const)
    test(`in a ${kind} of both, blocked, it does not ring; a colleague's call in the group does`, async () => {
      const { at, by, whom } = await open();
      const mate = await at.client("mate", undefined, undefined, "dept2");
      const room = kind === "direct" ? await whom.direct(by) : await whom.group(by, mate);
      await answer(by, { do: "accept", room });
      await answer(whom, { do: "block", person: by.person.id });
      whom.frames.length = 0;
      await by.act(room, begin());
      await by.json("call", ({ head }) => head?.ringing.includes(whom.person.id) === true);
      await whom.settled();
      await whom.connect();
      expect(rings(whom)).toBe(false);
      expect(heads(whom).length > 0).toBe(kind === "group");
      if (kind === "direct") return;
      await by.act(room, { do: "leave" });
      await whom.json("call", ({ head }) => head === null);
      await mate.act(room, begin());
      await until(() => rings(whom));
    });
});

describe("who is online, between provinces (R191, R194)", () => {
  /** A node whose neighbour Punjab is the test itself. */
  async function open() {
    const sent: Extract<LiveMessage, { t: "presence" }>[] = [];
    let hear: (from: string, message: unknown) => void = () => {};
    const neighbours: Neighbours = {
      links: () => [{ province: "pb", up: true, since: 0, waiting: 0 }],
      onLinks: () => () => {},
      sendLive: (_to, message) => {
        if ((message as LiveMessage).t === "presence") sent.push(message as (typeof sent)[number]);
      },
      onLive: (listener) => {
        hear = listener;
        return () => {};
      },
    };
    const at = await AdministrationUnderTest.open({ neighbours });
    ends.push(() => at.stop());
    const { store } = at.node;
    const guest = async (name: string) => {
      const person = await at.node.person(name, "pb");
      const { key, pair } = await newKey();
      const device = { id: mintId(Date.now()), person: person.id, key, label: "abroad", revoked: false };
      await store.write(DIRECTORY_ROOM, (tx) => {
        tx.putPerson(person);
        tx.putDevice(device);
      });
      return new ClientUnderTest(at.node, person, device.id, pair);
    };
    const told = (person: PersonId) => sent.filter(({ online }) => online.includes(person)).at(-1);
    return { at, guest, told, sent, say: (message: LiveMessage) => hear("pb", message) };
  }
  const mine = async (at: AdministrationUnderTest) => at.client("Mine", undefined, undefined, "dept");

  test("goes with the rooms in which it is not to be told, and without them once they are accepted", async () => {
    const { at, guest, told } = await open();
    const [me, known, stranger] = [await mine(at), await guest("Known"), await guest("Stranger")];
    const open_ = await me.group(known);
    // Whose rooms come from elsewhere: Punjab's node made it, and says that the stranger did.
    const asked = mintId(Date.now());
    await bring(at, asked, stranger.person.id, [me.person.id, stranger.person.id, known.person.id]);
    await until(() => told(me.person.id)?.quiet?.[me.person.id]?.includes(asked) === true);
    expect(told(me.person.id)?.quiet?.[me.person.id]).not.toContain(open_);
    await me.affair({ do: "accept", room: asked });
    await until(() => told(me.person.id) !== undefined && told(me.person.id)?.quiet === undefined);
  });

  test("of somebody in Punjab it is told here in the rooms alone that Punjab does not name, and hidden when they go", async () => {
    const { at, guest, say } = await open();
    const [one, two, other] = [await mine(at), await mine(at), await guest("Other")];
    const [first, second] = [await one.group(other), await two.group(other)];
    const { id } = other.person;
    say({ t: "presence", online: [id], offline: [], quiet: { [id]: [second] } });
    await one.json("presence", ({ online }) => online.includes(id));
    await two.settled();
    const of = (client: ClientUnderTest) =>
      JSON.stringify(client.downs.filter(({ t }) => t === "presence")).includes(id);
    expect(of(two)).toBe(false);
    say({ t: "presence", online: [], offline: [id] });
    await one.json("presence", ({ offline }) => offline.includes(id));
    await two.settled();
    expect(of(two)).toBe(false);
    say({ t: "presence", online: [id], offline: [], quiet: { [id]: [second] } });
    await one.json("presence", ({ online }) => online.includes(id));
    say({ t: "presence", online: [id], offline: [] });
    await two.json("presence", ({ online }) => online.includes(id));
    expect(first).not.toBe(second);
  });

  test("what is no list of rooms is passed over", async () => {
    const { at, guest, say } = await open();
    const [one, other] = [await mine(at), await guest("Other")];
    await one.group(other);
    const { id } = other.person;
    for (const quiet of [null, 7, "x", [], { [id]: "x" }, { [id]: [null, {}, "y"] }, { __proto__: { [id]: [] } }])
      say({ t: "presence", online: [id], offline: [], quiet } as never);
    await one.json("presence", ({ online }) => online.includes(id));
  });

  test("a guest is told of in the rooms alone that their client names (R64)", async () => {
    const { at, guest } = await open();
    const [one, two, visitor] = [await mine(at), await mine(at), await guest("Visitor")];
    const [named, unnamed] = [await one.group(visitor), await two.group(visitor)];
    await visitor.connect({ [named]: { [at.node.store.origin]: 1 } });
    await one.json("presence", ({ online }) => online.includes(visitor.person.id));
    visitor.say({ t: "typing", room: unnamed, on: true });
    visitor.say({ t: "typing", room: named, on: true });
    await one.json("typing", ({ person }) => person === visitor.person.id);
    await two.settled();
    visitor.socket.close();
    await one.json("presence", ({ offline }) => offline.includes(visitor.person.id));
    await two.settled();
    const passing = two.downs.filter(({ t }) => t === "presence" || t === "typing");
    expect(JSON.stringify(passing)).not.toContain(visitor.person.id);
  });
});

/** A room that Punjab is home of, as it comes from there. */
async function bring(at: AdministrationUnderTest, room: RoomId, by: PersonId, people: PersonId[]): Promise<void> {
  const { store } = at.node;
  const { applyChange } = await import("../domain/apply.ts");
  const stamp = (Date.now() - Date.UTC(2020, 0, 1)) * 4096;
  const members = people.map((person) => ({
    ...{ person, province: store.person(person)?.province ?? "pb", role: "member" as const, since: stamp },
  }));
  const change = { op: "create", kind: "group", name: "Theirs", history: "all", members: people } as const;
  const body = { kind: "group", name: "Theirs", home: "pb", history: "all" } as const;
  await store.write(room, (tx) =>
    applyChange(
      tx,
      room,
      { change: { ...change, members: people }, cseq: 1, by, room: body, members, removed: [] },
      stamp,
      store,
    ),
  );
}
