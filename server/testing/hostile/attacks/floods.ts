import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { mintId, type RoomId } from "#protocol/ids";
import { type Order, type OrderAct, orderHash, orderText } from "#protocol/order";
import type { Member } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import type { Attack, Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";
import type { Official } from "../official.ts";

const FLOOD_MS = 5_000;
/** In so long an honest official is inside, and gets an answer, whatever strangers do, in milliseconds. */
const BEARABLE_MS = 15_000;
const EBB_MS = 3_000;
const AT_ONCE = 40;

/** More of everything than there is time for: by strangers of two networks, by its own officials, and by its node. */
export const floods: Attack = {
  name: "floods",
  tries: "asks, connects, writes and tells as much as it can, and fills a victim's list of rooms",
  async run(field) {
    const tried: Tried[] = [];
    for (const [name, flood] of Object.entries(FLOODS)) {
      const stop = { over: false };
      const running = flood(field, stop);
      const saw = await others(field);
      stop.over = true;
      // What was asked last may never be answered: it is left behind.
      await Promise.race([running, Bun.sleep(EBB_MS)]);
      tried.push({ name, succeeded: saw !== "", ...(saw && { saw }) });
    }
    tried.push(await welcome(field));
    return tried;
  },
};

/** While a flood lasts: somebody signs in, and somebody else reads. */
async function others(field: Field): Promise<string> {
  const official = field.official(field.here, WHO.second);
  const end = performance.now() + FLOOD_MS;
  do {
    official.close();
    const slow = await within(official.open(), "an honest official does not get in");
    if (slow) return slow;
    const asked = await within(
      official.ask({ t: "people", ids: [official.person] }, "people"),
      "an honest official gets no answer",
    );
    if (asked) return asked;
    await Bun.sleep(200);
  } while (performance.now() < end);
  return "";
}

async function within(work: Promise<unknown>, words: string): Promise<string> {
  const late = Bun.sleep(BEARABLE_MS).then(() => `${words} within ${BEARABLE_MS / 1000} s`);
  const done = work.then(
    () => "",
    (error: Error) => `${words}: ${error.message}`,
  );
  return Promise.race([done, late]);
}

type Stop = { readonly over: boolean };
type Flood = (field: Field, stop: Stop) => Promise<void>;

/** Addresses of one IPv4 network and of one IPv6 line. */
const address = (i: number): string =>
  i % 2 === 0 ? `203.0.113.${i % 256}` : `2001:db8:7:7::${(i % 65_000).toString(16)}`;

const asMany = async (stop: Stop, one: (i: number) => Promise<unknown>): Promise<void> => {
  let i = 0;
  const stranger = async () => {
    while (!stop.over) await one(i++).catch(() => Bun.sleep(5));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, stranger));
};

const posts =
  (path: string, body: () => unknown): Flood =>
  (field, stop) =>
    asMany(stop, async (i) => {
      const headers = { "content-type": "application/json", "x-forwarded-for": address(i) };
      const url = field.site(field.here).url + path;
      await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body()) })).arrayBuffer();
    });

