import { DIRECTORY_ROOM, type EventId, mintId, type RoomId } from "#protocol/ids";
import type { Person, Wave } from "#protocol/directory";
import { type Order, type OrderAct, type OrderId, orderText } from "#protocol/order";
import { postRoomId } from "#protocol/room";
import { AdministrationUnderTest, order, orderOf } from "../../gateway/administration-under-test.ts";
import { ClientUnderTest, newKey, sign } from "../../gateway/client-under-test.ts";
import { HELD_MS } from "../../domain/enrolment/held.ts";
import { Personnel } from "../../domain/import/personnel.ts";
import { yesTo } from "../yes-to.ts";

/** A node with things in it that only some may see, those who may not, and what they have got hold of. */
export interface World {
  at: AdministrationUnderTest;
  /** they are signed in, and none of what is tried is theirs to do */
  actors: Record<
    "nobody" | "nodal" | "auditor" | "custodian" | "former" | "foreign" | "second" | "citizen" | "local" | "alone",
    ClientUnderTest
  >;
  /** texts that no answer to any of them may hold */
  canaries: string[];
  /** ids of rooms, people, devices, orders and invitations that are not the actors' own */
  ids: string[];
  rooms: RoomId[];
  /** people and devices of a unit over which no actor is set */
  victim: ClientUnderTest;
  admin: ClientUnderTest;
  waiting: Order;
  /** invitations of the victim, ordered by the nodal officer of their unit and by an administrator, each alone */
  own: Record<"local" | "alone", Order>;
  /** that wait, of somebody whose role has ended since, whose device was shut out, and of the one who is to approve them */
  orders: Record<"byFormer" | "byOut" | "bySecond", OrderId>;
  /** messages and requests of the victim */
  events: EventId[];
  wave: Wave;
  grant: string;
  invitation: string;
  token: string;
  /** with it the victim would let a device in */
  linkCode: string;
  /** they were signed in when they were shut out, or retired */
  ended: ClientUnderTest[];
  stolen: {
    /** tickets, codes, tokens and challenges that are used, expired, cancelled or somebody else's */
    tickets: string[];
    codes: string[];
    tokens: string[];
    /** the key of a device that was shut out */
    out: ClientUnderTest;
    retired: ClientUnderTest;
  };
}

