import { expect, test } from "bun:test";
import type { Feed } from "../conference/ports.ts";
import type { GatewaysUnderTest, Sitter, Sitting } from "./gateway-contract-sitting.ts";
import { until } from "./until.ts";

/** A feed of one gateway at another. */
export function trunkRules(sit: () => Sitting, gateways: () => GatewaysUnderTest): void {
  const there = () => gateways().at("pb");
  const here = () => gateways().at("is");
  /** Brings a feed from `is` to `pb`. */
  async function cross(call: Sitting, of: Sitter): Promise<void> {
    const end = await there().gateway.accept(call.id, of.feed as Feed);
    await here().gateway.forward(call.id, of.id, "pb", { host: there().host, ...end });
  }

  test("a feed crosses: who wants it there receives it, and stops when it is no longer forwarded", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic", "camera"]);
    const sana = await call.seat("pb");
    await cross(call, ali);
    await sana.takes(await sana.at.want(ali.all("mic", "camera")));
    await sana.receives(ali, "mic");
    await sana.receives(ali, "camera");
    await here().gateway.unforward(call.id, ali.id, "pb");
    await here().gateway.unforward(call.id, ali.id, "pb");
    await sana.receivesNone(ali, "mic");
    await cross(call, ali);
    await until(async () => {
      const again = await sana.at.want(ali.all("mic"));
      if (again) await sana.takes(again);
      return sana.lines().length > 0;
    }, "it comes again");
    await sana.receives(ali, "mic");
  });

  test("accepting and forwarding again is harmless, and takes the place of a ghost", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic"]);
    const sana = await call.seat("pb");
    await there().gateway.accept(call.id, ali.feed as Feed); // nobody forwarded to this one: a ghost
    await cross(call, ali);
    await cross(call, ali);
    await sana.takes(await sana.at.want(ali.all("mic")));
    await sana.receives(ali, "mic");
    const again = await call.publishing("is", ["mic"], { id: ali.id, life: 2 });
    await cross(call, again);
    await until(async () => {
      await sana.takes(await sana.offered());
      return sana.lines().length === 0;
    }, "the former life is gone");
    await sana.takes(await sana.at.want(again.all("mic")));
    await sana.receives(again, "mic");
  });

  test("what is added to a feed crosses too, and what is taken from it goes", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic"]);
    const sana = await call.seat("pb");
    await cross(call, ali);
    await sana.takes(await sana.at.want(ali.all("mic")));
    await ali.publish(["mic", "camera"]);
    await cross(call, ali);
    await sana.takes(await sana.at.want(ali.all("mic", "camera")));
    await sana.receives(ali, "camera");
    await ali.publish(["mic"]);
    await cross(call, ali);
    await sana.takes(await sana.offered());
    expect(sana.lines()).toEqual([`${ali.id} ${ali.mid("mic")}`]);
    await sana.receives(ali, "mic");
  });

  test("a dropped feed is gone from what others receive", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic"]);
    const sana = await call.seat("pb");
    await cross(call, ali);
    await sana.takes(await sana.at.want(ali.all("mic")));
    await there().gateway.drop(call.id, ali.id);
    await there().gateway.drop(call.id, ali.id);
    await sana.takes(await sana.offered());
    expect(sana.lines()).toEqual([]);
    expect(await sana.at.want(ali.all("mic"))).toBeNull();
  });

  test("what is muted at home does not cross", async () => {
    const call = sit();
    const ali = await call.publishing("is", ["mic"]);
    const sana = await call.seat("pb");
    await cross(call, ali);
    await sana.takes(await sana.at.want(ali.all("mic")));
    await sana.receives(ali, "mic");
    await ali.at.mute(ali.mid("mic"), true);
    await sana.receivesNone(ali, "mic");
    await ali.at.mute(ali.mid("mic"), false);
    await sana.receives(ali, "mic");
  });
}
