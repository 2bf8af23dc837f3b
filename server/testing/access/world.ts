import { mintId, type RoomId } from "#protocol/ids";
import { type Order, orderText } from "#protocol/order";
import { AdministrationUnderTest, order, orderOf } from "../../gateway/administration-under-test.ts";
import { type ClientUnderTest, sign } from "../../gateway/client-under-test.ts";
import { Personnel } from "../../domain/import/personnel.ts";

/** A node with things in it that only some may see, those who may not, and what they have got hold of. */
export interface World {
  at: AdministrationUnderTest;
  /** they are signed in, and none of what is tried is theirs to do */
  actors: Record<"nobody" | "nodal" | "auditor" | "custodian", ClientUnderTest>;
  /** texts that no answer to any of them may hold */
  canaries: string[];
  /** ids of rooms, people, devices, orders and invitations that are not the actors' own */
  ids: string[];
  rooms: RoomId[];
  /** people and devices of a unit over which no actor is set */
  victim: ClientUnderTest;
  admin: ClientUnderTest;
  waiting: Order;
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
    personnel: ({ store, directory, now }) =>
      new Personnel(store, directory, now, (token) => at.node.administration.tokens.holder(token)),
  });
  const admin = await at.client("Provincial", "provincial");
  const second = await at.client("Second", "provincial");
  const victim = await at.client("Victim", undefined, undefined, "district");
  const friend = await at.client("Friend", undefined, undefined, "district");
  const out = await at.client("Out", undefined, undefined, "district");
  const retired = await at.client("Retired", undefined, undefined, "district");
  const actors = {
    nobody: await at.client("Nobody"),
    nodal: await at.client("Nodal", "nodal", { unit: "dept2" }, "dept2"),
    auditor: await at.client("Auditor", "auditor"),
    custodian: await at.client("Custodian", "custodian"),
  };
  const [name, said, label, fact] = [canary(), canary(), canary(), canary()];
  const group = mintId(Date.now());
  const members = [friend.person.id];
  await victim.control(group, { op: "create", kind: "group", name, history: "all", members });
  const direct = await victim.direct(friend);
  for (const room of [group, direct]) {
    const draft = victim.draft(room, said);
    victim.send(draft);
    await victim.settled();
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
  const codes = await spentCodes(at, victim, admin);
  const stale = await victim.ticket();
  const used = await victim.ticket();
  await fetch(`${at.node.url}/v1/socket?ticket=${used}`);
  await order(admin, { do: "revoke", devices: [out.device] });
  await order(admin, { do: "state", people: [retired.person.id], state: "retired" });
  at.node.ahead += 31_000;
  const ended = await tokenOf(at, admin, second, fact);
  return {
    ...{ at, actors, victim, admin, waiting },
    canaries: [name, said, label, fact, ...codes.live],
    rooms: [group, direct],
    ids: [
      ...[group, direct, waiting.id, grant.id, "dept", "district", "dc"],
      ...[victim, friend, admin, second].flatMap(({ person, device }) => [person.id, device]),
    ],
    stolen: {
      tickets: [stale, used, "x".repeat(32), ""],
      codes: codes.dead,
      tokens: [ended, "beep_x", ""],
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

/** Codes that were cancelled, used, and that hold: the last may be shown to nobody. */
async function spentCodes(at: AdministrationUnderTest, victim: ClientUnderTest, admin: ClientUnderTest) {
  const issue = () => at.node.services.enrolment.issueCode(victim.person.id, 60_000);
  const cancelled = await issue();
  const live = await order(admin, { do: "invite", people: [victim.person.id], validMs: 60_000, way: "show" });
  const code = "invitations" in live ? (live.invitations?.[0]?.code ?? "") : "";
  return { dead: [cancelled, "2222-2222-22", code.split("").reverse().join("")], live: code ? [code] : [] };
}

/** A token of a personnel system that two administrators gave and that was ended. */
async function tokenOf(
  at: AdministrationUnderTest,
  admin: ClientUnderTest,
  second: ClientUnderTest,
  name: string,
): Promise<string> {
  const when = () => Date.now() + at.node.ahead;
  const act = { do: "token", name, scope: { province: "is" }, validMs: 3_600_000 } as const;
  const asked = { id: mintId(Date.now()), at: when(), person: admin.person.id, device: admin.device, act };
  await sendOrder(admin, { ...asked, signature: await sign(admin.pair, orderText(asked)) });
  const yes = { do: "approve", order: asked.id } as const;
  const word = { id: mintId(Date.now()), at: when(), person: second.person.id, device: second.device, act: yes };
  const ref = second.nextRef();
  second.say({ t: "order", ref, order: { ...word, signature: await sign(second.pair, orderText(word)) } });
  const { answer } = await second.json("ordered", (message) => message.ref === ref);
  const token = "token" in answer ? (answer.token ?? "") : "";
  const held = at.node.administration.tokens.holder(token);
  if (!held) throw new Error("The token that was to be ended never held.");
  const end = { id: mintId(Date.now()), at: when(), person: admin.person.id, device: admin.device };
  const untoken = { ...end, act: { do: "untoken", token: held.id } as const };
  await sendOrder(admin, { ...untoken, signature: await sign(admin.pair, orderText(untoken)) });
  return token;
}
