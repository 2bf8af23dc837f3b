import { afterEach, expect, test } from "bun:test";
import type { CallAct } from "#protocol/call";
import { beginOrder, type CallOrder } from "#protocol/call-order";
import type { Down } from "#protocol/down";
import { downFrame } from "#protocol/frame";
import { mintId } from "#protocol/ids";
import { TestProvinces } from "../../conference/calls-under-test.ts";
import { person, ROOM } from "../../conference/caller-under-test.ts";
import type { Caller } from "../../conference/parts.ts";

let all: TestProvinces;
afterEach(() => all?.stop());

/** As long as the keys that browsers make. */
const KEY = { spki: "A".repeat(124), agree: "B".repeat(124), proof: "C".repeat(88) };

/** A socket that counts what it is told. */
class Counter implements Caller {
  bytes = 0;
  messages = 0;
  seat = "";
  life = 1;
  offers: { life: number; n: number }[] = [];

  constructor(
    readonly person: string,
    readonly device: string,
  ) {}

  send(message: Down): void {
    if (message.t === "news" && message.news.is === "offer") this.offers.push(message.news);
    this.push(downFrame(message));
  }

  push(frame: Uint8Array): void {
    this.bytes += frame.length;
    this.messages++;
  }
}

const PEOPLE = 200;

function open(...provinces: string[]) {
  all = new TestProvinces(provinces);
  const names = Array.from({ length: PEOPLE }, (_, n) => `${provinces[n % provinces.length]}:p${n}`);
  all.room("group", ...names);
  return names.map((name, n) => {
    const [home, own] = name.split(":") as [string, string];
    const who = new Counter(person(own), person(`d${n}`));
    const node = all.node(home);
    node.clients.push(who as never);
    all.devices.enter(who.device, who.person);
    const ask = (act: CallAct, orders: CallOrder[] = []) => node.conference.take(who, ROOM, act, orders);
    return { who, ask, node };
  });
}

/** @returns milliseconds of this process's CPU */
async function cpu(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function seatAll(people: ReturnType<typeof open>, kind: "call" | "conference") {
  const id = mintId(Date.now());
  const seat = { key: KEY, on: ["mic" as const] };
  const how = { do: "begin", kind, media: "audio", lobby: false } as const;
  const [{ who: first }] = people as [(typeof people)[number]];
  const by = { room: ROOM, person: first.person, device: first.device };
  const order = all.devices.sign(beginOrder(by, id, { ...how, sealed: true }, all.clock.now));
  all.devices.entries.set(id, { by: first.person, at: all.clock.now });
  for (const { who, ask } of people) {
    const answer = await ask({ ...how, id, seat }, [order]);
    if (answer.is === "seated") who.seat = answer.seat;
    await all.run(10);
  }
  await all.run(500);
}

const report = (what: string, ms: number, people: ReturnType<typeof open>) => {
  const bytes = people.map(({ who }) => who.bytes);
  const total = bytes.reduce((a, b) => a + b, 0);
  const worst = Math.max(...bytes);
  console.log(
    `${what}: ${Math.round(ms)} ms CPU, ${Math.round(total / PEOPLE / 1024)} KiB each, at most ${Math.round(worst / 1024)} KiB`,
  );
  for (const { who } of people) who.bytes = who.messages = 0;
  return { ms, worst };
};

for (const kind of ["conference", "call"] as const)
  test(`two hundred sit down, and none of them is told much (${kind})`, async () => {
    const people = open("pb");
    const ms = await cpu(() => seatAll(people, kind));
    const { worst } = report(`${kind}, joining`, ms, people);
    expect(worst).toBeLessThan(1_500 * 1024);
  });

test("two hundred of two provinces publish, want as many as they may, and sit for a minute", async () => {
  const people = open("pb", "sd");
  report("two provinces, joining", await cpu(() => seatAll(people, "conference")), people);
  const tracks = [{ mid: "0", track: "mic" as const }];
  const publishing = await cpu(async () => {
    for (const { who, ask, node } of people) {
      await ask({ do: "publish", life: 1, sdp: "v=0", tracks });
      node.gateway(node.province).mediaUp(who.seat);
    }
    await all.run(2_000);
  });
  report("publishing", publishing, people);
  const wanting = await cpu(async () => {
    for (const [n, { ask }] of people.entries()) {
      const feeds = Array.from({ length: 64 }, (_, i) => people[(n + i + 1) % PEOPLE]?.who.seat ?? "");
      await ask({ do: "want", life: 1, feeds: feeds.map((seat) => ({ seat, track: "mic" as const })) });
    }
    for (let round = 0; round < 6; round++) {
      await all.run(500);
      for (const { who, ask } of people)
        for (const { life, n } of who.offers.splice(0))
          await ask({ do: "answer", life, n, sdp: "v=0" }).catch(() => {});
    }
  });
  report("wanting 64 each", wanting, people);
  const sitting = await cpu(() => all.run(10_000));
  report("ten seconds of nothing", sitting, people);
  const hands = await cpu(async () => {
    for (const { ask } of people) await ask({ do: "hand", up: true });
    await all.run(1_000);
  });
  report("all raise a hand", hands, people);
  const gone = await cpu(async () => {
    for (const { who, node } of people.slice(1)) node.conference.gone(who);
    await all.run(5_000);
  });
  report("all but one lose their socket", gone, people);
});
