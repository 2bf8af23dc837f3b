import { afterAll, beforeAll, expect, test } from "bun:test";
import { directRoomId } from "#protocol/room";
import { janusPid } from "../ops/fleet-janus.ts";
import { personId } from "../ops/seed-people.ts";
import { CallsRig } from "../testing/calls-rig.ts";
import type { CallSeat } from "../testing/calls-seat.ts";
import { until } from "../testing/until.ts";

// Real nodes, links, gateways and media: two provinces on one gateway, which one of them reaches through the other's node,
// and each on its own.

let rig: CallsRig;
let ayesha: CallSeat;
let sana: CallSeat;
beforeAll(async () => {
  rig = await CallsRig.open(["is", "sd"]);
  const room = await directRoomId(personId("ayesha"), personId("sana"));
  ayesha = await rig.sit("ayesha", room, { audio: true, video: true });
  sana = await rig.sit("sana", room, { audio: true, video: true });
});
afterAll(() => rig?.close());

/** Each hears and sees the other. @returns after how many milliseconds */
async function flows(): Promise<number> {
  const began = performance.now();
  for (const seat of [ayesha, sana])
    await until(async () => {
      const { audio, video } = await rig.flowing(seat, 300);
      return audio === 1 && video === 1;
    }, "sound and pictures");
  return Math.round(performance.now() - began);
}

test("two who speak alone stand on the gateway where the call began", async () => {
  await ayesha.begin();
  expect(ayesha.head?.place).toEqual({ mode: "one", at: "is" });
  await until(() => sana.head !== null, "it rings in Sindh");
  await sana.join();
  console.log(`both flow after ${await flows()} ms`);
});

test("that gateway is killed: both are back on the one that takes its place", async () => {
  const lives = [ayesha.life, sana.life] as number[];
  process.kill(janusPid(rig.fleet.site("is").data) as number, "SIGKILL");
  const began = performance.now();
  await until(() => [ayesha, sana].every(({ life }, i) => (life as number) > (lives[i] as number)), "both moved");
  console.log(`both moved after ${Math.round(performance.now() - began)} ms`);
  await flows();
  console.log(`both flow after ${Math.round(performance.now() - began)} ms`);
  expect(sana.head?.place).toEqual({ mode: "one", at: "is" });
});

test("the nodes lose each other for a moment: nobody is moved", async () => {
  const lives = [ayesha.life, sana.life];
  rig.link("is", "sd", "hole");
  await Bun.sleep(3_000);
  rig.link("is", "sd", "open");
  await Bun.sleep(3_000);
  await flows();
  expect([ayesha.life, sana.life]).toEqual(lives);
});

test("they lose each other for long: each side goes on alone, and healed it is one call again", async () => {
  rig.link("is", "sd", "cut");
  await until(() => [ayesha, sana].every(({ head }) => (head?.cut.length ?? 0) > 0), "both are told");
  await Bun.sleep(20_000);
  expect(sana.head?.place).toEqual({ mode: "one", at: "sd" });
  rig.link("is", "sd", "open");
  await until(() => [ayesha, sana].every(({ head }) => head?.cut.length === 0), "one call");
  await flows();
  expect(ayesha.head?.place).toEqual(sana.head?.place as never);
});

test("in a group each stands at home and feeds cross; after a silence of the nodes they do again, and nobody is moved", async () => {
  // One of two who leaves ends it for both.
  await ayesha.act({ do: "leave" });
  const [a, s] = [await rig.sit("ayesha", "Flood coordination"), await rig.sit("sana", "Flood coordination")];
  [ayesha, sana] = [a, s];
  await ayesha.begin();
  await until(() => sana.head !== null, "it rings in Sindh");
  await sana.join();
  console.log(`both flow over trunks after ${await flows()} ms`);
  expect(sana.head?.place).toEqual({ mode: "cascade" });
  const lives = [ayesha.life, sana.life];
  rig.link("is", "sd", "hole");
  await Bun.sleep(5_000);
  rig.link("is", "sd", "open");
  await until(() => ayesha.head?.cut.length === 0 && sana.head?.cut.length === 0, "the silence is over");
  console.log(`both flow ${await flows()} ms after the silence`);
  expect([ayesha.life, sana.life]).toEqual(lives);
  expect(sana.head?.place).toEqual({ mode: "cascade" });
});
