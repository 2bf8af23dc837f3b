import { decodeRecord, stampRecord } from "#protocol/record";
import { type ControlOp, controlText } from "#protocol/room";
import { mintId } from "#protocol/ids";
import { orderText } from "#protocol/order";
import { signInText } from "#protocol/sign-in";
import { until } from "../../until.ts";
import { type Attack, mustSee, textOf, type Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";
import { post } from "../key.ts";

/** What it got hold of, used again: elsewhere, later, or for something else. */
export const replay: Attack = {
  name: "replay",
  tries: "passes on proofs and tickets of visitors, and sends again what others signed or wrote",
  async run(field) {
    return [...(await proofs(field)), ...(await tickets(field)), ...(await requests(field)), ...(await frames(field))];
  },
};

/** A visitor signs in at the hostile province's node, which asks the home for the challenge and brings it the proof. */
async function proofs(field: Field): Promise<Tried[]> {
  const { hostile, here, there } = field;
  const [home, other, evil] = [here, there, hostile.province].map((code) => field.site(code).url) as [
    string,
    string,
    string,
  ];
  const key = field.keyOf(field.person(here, WHO.second));
  const from = "10.66.0.2";
  mustSee(await key.ticket(home), "a ticket for an honest proof");
  const former = (nonce: string) => `beep ticket v1\n${nonce}\n${key.id}`;
  // Which text the visitor signed, and what the hostile node says of it. Version 1 is what pages of earlier versions sign.
  const ways: [string, (nonce: string) => string, Record<string, unknown>][] = [
    ["as it is", (nonce) => signInText(nonce, key.id, evil), { origin: evil }],
    ["under the home's origin", (nonce) => signInText(nonce, key.id, evil), { origin: home }],
    ["under the other's origin", (nonce) => signInText(nonce, key.id, evil), { origin: other }],
    ["without an origin", (nonce) => signInText(nonce, key.id, evil), {}],
    ["with a null origin", (nonce) => signInText(nonce, key.id, evil), { origin: null }],
    ["with a slash", (nonce) => signInText(nonce, key.id, `${home}/`), { origin: `${home}/` }],
    ["signed for the other", (nonce) => signInText(nonce, key.id, other), { origin: other }],
    ["of a former page", former, {}],
    ["of a former page, with the origin", former, { origin: home }],
  ];
  const tried: Tried[] = [];
  for (const [how, text, more] of ways) {
    const nonce = await key.challenge(home);
    const signature = await key.sign(text(nonce));
    const { body } = await post(`${home}/v1/ticket`, { device: key.id, nonce, signature, ...more }, from);
    tried.push({ name: `a visitor's proof ${how}`, succeeded: typeof body.ticket === "string" });
  }
  return tried;
}

/** Tickets at another node, and twice. */
async function tickets(field: Field): Promise<Tried[]> {
  const key = field.keyOf(field.person(field.here, WHO.second));
  const [home, other] = [field.here, field.there].map((code) => field.site(code).url) as [string, string];
  const opens = async (url: string, ticket: string): Promise<boolean> => {
    const headers = { "x-forwarded-for": key.from };
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket?ticket=${ticket}`, { headers } as never);
    const opened = await new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onclose = () => resolve(false);
    });
    socket.close();
    return opened;
  };
  const elsewhere = await opens(other, await key.ticket(home));
  const ticket = await key.ticket(home);
  mustSee(await opens(home, ticket), "a socket for an honest ticket");
  return [
    { name: "a ticket at another node", succeeded: elsewhere },
    { name: "a ticket a second time", succeeded: await opens(home, ticket) },
  ];
}

/** What others signed once, again and changed: by its links, and by its own official at an honest node. */
async function requests(field: Field): Promise<Tried[]> {
  const { hostile, honest, here, there } = field;
  const owner = field.official(here);
  const room = await field.rooms.make("shared");
  const e = field.person(hostile.province, WHO.clerk);
  const [key, person] = [owner.key, owner.person];
  // An owner let somebody in, and took them out again: all of it was seen.
  const guest = field.person(there, WHO.second).id;
  const change: ControlOp = { op: "add", members: [guest] };
  const unsigned = { id: mintId(Date.now()), room, change, expect: 1 };
  const request = { ...unsigned, person, device: key.id };
  const signed = { ...request, signature: await key.sign(controlText(request)) };
  await owner.open();
  const done = owner.next((one) => one.t === "control" && one.id === signed.id && one.state === "done");
  owner.send({ t: "control", request: signed });
  await done;
  await owner.control(room, { op: "remove", members: [guest] }, 2);
  const other = await field.rooms.make("shared");
  const look = async () => {
    const views = [];
    for (const each of [room, other])
      views.push(
        (await owner.detail(each)).members
          .map((one) => one.person)
          .sort()
          .join(),
      );
    return views.join("\n");
  };
  const before = await look();
  const variants = [
    signed,
    { ...signed, id: mintId(Date.now()) },
    { ...signed, id: mintId(Date.now()), expect: 3 },
    { ...signed, room: other },
    { ...signed, id: mintId(Date.now()), room: other, expect: 1 },
    { ...signed, change: { op: "add", members: [e.id] } },
  ];
  const visiting = field.official(hostile.province, WHO.clerk, here);
  await visiting.open();
  for (const again of variants) {
    for (const to of honest) hostile.say(to, { t: "request", request: again });
    visiting.send({ t: "control", request: again });
  }
  const act = {
    do: "put",
    entries: [{ unit: { id: "x", province: here, parent: null, kind: "office", name: { en: "x", ur: "" } } }],
  } as const;
  const order = { id: mintId(Date.now()), at: Date.now(), person, device: key.id, act };
  const answer = await visiting
    .ask({ t: "order", order: { ...order, signature: await key.sign(orderText(order as never)) } }, "ordered")
    .catch(() => undefined);
  await field.rooms.caughtUpEverywhere();
  const after = await look();
  return [
    { name: "an owner's signed request", succeeded: after !== before, ...(after !== before && { saw: after }) },
    { name: "an administrator's signed order, by another's socket", succeeded: answer !== undefined },
  ];
}

/** Honest records under other numbers, other lives, and under the honest province's own former lives. */
async function frames(field: Field): Promise<Tried[]> {
  const { hostile, honest, here, there } = field;
  const room = await field.rooms.make("shared");
  const text = `said once ${field.canary()}`;
  const { id, origin } = await field.official(here).say(room, text);
  const came = () => hostile.records.find((bytes) => decodeRecord(bytes).id === id);
  await until(came, "a message of a room that the hostile province has a member in");
  const record = came() as Uint8Array;
  const copies = [origin, hostile.life(here), hostile.life()].flatMap((life) =>
    [1, 2, 40].map((n) => {
      const copy = record.slice();
      stampRecord(copy, life, n, decodeRecord(copy).stamp + n);
      return copy;
    }),
  );
  await hostile.log(honest, copies);
  await hostile.log(honest, [record, record]);
  for (const to of honest)
    for (const copy of copies) {
      const { origin: life } = decodeRecord(copy);
      hostile.say(to, { t: "fill", room, origin: life, base: 0, hash: "" }, [copy]);
    }
  await field.rooms.caughtUpEverywhere();
  const tried: Tried[] = [];
  for (const code of [here, there]) {
    const all = await field.official(code).read(room);
    const under = all.filter((one) => textOf(one) === text);
    const others = under.filter(
      (one) => one.id !== id || (one.origin !== origin && !one.origin.startsWith(hostile.province)),
    );
    tried.push({
      name: `honest records under other lives, at ${code}`,
      succeeded: under.length === 0 || others.length > 0,
      ...(others.length > 0 && { saw: others.map((one) => `${one.origin}/${one.n}`).join() }),
    });
  }
  return tried;
}
