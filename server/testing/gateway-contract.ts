import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type GatewaysUnderTest, Sitting } from "./gateway-contract-sitting.ts";
import { trunkRules } from "./gateway-contract-trunk.ts";
import { refused } from "./gateway-contract-refused.ts";
import { lossRules } from "./gateway-contract-loss.ts";
import { until } from "./until.ts";

/** What every MediaGateway keeps to. One set of gateways serves all tests; each test has a call of its own. */
export function describeGateway(name: string, open: () => Promise<GatewaysUnderTest>): void {
  describe(name, () => {
    let gateways: GatewaysUnderTest;
    const sittings: Sitting[] = [];
    const sit = () => {
      const sitting = new Sitting(gateways);
      sittings.push(sitting);
      return sitting;
    };
    beforeAll(async () => {
      gateways = await open();
    });
    afterAll(async () => {
      for (const sitting of sittings) await sitting.close();
      await gateways.close();
    });

    test("a seat publishes, and its feed is there once its media is", async () => {
      const call = sit();
      const ali = await call.seat("is");
      const sana = await call.seat("is");
      const offer = await ali.peer.offer(["mic", "camera"]);
      const { sdp, feed } = await ali.at.publish(offer.sdp, offer.tracks);
      ali.feed = feed;
      expect(feed.seat).toBe(ali.id);
      expect(feed.life).toBe(1);
      expect(feed.streams.map(({ mid, track }) => ({ mid, track }))).toEqual(offer.tracks);
      expect(await sana.at.want(ali.wants(feed, "mic"))).toBeNull();
      expect(ali.heard).not.toContainEqual({ is: "media", side: "send", up: true });
      await ali.peer.accept(sdp);
      await ali.hears({ is: "media", side: "send", up: true });
      const asked = await sana.at.want(ali.wants(feed, "mic", "camera"));
      expect(asked?.feeds.map(({ seat, feedMid }) => `${seat} ${feedMid}`)).toEqual(
        feed.streams.map(({ mid }) => `${ali.id} ${mid}`),
      );
      await sana.takes(asked);
      await sana.hears({ is: "media", side: "receive", up: true });
      await sana.receives(ali, "mic");
      await sana.receives(ali, "camera");
    });

    test("wanting is the whole of what is received: only a difference makes an offer", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic", "camera"]);
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(ali.all("mic")));
      expect(await sana.at.want(ali.all("mic"))).toBeNull();
      await sana.takes(await sana.at.want(ali.all("mic", "camera")));
      await sana.receives(ali, "camera");
      await sana.takes(await sana.at.want(ali.all("mic")));
      expect(sana.lines()).toEqual([`${ali.id} ${ali.mid("mic")}`]);
      await sana.receives(ali, "mic");
      await sana.takes(await sana.at.want([]));
      expect(sana.lines()).toEqual([]);
      await sana.takes(await sana.at.want(ali.all("camera")));
      await sana.receives(ali, "camera");
    });

    test("what is wanted while an offer waits for its answer is offered after it", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic", "camera"]);
      const sana = await call.seat("is");
      const first = await sana.at.want(ali.all("mic"));
      expect(await sana.at.want(ali.all("camera"))).toBeNull();
      expect(await sana.at.want(ali.all("mic", "camera"))).toBeNull();
      await sana.takes(first);
      await sana.takes(await sana.offered());
      await sana.receives(ali, "mic");
      await sana.receives(ali, "camera");
    });

    test("who leaves is gone from what others receive", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic", "camera"]);
      const umar = await call.publishing("is", ["mic"]);
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want([...ali.all("mic", "camera"), ...umar.all("mic")]));
      await sana.receives(umar, "mic");
      await ali.at.leave();
      await ali.at.leave();
      await until(async () => {
        await sana.takes(await sana.offered());
        return sana.lines().length === 1;
      }, "only one feed left");
      expect(sana.lines()).toEqual([`${umar.id} ${umar.mid("mic")}`]);
      await sana.receives(umar, "mic");
      await refused(ali.at.want(umar.all("mic")), "conflict");
    });

    test("a browser that is gone is heard of, and its feed with it", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(ali.all("mic")));
      await sana.receives(ali, "mic");
      await ali.peer.close();
      await ali.hears({ is: "media", side: "send", up: false });
      await sana.takes(await sana.offered());
      expect(sana.lines()).toEqual([]);
      expect(await sana.at.want(ali.all("mic"))).toBeNull();
    });

    test("a muted stream does not pass, whatever the browser sends", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic", "camera"]);
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(ali.all("mic", "camera")));
      await sana.receives(ali, "mic");
      await ali.at.mute(ali.mid("mic"), true);
      await ali.at.mute(ali.mid("mic"), true);
      await sana.receivesNone(ali, "mic");
      await sana.receives(ali, "camera");
      await ali.at.mute(ali.mid("mic"), false);
      await sana.receives(ali, "mic");
      await refused(ali.at.mute("no-such", true), "fix");
    });

    test("publishing again adds to the feed and takes from it", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(ali.all("mic")));
      await sana.receives(ali, "mic");
      await ali.publish(["mic", "camera"]);
      await until(async () => {
        const more = await sana.at.want(ali.all("mic", "camera"));
        if (more) await sana.takes(more);
        return more !== null;
      }, "the camera's offer");
      await sana.receives(ali, "camera");
      await ali.publish(["mic"]);
      await sana.takes(await sana.offered());
      expect(sana.lines()).toEqual([`${ali.id} ${ali.mid("mic")}`]);
      await sana.receives(ali, "mic");
    });

    test("speaking is heard of its own seat", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      await ali.peer.speak(true);
      await ali.hears({ is: "speaking", on: true });
      await ali.peer.speak(false);
      await ali.hears({ is: "speaking", on: false });
    });

    test("a seat that begins anew takes its own place; the former life is over", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(ali.all("mic")));
      await sana.receives(ali, "mic");
      const again = await call.publishing("is", ["mic"], { id: ali.id, life: 2 });
      await sana.takes(await sana.offered());
      expect(sana.lines()).toEqual([]);
      expect(await sana.at.want(ali.all("mic"))).toBeNull();
      await sana.takes(await sana.at.want(again.all("mic")));
      await sana.receives(again, "mic");
      await refused(
        gateways.at("is").gateway.seat(call.id, ali.id, 1, () => {}),
        "conflict",
      );
      await refused(ali.at.want([]), "conflict");
      await sana.receives(again, "mic");
    });

    test("a description that cannot be read is refused, and the seat goes on", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const sana = await call.seat("is");
      await refused(sana.at.publish("nonsense", [{ mid: "0", track: "mic" }]), "fix");
      const offer = await sana.at.want(ali.all("mic"));
      await refused(sana.at.answer("nonsense"), "fix");
      await sana.takes(offer);
      await sana.receives(ali, "mic");
      await sana.publish(["mic"]);
      await sana.hears({ is: "media", side: "send", up: true });
    });

    test("closing a call frees all of it, and it can be begun again", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const { gateway } = gateways.at("is");
      await gateway.close(call.id);
      await gateway.close(call.id);
      await refused(ali.at.want([]), "conflict");
      expect((await gateway.stats()).has(ali.id)).toBe(false);
      const again = await call.publishing("is", ["mic"], { id: ali.id, life: 2 });
      const sana = await call.seat("is");
      await sana.takes(await sana.at.want(again.all("mic")));
      await sana.receives(again, "mic");
    });

    test("of each seat that sends there are measurements", async () => {
      const call = sit();
      const ali = await call.publishing("is", ["mic"]);
      const read = await gateways.at("is").gateway.stats();
      const stats = read.get(ali.id);
      expect(stats?.lossIn).toBeGreaterThanOrEqual(0);
      expect(stats?.lossIn).toBeLessThanOrEqual(1);
      expect(stats?.kbpsIn).toBeGreaterThanOrEqual(0);
      expect(stats?.kbpsOut).toBeGreaterThanOrEqual(0);
    });

    describe("trunks", () => trunkRules(sit, () => gateways));
    describe("losses", () => lossRules(sit, () => gateways));
  });
}