const canary = (): string => `kanarie${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;

export async function openWorld(): Promise<World> {
  const at = await AdministrationUnderTest.open({
    rateFactor: 1_000_000,
    behindProxy: true,
    heldMs: HELD_MS,
    messengers: { email: { send: async () => {} } },
    // Nobody answers there: what is asked for needs no issuer to be refused.
    oidc: { issuer: "http://127.0.0.1:9", clientId: "beep", name: "Ministry account", claim: "email", field: "email" },
    personnel: ({ store, directory, now }) =>
      new Personnel(store, directory, now, (token) => at.node.administration.tokens.holder(token)),
  });
  const admin = await at.client("Provincial", "provincial");
  const second = await at.client("Second", "provincial");
  const victim = await at.client("Victim", undefined, undefined, "district");
  const friend = await at.client("Friend", undefined, undefined, "district");
  const out = await at.client("Out", undefined, undefined, "district");
  const retired = await at.client("Retired", undefined, undefined, "district");
  const former = await at.client("Former", "provincial");
  const lost = await at.client("Lost", "provincial");
  const actors = {
    ...{ second, former, foreign: await foreigner(at) },
    nobody: await at.client("Nobody"),
    nodal: await at.client("Nodal", "nodal", { unit: "dept2" }, "dept2"),
    auditor: await at.client("Auditor", "auditor"),
    custodian: await at.client("Custodian", "custodian"),
    /** came by a public wave */
    citizen: await citizen(at),
    /** each is the only hand of its kind that the victim is within reach of */
    local: await at.client("Local", "nodal", { unit: "dept" }, "dept"),
    alone: await at.client("Alone", "provincial"),
  };
  const [name, said, label, fact] = [canary(), canary(), canary(), canary()];
  const [number, mail] = [canary(), canary()];
  await at.put([{ person: { ...victim.person, number, contact: { email: `${mail}@beep.example` } } }]);
  const group = mintId(Date.now());
  const members = [friend.person.id];
  await victim.control(group, { op: "create", kind: "group", name, history: "all", members });
  const direct = await victim.direct(friend);
  const charge = { id: mintId(Date.now()), post: "dc", person: friend.person.id, kind: "regular" } as const;
  const wave = waveOf();
  await at.put([{ charge: { ...charge, from: 0, to: null } }]);
  const post = await postRoomId(victim.person.id, "dc");
  const opened = { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dc"] } as const;
  if ((await victim.control(post, { ...opened, members: [], posts: ["dc"] })).state !== "done")
    throw new Error("The post's room was not opened.");
  const events: EventId[] = [];
  for (const room of [group, direct, post]) {
    const id = mintId(Date.now());
    events.push(id);
    victim.send(victim.draft(room, said, id));
    await victim.ack(id);
  }
  await victim.affair({ do: "rename", device: victim.device, label });
  const grant = {
    id: mintId(Date.now()),
    person: victim.person.id,
    role: "auditor",
    scope: { province: "is" },
  } as const;
  const waiting = await orderOf(admin, { do: "grant", grant: { ...grant, from: 0, to: null } });
  await sendOrder(admin, waiting);
  const inviting: OrderAct = { do: "invite", people: [victim.person.id], validMs: 60_000, way: "show" };
  const own = { local: await orderOf(actors.local, inviting), alone: await orderOf(actors.alone, inviting) };
  for (const by of ["local", "alone"] as const) await sendOrder(actors[by], own[by]);
  const orders = {
    byFormer: await leftWaiting(former),
    byOut: await leftWaiting(lost),
    bySecond: await leftWaiting(second),
  };
  await endRole(at, former);
  await order(admin, { do: "revoke", devices: [lost.device] });
  const link = await victim.affair({ do: "link" });
  const linkCode = link.t === "self" && link.answer.answer === "link" ? link.answer.code : "";
  if (!linkCode) throw new Error("There is no code of a link.");
  const codes = await spentCodes(at, victim, admin, second);
  const stale = await victim.ticket();
  const used = await victim.ticket();
  await fetch(`${at.node.url}/v1/socket?ticket=${used}`);
  await order(admin, { do: "revoke", devices: [out.device] });
  await order(admin, { do: "state", people: [retired.person.id], state: "retired" });
  at.node.ahead += 31_000;
  const tokens = { ended: await tokenOf(at, admin, second, fact), held: await tokenOf(at, admin, second, fact, false) };
  const token = at.node.administration.tokens.holder(tokens.held)?.id ?? "";
  // From here on the door is shut for all who are not in it.
  await at.put([{ wave }]);
  return {
    ...{ at, actors, victim, admin, waiting, own, orders, events, wave, token, linkCode },
    grant: at.node.store.tables.offices.grantsOf(admin.person.id)[0]?.id ?? "",
    invitation: codes.invitation,
    ended: [out, retired, lost],
    canaries: [name, said, label, fact, number, mail, tokens.held, linkCode, ...codes.live],
    rooms: [group, direct, post],
    ids: [
      ...[group, direct, post, waiting.id, grant.id, "dept", "district", "dc", wave.id, token, charge.id, ...events],
      ...[victim, friend, admin, second].flatMap(({ person, device }) => [person.id, device]),
    ],
    stolen: {
      tickets: [stale, used, "x".repeat(32), ""],
      codes: codes.dead,
      tokens: [tokens.ended, "beep_x", ""],
      out,
      retired,
    },
  };
}

async function sendOrder(client: ClientUnderTest, given: Order): Promise<void> {
  const ref = client.nextRef();
  client.say({ t: "order", ref, order: given });
  await client.json("ordered", (message) => message.ref === ref);
}

async function citizen(at: AdministrationUnderTest): Promise<ClientUnderTest> {
  const person: Person = { ...(await at.person("Citizen")), public: true };
  await at.put([{ person }]);
  const client = await ClientUnderTest.enrol(at.node, person);
  await client.connect();
  return client;
}

/** An administrator of another province, known here by its log, with a device that is let in here. */
async function foreigner(at: AdministrationUnderTest): Promise<ClientUnderTest> {
  const person: Person = { ...(await at.node.person("Foreign", "pb")), province: "pb" };
  const { key, pair } = await newKey();
  const device = { id: mintId(Date.now()), person: person.id, key, label: "abroad", revoked: false };
  const grant = { id: mintId(Date.now()), person: person.id, role: "provincial", from: 0, to: null } as const;
  await at.node.store.write(DIRECTORY_ROOM, (tx) => {
    tx.putPerson(person);
    tx.putDevice(device);
    for (const province of ["pb", "is"])
      tx.tables.offices.putGrant({ ...grant, id: `${grant.id}${province}`, scope: { province } });
  });
  const client = new ClientUnderTest(at.node, person, device.id, pair);
  await client.connect();
  return client;
}

const waveOf = (): Wave => ({
  ...{ id: mintId(Date.now()), province: "is", place: 1, name: { en: "All", ur: "سب" }, who: { kind: "employees" } },
  ...{ quota: null, opens: 0, closes: null, gates: {}, hand: "hold" },
});

/** An order that waits for a second administrator. */
async function leftWaiting(client: ClientUnderTest): Promise<OrderId> {
  const given = await orderOf(client, { do: "export", what: "people" });
  await sendOrder(client, given);
  return given.id;
}

async function endRole(at: AdministrationUnderTest, { person }: ClientUnderTest): Promise<void> {
  const [grant] = at.node.store.tables.offices.grantsOf(person.id);
  if (!grant) throw new Error("There is no role to be ended.");
  await at.put([{ grant: { ...grant, to: Date.now() - 1 } }]);
}

/** Codes that were cancelled, used, and that hold though not yet: the last may be shown to nobody. */
async function spentCodes(
  at: AdministrationUnderTest,
  victim: ClientUnderTest,
  admin: ClientUnderTest,
  second: ClientUnderTest,
) {
  const issue = () => at.node.services.enrolment.issueCode(victim.person.id, 60_000);
  const cancelled = await issue();
  const given = await orderOf(admin, { do: "invite", people: [victim.person.id], validMs: 60_000, way: "show" });
  await sendOrder(admin, given);
  const live = await order(second, yesTo(given));
  const [issued] = "invitations" in live ? (live.invitations ?? []) : [];
  const { code, id } = issued ?? {};
  if (!code || !id) throw new Error("There is no invitation that is held.");
  return {
    invitation: id,
    dead: [cancelled, code, "2222-2222-22", code.split("").reverse().join("")],
    live: [code],
  };
}

/** A token of a personnel system that two administrators gave and that was ended. */
async function tokenOf(
  at: AdministrationUnderTest,
  admin: ClientUnderTest,
  second: ClientUnderTest,
  name: string,
  ends = true,
): Promise<string> {
  const when = () => Date.now() + at.node.ahead;
  const act = { do: "token", name, scope: { province: "is" }, validMs: 3_600_000 } as const;
  const unsigned = { id: mintId(Date.now()), at: when(), person: admin.person.id, device: admin.device, act };
  const asked = { ...unsigned, signature: await sign(admin.pair, orderText(unsigned)) };
  await sendOrder(admin, asked);
  const yes = yesTo(asked);
  const word = { id: mintId(Date.now()), at: when(), person: second.person.id, device: second.device, act: yes };
  const ref = second.nextRef();
  second.say({ t: "order", ref, order: { ...word, signature: await sign(second.pair, orderText(word)) } });
  const { answer } = await second.json("ordered", (message) => message.ref === ref);
  const token = "token" in answer ? (answer.token ?? "") : "";
  const held = at.node.administration.tokens.holder(token);
  if (!held) throw new Error("The token that was to be ended never held.");
  if (!ends) return token;
  const end = { id: mintId(Date.now()), at: when(), person: admin.person.id, device: admin.device };
  const untoken = { ...end, act: { do: "untoken", token: held.id } as const };
  await sendOrder(admin, { ...untoken, signature: await sign(admin.pair, orderText(untoken)) });
  return token;
}
