import { afterAll, beforeAll, expect, test } from "bun:test";
import { janusPid } from "../ops/fleet-janus.ts";
import { CallsRig } from "./calls-rig.ts";
import type { CallSeat } from "./calls-seat.ts";
import { until } from "./until.ts";

const ROOM = "Flood coordination";

let rig: CallsRig;
let seats: CallSeat[];
beforeAll(async () => {
  rig = await CallsRig.open(["is", "pb"]);
});
afterAll(() => rig?.close());

/** Everybody gets the voice and the picture of so many others. */
const allGet = async (others: number): Promise<boolean> => {
  const flows = await Promise.all(seats.map((seat) => rig.flowing(seat)));
  return flows.every(({ audio, video }) => audio === others && video === others);
};

test("four people of two provinces get each other's voice and picture through two gateways", async () => {
  seats = [];
  for (const who of ["ayesha", "nadia", "usman", "imran"] as const) seats.push(await rig.sit(who, ROOM));
  const [ayesha, ...others] = seats as [CallSeat, ...CallSeat[]];
  await ayesha.begin();
  await until(() => others.every(({ head }) => head !== null), "the call is known in the other province");
  expect(others[0]?.head?.ringing.length).toBeGreaterThan(0);
  for (const seat of others) await seat.join();
  await until(() => allGet(3), "all flows");
  expect(ayesha.head?.place).toEqual({ mode: "cascade" });
  expect(seats.flatMap(({ faults }) => faults)).toEqual([]);
});

test("a killed gateway is back, and so is everybody", async () => {
  const pid = janusPid(rig.fleet.site("is").data) as number;
  const ayesha = seats[0] as CallSeat;
  const life = ayesha.life as number;
  process.kill(pid, "SIGKILL");
  const ms = await until(() => (ayesha.life as number) > life, "she is moved");
  const back = await until(() => allGet(3), "all flows");
  console.log(`moved after ${Math.round(ms)} ms, all flows ${Math.round(back)} ms later`);
  expect(janusPid(rig.fleet.site("is").data)).not.toBe(pid);
});

test("a cut link leaves each side its own people, and healed it is one call", async () => {
  const [ayesha, nadia] = seats as [CallSeat, CallSeat];
  const call = ayesha.head?.id;
  rig.link("is", "pb", "cut");
  await until(() => ayesha.head?.cut[0] === "pb" && nadia.head?.cut[0] === "is", "both sides say so");
  await until(async () => {
    const { audio, video } = await rig.flowing(nadia);
    return audio === 2 && video === 2;
  }, "Punjab goes on by itself");
  rig.link("is", "pb", "open");
  await until(() => seats.every(({ head }) => head?.cut.length === 0), "nobody is cut off");
  await until(() => allGet(3), "all flows");
  expect(seats.map(({ head }) => head?.id)).toEqual(seats.map(() => call as string));
});
