import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Province } from "#protocol/ids";
import { endOf, type Got, type LinksUnderTest, NodesUnderTest, quiet, START, text } from "./change-log-nodes.ts";
import { MOST_LOGS } from "../replication/publisher.ts";
import { until } from "./until.ts";

const numbered = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${prefix}${from + i}`);

/** The promises of ChangeLog and PeerChannel, in order of reading. One set of links serves all tests, each adds to it. */
export function changeLogContract(name: string, make: () => Promise<LinksUnderTest>): void {
  describe(name, () => {
    let links: LinksUnderTest;
    let nodes: NodesUnderTest;
    const open = (province: Province) => nodes.open(province);
    const shut = (province: Province) => nodes.shut(province);
    const node = (province: Province) => nodes.at(province);
    const frame = (dest: Province, body: string | Uint8Array, file = 0) => nodes.frame(dest, body, file);
    const listen = (reader: Province, from: Province, after = START) => nodes.listen(reader, from, after);

    beforeAll(async () => {
      links = await make();
      nodes = new NodesUnderTest(links);
    });
    afterAll(async () => {
      await nodes.close();
    });

    let cursor = START;

    test("frames come in order, each once, and only where they are meant to go", async () => {
      const is = await open("is");
      await open("pb");
      await open("sd");
      const atPb = listen("pb", "is");
      const atSd = listen("sd", "is");
      const appends: Promise<void>[] = [];
      for (let i = 1; i <= 300; i++) {
        const frames = [frame("pb", `a${i}`)];
        if (i % 3 === 0) frames.push(frame("sd", `a${i}`));
        appends.push(is.changeLog.append(frames));
      }
      await Promise.all(appends);
      cursor = await endOf(atPb, 300);
      await until(() => atSd.length >= 100, "100 frames at sd");
      await Bun.sleep(200);
      expect(atPb.map((got) => got.text)).toEqual(numbered("a", 1, 300));
      expect(atSd.map((got) => got.text)).toEqual(numbered("a", 1, 300).filter((_, i) => (i + 1) % 3 === 0));
      for (const got of [atPb, atSd]) {
        expect(got.every(({ seq }, i) => i === 0 || seq > (got[i - 1] as Got).seq)).toBe(true);
        expect(new Set(got.map(({ life }) => life)).size).toBe(1);
      }
    });

    test("a reader resumes behind its cursor and a new frame follows", async () => {
      await shut("pb");
      await node("is").changeLog.append([frame("pb", "b1"), frame("pb", "b2")]);
      await open("pb");
      const atPb = listen("pb", "is", cursor);
      await until(() => atPb.length >= 2, "two frames");
      await node("is").changeLog.append([frame("pb", "b3")]);
      cursor = await endOf(atPb, 3);
      await Bun.sleep(100);
      expect(atPb.map((got) => got.text)).toEqual(["b1", "b2", "b3"]);
    });

    test("what is signed of a frame comes with it as it was, as much as there can be; of one that bears nothing, nothing (R200)", async () => {
      await shut("pb");
      const pb = await open("pb");
      const ends = Array.from({ length: MOST_LOGS }, (_, i) => ({
        ...{ room: i.toString(16).padStart(32, "0"), origin: "is-000000000", n: i + 1, digest: "d".repeat(64) },
      }));
      const signed = { ends, path: ["e".repeat(64)], signature: "s".repeat(88) };
      const seen: unknown[] = [];
      pb.changeLog.subscribe("is", cursor, async (inbound) => {
        if (text(inbound.bytes).startsWith("s")) seen.push([text(inbound.bytes).slice(0, 2), inbound.signed ?? null]);
        if (text(inbound.bytes).startsWith("s")) cursor = { life: inbound.life, seq: inbound.seq };
      });
      const large = `s2${"x".repeat(256 * 1024 - 2)}`;
      await node("is").changeLog.append([frame("pb", "s1"), { ...frame("pb", large), signed }, frame("pb", "s3")]);
      await until(() => seen.length >= 3, "three frames");
      expect(seen).toEqual([
        ["s1", null],
        ["s2", signed],
        ["s3", null],
      ]);
    });

    test("a handler has one frame at a time and gets again what it failed on", async () => {
      await shut("pb");
      const pb = await open("pb");
      const seen: string[] = [];
      let inside = 0;
      let most = 0;
      let refused = false;
      pb.changeLog.subscribe("is", cursor, async ({ life, seq, bytes }) => {
        most = Math.max(most, ++inside);
        await Bun.sleep(1);
        inside--;
        seen.push(text(bytes));
        if (text(bytes) === "c5" && !refused) {
          refused = true;
          throw new Error("the disk is full");
        }
        if (text(bytes).startsWith("c")) cursor = { life, seq };
      });
      await node("is").changeLog.append(numbered("c", 1, 10).map((body) => frame("pb", body)));
      await until(() => seen.length >= 11, "ten frames and one again");
      expect(most).toBe(1);
      expect(seen).toEqual([...numbered("c", 1, 5), ...numbered("c", 5, 10)]);
    });

    test("what was published is known after a restart, per file", async () => {
      await node("is").changeLog.append([frame("pb", "d1"), frame("sd", "d1", 1)]);
      const inFileOne = nodes.last;
      await node("is").changeLog.append([frame("pb", "d2"), frame("sd", "d2")]);
      await shut("is");
      const is = await open("is");
      expect(await is.changeLog.published(0)).toBe(nodes.last);
      expect(await is.changeLog.published(1)).toBe(inFileOne);
      expect(await is.changeLog.published(9)).toBe(0);
    });

    test("a cut link holds frames back and healing brings them, in order", async () => {
      await shut("pb");
      await open("pb");
      const atPb = listen("pb", "is", cursor);
      await until(() => atPb.length >= 2, "what came before");
      links.cut("is", "pb");
      await node("is").changeLog.append(numbered("e", 1, 40).map((body) => frame("pb", body)));
      await Bun.sleep(500);
      expect(atPb.length).toBe(2);
      links.heal("is", "pb");
      cursor = await endOf(atPb, 42);
      expect(atPb.slice(2).map((got) => got.text)).toEqual(numbered("e", 1, 40));
    });

    test("a frame of 512 KiB passes whole", async () => {
      await shut("pb");
      const pb = await open("pb");
      const large = crypto.getRandomValues(new Uint8Array(512 * 1024).subarray(0, 65_536));
      const body = new Uint8Array(512 * 1024);
      for (let at = 0; at < body.length; at += large.length) body.set(large, at);
      let same = false;
      pb.changeLog.subscribe("is", cursor, async ({ life, seq, bytes }) => {
        if (!Buffer.from(bytes).equals(body)) return;
        same = true;
        cursor = { life, seq };
      });
      await node("is").changeLog.append([frame("pb", body)]);
      await until(() => same, "the large frame");
    });

    test("an append that stopping refused is there as a whole or not at all", async () => {
      const is = node("is");
      const appends = numbered("f", 1, 60).map((body) =>
        is.changeLog
          .append([frame("pb", `${body} one`), frame("pb", `${body} two`), frame("pb", `${body} three`)])
          .then(
            () => true,
            () => false,
          ),
      );
      await Bun.sleep(3);
      await shut("is");
      const acked = await Promise.all(appends);
      await open("is");
      await node("is").changeLog.append([frame("pb", "f end")]);
      await shut("pb");
      await open("pb");
      const atPb = listen("pb", "is", cursor);
      await until(() => atPb.at(-1)?.text === "f end", "the last frame");
      cursor = await endOf(atPb, 1);
      const have = atPb.slice(0, -1).map((got) => got.text);
      const whole = numbered("f", 1, have.length / 3).flatMap((body) => [
        `${body} one`,
        `${body} two`,
        `${body} three`,
      ]);
      expect(have).toEqual(whole);
      expect(acked.filter(Boolean).length).toBeLessThanOrEqual(have.length / 3);
      await expect(is.changeLog.append([frame("pb", "too late")])).rejects.toThrow();
    });

    test("live messages keep their order, are lost in a cut and come again after it", async () => {
      const heard: string[] = [];
      node("pb").peers.listen((from, bytes) => heard.push(`${from} ${text(bytes)}`));
      const say = (body: string) => node("is").peers.send("pb", Buffer.from(body));
      await until(() => {
        say("ready");
        return heard.length > 0;
      }, "a first live message");
      await quiet(heard);
      heard.length = 0;
      for (const body of numbered("g", 1, 50)) say(body);
      node("is").peers.send("sd", Buffer.from("not for pb"));
      await until(() => heard.length >= 50, "50 live messages");
      expect(heard).toEqual(numbered("is g", 1, 50));
      links.cut("is", "pb");
      await Bun.sleep(200);
      say("lost");
      await Bun.sleep(100);
      links.heal("is", "pb");
      await until(() => {
        say("back");
        return heard.length > 50;
      }, "a live message after the cut");
      expect(heard).not.toContain("is lost");
    });

    test("a lost inbox is filled again from the log's beginning under another life", async () => {
      await shut("pb");
      await links.loseInbox("pb", "is");
      await open("pb");
      const atPb = listen("pb", "is", cursor);
      await until(() => atPb.at(-1)?.text === "f end", "all frames again");
      expect(atPb[0]?.life).not.toBe(cursor.life);
      expect(atPb.slice(0, 300).map((got) => got.text)).toEqual(numbered("a", 1, 300));
      expect(atPb[0]?.seq).toBe(1);
      cursor = await endOf(atPb, 1);
    });

    test("whoever subscribes late gets all from the beginning", async () => {
      await node("sd").changeLog.append(numbered("h", 1, 20).map((body) => frame("pb", body)));
      await Bun.sleep(200);
      const fromSd = listen("pb", "sd");
      await until(() => fromSd.length >= 20, "twenty frames from sd");
      expect(fromSd.map((got) => got.text)).toEqual(numbered("h", 1, 20));
    });

    test("kill -9 at either end loses nothing and doubles nothing", async () => {
      await shut("pb");
      await open("pb");
      const atPb = listen("pb", "is", cursor);
      const writing = (async () => {
        for (let i = 1; i <= 600; i += 3) {
          await node("is").changeLog.append([frame("pb", `k${i}`), frame("pb", `k${i + 1}`), frame("pb", `k${i + 2}`)]);
          if (i % 60 === 1) await Bun.sleep(20);
        }
      })();
      for (const province of ["is", "pb", "is", "is", "pb"]) {
        await Bun.sleep(50 + Math.random() * 100);
        await links.crash?.(province);
      }
      await writing;
      cursor = await endOf(atPb, 600);
      await Bun.sleep(300);
      expect(atPb.map((got) => got.text)).toEqual(numbered("k", 1, 600));
    });
  });
}
