import { expect, test } from "bun:test";
import { type CallReadings, measureCalls, Metrics } from "./metrics.ts";

test("calls are told per province, and what is not known is not made up", () => {
  const metrics = new Metrics();
  const readings: CallReadings = {
    calls: 2,
    seats: 5,
    gatewayUp: true,
    trunks: 3,
    trunkLoss: { pb: 0.02 },
    media: { loss: 0.01, kbpsIn: 300, kbpsOut: 900, rtt: null },
  };
  measureCalls(metrics, () => readings);
  const lines = () => metrics.render().split("\n");
  expect(lines()).toContain("beep_calls 2");
  expect(lines()).toContain("beep_call_seats 5");
  expect(lines()).toContain("beep_gateway_up 1");
  expect(lines()).toContain("beep_gateway_restarts_total 0");
  expect(lines()).toContain('beep_trunk_loss{province="pb"} 0.02');
  expect(lines()).toContain("beep_call_kbps_out 900");
  expect(lines().some((line) => line.startsWith("beep_call_rtt_seconds"))).toBe(false);
  readings.media.rtt = 40;
  readings.gatewayUp = false;
  expect(lines()).toContain("beep_call_rtt_seconds 0.04");
  expect(lines()).toContain("beep_gateway_up 0");
});
