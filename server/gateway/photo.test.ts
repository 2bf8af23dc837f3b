import { createHash } from "node:crypto";
import { expect, test } from "bun:test";
import { smallJpeg, smallWebp } from "../testing/small-picture.ts";
import { ClientUnderTest } from "./client-under-test.ts";
import type { NodeUnderTest } from "./node-under-test.ts";
import { nodeForEach } from "./whole-file.ts";

let node: NodeUnderTest;
nodeForEach((fresh) => {
  node = fresh;
});

const put = async (client: ClientUnderTest, photo: unknown) => {
  const reply = await client.affair({ do: "photo", photo });
  return reply.t === "error" ? reply.error.code : reply.answer.answer;
};
const photoOf = async (client: ClientUnderTest, person: string) => {
  const ref = Math.floor(Math.random() * 1e9) + 1;
  client.say({ t: "photo", ref, person });
  return (await client.json("photo", (message) => message.ref === ref)).photo;
};
const webp = (fill: number) => ({ type: "image/webp", bytes: smallWebp(fill) });
const hashOf = (bytes: string) => createHash("sha256").update(bytes, "base64").digest("hex");

test("a person sets and takes away their own photo; who talks with them hears at once, and the log tells (R86)", async () => {
  const [ayesha, imran, stranger] = [await node.client("Ayesha"), await node.client("Imran"), await node.client("X")];
  await ayesha.control(await ayesha.direct(imran), {
    op: "create",
    kind: "direct",
    name: "",
    history: "all",
    members: [imran.person.id],
  });
  expect(await photoOf(imran, ayesha.person.id)).toBeNull();
  expect(await put(ayesha, webp(1))).toBe("done");
  const { bytes } = webp(1);
  for (const client of [ayesha, imran]) {
    const { people } = await client.json("people", ({ ref, people }) => ref === 0 && people[0]?.photo !== undefined);
    expect(people).toMatchObject([{ id: ayesha.person.id, photo: hashOf(bytes) }]);
  }
  expect(await photoOf(stranger, ayesha.person.id)).toEqual({ person: ayesha.person.id, type: "image/webp", bytes });
  const ofAyesha = (frame: Buffer) => frame.includes('"ref":0') && frame.includes(ayesha.person.id);
  expect(stranger.frames.some((frame) => ofAyesha(Buffer.from(frame)))).toBe(false);
  imran.frames.length = 0;
  expect(await put(ayesha, null)).toBe("done");
  await imran.json("people", ({ ref, people }) => ref === 0 && people[0]?.photo === undefined);
  expect(await photoOf(imran, ayesha.person.id)).toBeNull();
  const told = node.store.tables.audit.entries(1, 100).filter(({ kind }) => kind === "photo");
  expect(told.map(({ by, facts }) => [by, facts.did, facts.hash])).toEqual([
    [{ person: ayesha.person.id, device: ayesha.device }, "set", hashOf(bytes)],
    [{ person: ayesha.person.id, device: ayesha.device }, "removed", null],
  ]);
});

test("what is no picture is refused and counts for nothing; the same again writes nothing; changes run out", async () => {
  const ayesha = await node.client("Ayesha");
  const events = () => node.store.waiting();
  for (const photo of [
    undefined,
    7,
    {},
    { type: "image/svg+xml", bytes: smallWebp() },
    { type: "image/png", bytes: "AAAA" },
  ])
    expect(await put(ayesha, photo)).toBe("fix");
  for (const bytes of ["", "not base64!", "A".repeat(40_000), smallJpeg(), smallWebp(0, 600)])
    expect(await put(ayesha, { type: "image/webp", bytes })).toBe("fix");
  expect(node.store.person(ayesha.person.id)?.photo).toBeUndefined();
  for (let i = 1; i <= 6; i++) expect(await put(ayesha, webp(i))).toBe("done");
  const before = events();
  expect(await put(ayesha, webp(6))).toBe("done");
  expect(events()).toEqual(before);
  expect(await put(ayesha, webp(7))).toBe("wait");
  node.ahead += 3600_000;
  expect(await put(ayesha, null)).toBe("done");
  expect(node.store.person(ayesha.person.id)?.photo).toBeUndefined();
});

test("nobody who is not signed in gets a photo", async () => {
  const ayesha = await node.client("Ayesha");
  await put(ayesha, webp(1));
  const stranger = await ClientUnderTest.enrol(node, await node.person("Z"));
  await stranger.open();
  stranger.say({ t: "photo", ref: 1, person: ayesha.person.id });
  await stranger.json("error");
  expect(stranger.frames.some((frame) => Buffer.from(frame).includes("image/webp"))).toBe(false);
});
