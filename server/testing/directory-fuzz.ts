import type { Entry, Unit, Wave } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type Province } from "#protocol/ids";
import type { OrderAct, SignedOrder } from "#protocol/order";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { judgeOrder } from "../domain/administration/rights.ts";
import { shutOut } from "../domain/directory/device-turn.ts";
import type { Store } from "../domain/ports.ts";
import { random } from "./cluster-fuzz.ts";
import { Member } from "./cluster.ts";
import {
  type Administrator,
  administrator,
  deviceOf,
  person,
  provincial,
  signed,
  words,
} from "./directory-provinces.ts";
import { lieOf } from "./directory-lies.ts";
import { tablesOf } from "./directory-tables.ts";
import { MemoryNetwork } from "./memory-links.ts";
import { smallWebp } from "./small-picture.ts";
import { yesTo } from "./yes-to.ts";

interface DirectoryFuzz {
  /** entries and orders that were carried out, and words that nobody may say and were slipped into a log */
  done: number;
  lies: number;
  problems: string[];
}

const START = Date.UTC(2026, 0, 5, 9);
const LIVE_LOSS = 0.05;
const PEOPLE = 4;

/**
 * One seeded life of the directory over three provinces: people, units, posts and charges come and change, devices are
 * shut out and let back by anybody, administrators order, with and without the right to, and hostile nodes write forged
 * words into their own logs, while links are cut and nodes restart. Then all heals: every replica holds the same tables,
 * and has refused what was forged and nothing else.
 */
