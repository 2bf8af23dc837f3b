import { expect, test } from "bun:test";
import type { GatewayState } from "../conference/ports.ts";
import { refused } from "./gateway-contract-refused.ts";
import { type GatewaysUnderTest, type Sitting, untilState } from "./gateway-contract-sitting.ts";
import { until } from "./until.ts";

/** What is kept and what begins anew when the gateway, or only our connection to it, is lost. */
export function lossRules(sit: () => Sitting, gateways: () => GatewaysUnderTest): void {
  const is = () => gateways().at("is");

  test("while only the connection to it is lost media goes on, and the seats are the same after", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic", "camera"]);
    const sana = await call.seat("is");
    await sana.takes(await sana.at.want(ali.all("mic")));
    await sana.receives(ali, "mic");
    const before = is().gateway.state();
    await is().control(false);
    await untilState(is().gateway, "lost");
    await refused(sana.at.want(ali.all("mic", "camera")), "wait");
    await refused(
      is().gateway.seat(call.id, "00000000000000aa", 1, () => {}),
      "wait",
    );
    await sana.receives(ali, "mic");
    await is().control(true);
    await untilState(is().gateway, "up");
    expect(is().gateway.state()).toEqual(before);
    await sana.takes(await sana.at.want(ali.all("mic", "camera")));
    await sana.receives(ali, "camera");
    await ali.at.leave();
    await sana.takes(await sana.offered());
  });

  test("what went while the connection was lost is known once it is back", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic"]);
    const sana = await call.seat("is");
    await sana.takes(await sana.at.want(ali.all("mic")));
    await sana.receives(ali, "mic");
    await is().control(false);
    await untilState(is().gateway, "lost");
    await ali.peer.close();
    await sana.receivesNone(ali, "mic");
    await is().control(true);
    await untilState(is().gateway, "up");
    await ali.hears({ is: "media", side: "send", up: false });
    await sana.takes(await sana.offered());
    expect(sana.lines()).toEqual([]);
  });

  for (const how of ["kill", "freeze"] as const) {
    test(`after a ${how} it is back with a new life and nothing of the old`, async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const states: GatewayState[] = [];
      const stop = is().gateway.onState((state) => states.push(state));
      const before = is().gateway.state() as { life: number };
      await is()[how]();
      await until(() => states.some(({ at }) => at === "down"), "down");
      await refused(ali.at.want([]), "wait", "conflict");
      await ali.at.leave();
      await is().gateway.drop(call.id, ali.id);
      await is().gateway.unforward(call.id, ali.id, "pb");
      await until(() => states.some(({ at }) => at === "up"), "up");
      stop();
      expect(states.map(({ at }) => at)).toEqual(["down", "starting", "up"]);
      expect(is().gateway.state()).toEqual({ at: "up", life: before.life + 1 });
      await refused(ali.at.want([]), "wait", "conflict");
      const again = await call.publishing("is", ["mic"], { id: ali.id, life: 2 });
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(again.all("mic")));
      await sana.receives(again, "mic");
    });
  }
}
