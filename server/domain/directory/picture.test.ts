import { createHash } from "node:crypto";
import { expect, test } from "bun:test";
import type { Photo } from "#protocol/directory";
import {
  administrator,
  bring,
  carryOut,
  type House,
  issue,
  openProvinces,
  person,
  provincial,
  signed,
} from "../../testing/directory-provinces.ts";
import { smallJpeg, smallWebp } from "../../testing/small-picture.ts";
import { undoOf } from "../administration/undo.ts";
import { whyNoPicture } from "./picture.ts";

const ASAD = "a".repeat(32);
const webp = (bytes: string): Photo => ({ person: ASAD, type: "image/webp", bytes });
const jpeg = (bytes: string): Photo => ({ person: ASAD, type: "image/jpeg", bytes });
const hashOf = (bytes: string) => createHash("sha256").update(bytes, "base64").digest("hex");
const changed = (bytes: string, change: (file: Buffer) => unknown): string => {
  const file = Buffer.from(bytes, "base64");
  change(file);
  return file.toString("base64");
};

/** As an encoder writes it: lossy, 8 by 8. */
const LOSSY = "UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoIAAgAAUAmJaACdLoB+AADsAD+8ut//NgVzXPv9//S4P0uD9Lg/9KQAAA=";

test("a picture is known by its bytes, is small, and ends where it says", () => {
  const good = [webp(smallWebp()), webp(LOSSY), jpeg(smallJpeg()), webp(smallWebp(0, 512)), webp("")];
  expect(good.map(whyNoPicture)).toEqual(good.map(() => undefined));
  const bad: [string, Photo][] = [
    ["a WebP that is called a JPEG", jpeg(smallWebp())],
    ["a JPEG that is called a WebP", webp(smallJpeg())],
    ["too many pixels", webp(smallWebp(0, 513))],
    ["too many pixels", jpeg(smallJpeg(0, 513))],
    ["no pixels", jpeg(smallJpeg(0, 0))],
    ["one byte too many", jpeg(smallJpeg(0, 256, 20 * 1024 + 1))],
    ["words", webp(btoa("<svg onload=alert(1)>".repeat(3)))],
    ["something behind the picture", webp(changed(smallWebp(), (file) => file.writeUInt32LE(20, 4)))],
    ["something behind the picture", jpeg(btoa(`${atob(smallJpeg())}<script>`))],
    ["a film", webp(changed(smallWebp(), (file) => file.write("VP8X\n\0\0\0\x02", 12, "latin1")))],
    ["a JPEG without a frame", jpeg(changed(smallJpeg(), (file) => (file[7] = 0xda)))],
    ["a JPEG whose segments lead out of it", jpeg(changed(smallJpeg(), (file) => file.writeUInt16BE(0xffff, 4)))],
    ["a JPEG whose segment has no length", jpeg(changed(smallJpeg(), (file) => file.writeUInt16BE(0, 4)))],
    ["four letters", webp("AAAA")],
  ];
  for (const [what, photo] of bad) expect([what, whyNoPicture(photo)]).toEqual([what, expect.any(String)]);
});

test("no bytes at all bring the reader of sizes out of bounds", () => {
  for (let seed = 1; seed < 4000; seed++) {
    const file = Buffer.from(seed % 2 ? smallJpeg(seed % 256, 256, 60) : smallWebp(seed % 256, 256, 60), "base64");
    for (let i = 0; i < 6; i++) file[(seed * 31 + i * 17) % file.length] = (seed * 7 + i * 101) % 256;
    const cut = file.subarray(0, (seed * 13) % (file.length + 1)).toString("base64");
    for (const bytes of [file.toString("base64"), cut])
      expect([undefined, "string"]).toContain(
        typeof whyNoPicture(seed % 2 ? jpeg(bytes) : webp(bytes)) === "string" ? "string" : undefined,
      );
  }
});

test("a person's photo follows from its own entry on every replica, whatever their card says (R86)", async () => {
  const [is, pb] = openProvinces("is", "pb") as [House, House];
  const seen = () => [is, pb].map(({ store, directory }) => [store.person(ASAD)?.photo, directory.photo(ASAD)?.bytes]);
  const asad = person(ASAD, "is");
  await issue(is, { person: { ...asad, photo: "b".repeat(64) } });
  await bring(is, pb);
  expect(seen()).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
  const [first, second] = [smallWebp(1), smallWebp(2)];
  await issue(is, { photo: webp(first) });
  await issue(is, { photo: webp(second) }, { person: { ...asad, grade: 17 } });
  await bring(is, pb);
  expect(seen()).toEqual([
    [hashOf(second), second],
    [hashOf(second), second],
  ]);
  expect(pb.store.person(ASAD)?.grade).toBe(17);
  await issue(is, { photo: webp("") });
  await bring(is, pb);
  expect(seen()).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test("an administrator's photo of somebody is put back as it was (R98)", async () => {
  const [is] = openProvinces("is", "pb") as [House, House];
  const boss = administrator("c".repeat(32), "is");
  await issue(
    is,
    { person: boss.person },
    { device: boss.device },
    { grant: provincial("g", boss) },
    { person: person(ASAD, "is") },
  );
  const order = signed(boss, is.wall.ms, { do: "put", entries: [{ photo: webp(smallWebp(3)) }] });
  const before = await carryOut(is, order);
  expect(is.store.person(ASAD)?.photo).toBe(hashOf(smallWebp(3)));
  const undo = undoOf({ order, state: "done", answer: { state: "done", before, refused: [] } } as unknown as Parameters<
    typeof undoOf
  >[0]);
  if (undo?.do !== "put") throw new Error("There is no undo.");
  await carryOut(is, signed(boss, is.wall.ms + 1, undo));
  expect(is.store.person(ASAD)?.photo).toBeUndefined();
});