export async function fuzzDirectory(
  seed: number,
  open: (province: Province) => Store,
  { provinces = ["is", "pb", "sd"], steps = 250 }: { provinces?: Province[]; steps?: number } = {},
): Promise<DirectoryFuzz> {
  const rng = random(seed);
  let time = START;
  const now = () => time;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T;
  const network = new MemoryNetwork(provinces, LIVE_LOSS);
  const stores = new Map(provinces.map((province) => [province, open(province)]));
  const members = new Map<Province, Member>();
  const begin = async (province: Province) => {
    const member = new Member(stores.get(province) as Store, provinces, network, now);
    members.set(province, member);
    await member.start();
  };
  const member = (province: Province) => members.get(province) as Member;
  const alarms: string[] = [];
  const problems: string[] = [];
  let [serial, done] = [0, 0];
  const mint = () =>
    mintId(time++, (bytes) =>
      bytes.forEach((_, at) => {
        bytes[at] = rng() * 256;
      }),
    );

  const settle = async () => {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const turn = async (ms: number) => {
    time += ms;
    for (const one of members.values()) one.turn();
    await settle();
  };
  const deliver = async (most: number) => {
    for (let i = 0; i < most && network.pending() > 0; i++) await network.deliver(rng);
    await settle();
  };
  const rest = async (rounds: number) => {
    for (let i = 0; i < rounds; i++) {
      await turn(500);
      await deliver(10_000);
    }
  };

  for (const province of provinces) await begin(province);
  const hands = new Map<Province, Administrator[]>();
  const people: { id: string; province: Province }[] = [];
  const write = (province: Province, work: (at: Member) => Promise<unknown>) =>
    work(member(province)).then(
      () => void done++,
      (error: { code?: string }) => {
        if (!error.code) problems.push(String(error));
      },
    );
  const issue = (province: Province, ...entries: Entry[]) =>
    write(province, ({ store, directory }) =>
      store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "operator", entries)),
    );
  for (const province of provinces) {
    const both = [administrator(mint(), province), administrator(mint(), province)];
    hands.set(province, both);
    for (const one of both)
      await issue(province, { person: one.person }, { device: one.device }, { grant: provincial(mint(), one) });
    for (let i = 0; i < PEOPLE; i++) {
      const one = administrator(mint(), province);
      hands.get(province)?.push(one);
      people.push({ id: one.person.id, province });
      await issue(province, { person: one.person }, { device: one.device });
    }
    await issue(province, { unit: unitOf(`${province}-0`, province, null) });
  }

  /** Sequences an order as its province does: judged first; a second administrator agrees where one is needed. */
  const order = (by: Administrator, second: Administrator, act: OrderAct) =>
    write(by.person.province, ({ store, directory }) =>
      store.write(DIRECTORY_ROOM, (tx) => {
        const world = {
          offices: tx.tables.offices,
          person: (id: string) => store.person(id),
          device: (id: string) => store.device(id),
          wasInside: (id: string) => store.devicesOf(id).length > 0,
          verify: verifyNow,
          province: store.province,
        };
        let whole: SignedOrder = signed(by, time, act);
        if (judgeOrder(whole, world).is === "second")
          whole = { ...whole, second: signed(second, time + 1, yesTo(whole)) };
        if (judgeOrder(whole, world).is === "sound") directory.carryOut(tx, whole);
      }),
    );

  const anything = (province: Province): Exclude<Entry, { grant: unknown } | { device: unknown }> => {
    const own = people.filter((one) => one.province === province);
    const { offices } = member(province).store.tables;
    const units = offices.units(province).map(({ id }) => id);
    const posts = offices.posts({ province, limit: 50 }).map(({ id }) => id);
    const dice = rng();
    if (dice < 0.3) {
      const old = member(province).store.person(pick(own).id);
      const fresh = person(mint(), province);
      const one = old && rng() < 0.6 ? old : fresh;
      if (one === fresh) people.push({ id: fresh.id, province });
      return {
        person: { ...one, name: words(`n${serial++}`), number: `${Math.floor(rng() * 6)}`, unitId: pick(units) },
      };
    }
    if (dice < 0.5) {
      const id = rng() < 0.5 ? `${province}-${serial++}` : pick(units);
      return { unit: unitOf(id, province, rng() < 0.2 ? null : pick(units)) };
    }
    if (dice < 0.55)
      return {
        photo: { person: pick(own).id, type: "image/webp", bytes: rng() < 0.3 ? "" : smallWebp(Math.floor(rng() * 9)) },
      };
    if (dice < 0.6) return { wave: waveOf(`${province}-w${Math.floor(rng() * 4)}`, province, serial++) };
    if (dice < 0.75 || posts.length === 0)
      return { post: { id: `${province}-p${serial++}`, province, unit: pick(units), title: words("post") } };
    const [from, to] = [Math.floor(rng() * 100), rng() < 0.5 ? null : Math.floor(rng() * 200)];
    const id = rng() < 0.3 ? `${province}-c${Math.floor(rng() * 9)}` : `${province}-c${serial++}`;
    return { charge: { id, post: pick(posts), person: pick(own).id, kind: "regular", from, to } };
  };

  const anyOrder = (province: Province): OrderAct => {
    const own = people.filter((one) => one.province === province).map(({ id }) => id);
    const devices = member(province)
      .store.devicesOf(pick(own))
      .map(({ id }) => id);
    const grants = member(province).store.tables.offices.grants(province);
    const dice = rng();
    if (dice < 0.4) return { do: "put", entries: [anything(province), anything(province)] };
    if (dice < 0.6) return { do: "state", people: [pick(own)], state: pick(["active", "retired", "removed"]) };
    if (dice < 0.8) return { do: pick(["revoke", "unrevoke"]), devices };
    // The last ones never have a role: lies are told in their names.
    const whom = pick((hands.get(province) as Administrator[]).slice(0, 4));
    return rng() < 0.5 ? { do: "grant", grant: provincial(mint(), whom) } : { do: "ungrant", grant: pick(grants).id };
  };

  /** What a node that keeps to no rule writes into its own log; at home it has no effect. */
  const lied = new Map<Province, number>(provinces.map((province) => [province, 0]));
  const slip = async (province: Province) => {
    const { store, clock } = member(province);
    const others = provinces.filter((one) => one !== province);
    const lie = lieOf({
      rng,
      province,
      victim: pick(others),
      hands: hands.get(province) as Administrator[],
      theirs: hands.get(pick(others)) as Administrator[],
      signer: openSigner(store.secrets),
      at: time,
      mint,
    });
    const record = encodeRecord({
      ...{ id: mint(), room: DIRECTORY_ROOM, sender: DIRECTORY_ROOM, device: DIRECTORY_ROOM },
      ...{ kind: KIND.directory, scheme: SCHEME.directory, body: new TextEncoder().encode(JSON.stringify(lie)) },
    });
    await store.write(DIRECTORY_ROOM, (tx) => tx.append(record, clock.next(), others));
    lied.set(province, (lied.get(province) ?? 0) + 1);
  };

  const act = async () => {
    const dice = rng();
    const at = pick(provinces);
    if (dice < 0.25) await issue(at, anything(at), anything(at));
    else if (dice < 0.35) {
      const found = member(at).store.devicesOf(pick(people).id);
      if (found.length > 0) await issue(at, { device: shutOut(pick(found)) });
    } else if (dice < 0.4) {
      const owner = pick(people.filter(({ province }) => province === at)).id;
      await issue(at, { device: deviceOf(owner, `k${serial++}`) });
    } else if (dice < 0.62) {
      const own = hands.get(at) as Administrator[];
      await order(rng() < 0.75 ? pick(own.slice(0, 2)) : pick(own), pick(own), anyOrder(at));
    } else if (dice < 0.7) await slip(at);
    else if (dice < 0.75) network.cut(pick(provinces), pick(provinces));
    else if (dice < 0.8) network.heal(pick(provinces), pick(provinces));
    else if (dice < 0.83) {
      await member(at).stop();
      alarms.push(...member(at).alarms.map((words) => `${at}: ${words}`));
      network.restart(at);
      await begin(at);
    } else if (dice < 0.84) network.loseInbox(pick(provinces), pick(provinces));
    else if (dice < 0.9) await turn(Math.floor(rng() * 2_000));
    else await deliver(Math.floor(rng() * 40));
  };
  for (let i = 0; i < steps; i++) await act();

  for (const a of provinces) for (const b of provinces) if (a !== b) network.heal(a, b);
  await rest(50);
  for (const [province, one] of members) alarms.push(...one.alarms.map((words) => `${province}: ${words}`));

  const tables = provinces.map((province) => [province, tablesOf(member(province).store, provinces)] as const);
  const [first, ...others] = tables;
  for (const [province, other] of others)
    for (const [name, lines] of Object.entries(other)) {
      const [mine, theirs] = [first?.[1][name] ?? [], lines];
      const odd = [...mine.filter((line) => !theirs.includes(line)), ...theirs.filter((line) => !mine.includes(line))];
      for (const line of odd) problems.push(`${name} differ between ${first?.[0]} and ${province}: ${line}`);
    }
  for (const [province, all] of tables)
    for (const [name, lines] of Object.entries(all))
      for (const line of lines)
        if (line.includes("forged")) problems.push(`${province} took a forged one of ${name}: ${line}`);
  // Provinces shut out each other's devices here, and their homes undo it.
  for (const alarm of alarms) if (!/refused-record|device-shut-out/.test(alarm)) problems.push(alarm);
  const lies = [...lied.values()].reduce((sum, n) => sum + n, 0);
  // Each replica refuses each lie of the others once.
  const refusals = alarms.filter((alarm) => alarm.includes("refused-record")).length;
  if (refusals !== lies * (provinces.length - 1)) problems.push(`${lies} lies and ${refusals} refusals`);
  for (const one of members.values()) await one.stop();
  for (const store of stores.values()) await store.close();
  return { done, lies, problems };
}

const unitOf = (id: string, province: Province, parent: string | null): Unit => ({
  ...{ id, province, parent, kind: "department", name: words(id) },
});
const waveOf = (id: string, province: Province, place: number): Wave => ({
  ...{ id, province, place, name: words(id), who: { kind: "employees" }, quota: null, opens: 1, closes: null },
  ...{ gates: {}, hand: "auto" },
});