const FLOODS: Record<string, Flood> = {
  "challenges from two networks": posts("/v1/challenge", () => ({ device: mintId(Date.now()) })),
  "wrong codes from two networks": posts("/v1/enrol", () => ({ code: "ABCD-EFGH-JK", key: "A", label: "x" })),
  "large bodies from two networks": posts("/v1/ticket", () => ({ device: "x".repeat(60_000) })),
  "sockets from two networks": (field, stop) =>
    asMany(stop, async (i) => {
      const url = `${field.site(field.here).url.replace("http", "ws")}/v1/socket?ticket=${"x".repeat(43)}`;
      const socket = new WebSocket(url, { headers: { "x-forwarded-for": address(i) } } as never);
      await new Promise((resolve) => {
        socket.onclose = resolve;
        socket.onopen = resolve;
      });
      socket.close();
    }),
  "questions of its official on sixteen sockets": async (field, stop) => {
    const { hostile, here } = field;
    const visiting = field.official(hostile.province, WHO.second, here);
    const ids = () => Array.from({ length: 200 }, () => mintId(Date.now()));
    while (!stop.over) {
      await visiting.open().catch(() => Bun.sleep(200));
      for (let i = 0; i < 20; i++) visiting.send({ t: "outcome", ids: ids() });
      for (let i = 0; i < 20; i++) visiting.send({ t: "find", ref: i, text: "a" });
      await Bun.sleep(50);
    }
    visiting.close();
  },
  "pages of a personnel system": async (field, stop) => {
    const token = await tokenOf(field);
    await asMany(stop, async (i) => {
      const headers = { authorization: `Bearer ${token}`, "x-forwarded-for": address(i) };
      const url = `${field.site(field.here).url}/scim/v2/Users?startIndex=1&count=100`;
      await (await fetch(url, { headers })).arrayBuffer();
    });
  },
  "words of its node": async (field, stop) => {
    const { hostile, honest } = field;
    const junk = "x".repeat(30_000);
    while (!stop.over) {
      for (const to of honest)
        for (let i = 0; i < 50; i++) {
          hostile.say(to, { t: "live", message: { t: "typing", junk } });
          hostile.say(to, { t: "owed", room: mintId(i), origin: hostile.life(), n: 1 });
          hostile.say(to, { t: "want", room: mintId(i), origin: hostile.life(to), after: 0, upto: 2 ** 31 });
        }
      await Bun.sleep(5);
    }
  },
  "records of its node": async (field, stop) => {
    const { hostile, honest } = field;
    const room = await field.rooms.make("shared");
    const sender = field.person(hostile.province, WHO.clerk).id;
    const origin = hostile.life();
    for (let n = 0; !stop.over; ) {
      const records = Array.from({ length: 200 }, () => {
        const head = { id: mintId(Date.now()), room, sender, device: sender, kind: KIND.message, scheme: SCHEME.clear };
        return encodeRecord({ ...head, body: new Uint8Array(2_000), origin, n: ++n, stamp: stampOf(Date.now()) + n });
      });
      await hostile.log(honest, records);
    }
  },
};

/** Rooms without end of which the victim is a member: their list, whenever they sign in. */
async function welcome(field: Field): Promise<Tried> {
  const { hostile, here } = field;
  const victim = field.person(here, WHO.second);
  const e = field.person(hostile.province, WHO.clerk);
  const now = stampOf(Date.now());
  const others = field.people.filter(({ id }) => id !== victim.id).map(({ id, province }) => ({ id, province }));
  const member = (person: string, province: string, role: Member["role"]): Member => ({
    person,
    province,
    role,
    since: now,
  });
  const members = [
    member(victim.id, victim.province, "member"),
    ...others.map(({ id, province }) => member(id, province, id === e.id ? "owner" : "member")),
    ...Array.from({ length: 30 }, () => member(mintId(Date.now()), hostile.province, "member")),
  ];
  const rooms: RoomId[] = Array.from({ length: 600 }, () => mintId(Date.now()));
  const records = rooms.map((room) =>
    hostile.control(room, e.id, hostile.creation(e.id, members, { name: "x".repeat(100) })),
  );
  await hostile.log([here], records);
  const official = field.official(here, WHO.second);
  // It goes on while rooms come: in every try the victim must get in.
  let saw = "";
  for (const end = performance.now() + 2 * FLOOD_MS; performance.now() < end && saw === ""; await Bun.sleep(500)) {
    official.close();
    saw = await within(official.open(), "the victim does not get in");
  }
  return { name: "600 rooms of a victim", succeeded: saw !== "", ...(saw && { saw }) };
}

/** A token of a personnel system that two administrators gave and that came into the wrong hands. */
async function tokenOf(field: Field): Promise<string> {
  const [first, second] = [field.official(field.here), field.official(field.here, WHO.second)];
  const order = async (by: Official, act: OrderAct) => {
    const unsigned = { id: mintId(Date.now()), at: Date.now(), person: by.person, device: by.key.id, act };
    const signed: Order = { ...unsigned, signature: await by.key.sign(orderText(unsigned)) };
    return { signed, answer: (await by.ask({ t: "order", order: signed }, "ordered")).answer };
  };
  const scope = { province: field.here };
  const asked = await order(first, { do: "token", name: "payroll", scope, validMs: 3_600_000 });
  const text = await orderHash(asked.signed);
  const { answer } = await order(second, { do: "approve", order: asked.signed.id, text });
  return "token" in answer ? (answer.token ?? "") : "";
}
