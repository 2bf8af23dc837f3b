import { createHash } from "node:crypto";
import { expect, test } from "bun:test";
import type { Photo } from "#protocol/directory";
import type { DeviceId } from "#protocol/ids";
import type { Answer, Ask } from "../net/wire.ts";
import { memoryVault } from "../platform/memory.ts";
import type { Vault } from "../platform/ports.ts";
import { photoOf } from "./album.ts";

const bytesOf = (n: number) => Buffer.from(`picture ${n}`).toString("base64");
const hashOf = (n: number) => createHash("sha256").update(`picture ${n}`).digest("hex");
const addressOf = (n: number) => `data:image/webp;base64,${bytesOf(n)}`;

/** A node that answers when it is let, and a device before it. */
function desk(vault: Vault = memoryVault()) {
  const open: (() => void)[] = [];
  const owner = {
    device: "d1" as DeviceId | null,
    platform: { vault },
    asked: [] as string[],
    most: 0,
    now: 0,
    /** answers all that is asked, or waits for `let` */
    held: false,
    photo: (person: string): Photo | null => ({ person, type: "image/webp", bytes: bytesOf(Number(person)) }),
    async request(ask: Ask): Promise<Answer> {
      const { person } = ask as { person: string };
      owner.asked.push(person);
      owner.most = Math.max(owner.most, ++owner.now);
      if (owner.held) await new Promise<void>((go) => open.push(go));
      owner.now--;
      return { t: "photo", ref: 1, photo: owner.photo(person) };
    },
    letOne: () => open.shift()?.(),
  };
  return { owner, look: (n: number) => photoOf(owner, String(n), hashOf(n)) };
}
const settled = async () => {
  for (let i = 0; i < 60; i++) await Promise.resolve();
  await new Promise((done) => setTimeout(done, 5));
};

test("a photo is asked for once, kept on the device by its hash, and shown from there", async () => {
  const vault = memoryVault();
  const { owner, look } = desk(vault);
  expect(await Promise.all([look(1), look(1)])).toEqual([addressOf(1), addressOf(1)]);
  expect(owner.asked).toEqual(["1"]);
  await settled();
  const later = desk(vault);
  later.owner.photo = () => null;
  expect(await later.look(1)).toBe(addressOf(1));
  expect(later.owner.asked).toEqual([]);
});

test("what is not the photo of the card, or cannot be had now, is not shown and asked for again", async () => {
  const { owner, look } = desk();
  const honest = owner.photo;
  owner.photo = (person) => ({ ...(honest(person) as Photo), bytes: bytesOf(99) });
  expect(await look(1)).toBeNull();
  owner.photo = () => null;
  expect(await look(1)).toBeNull();
  owner.photo = () => {
    throw new Error("No node can be reached.");
  };
  expect(await look(1)).toBeNull();
  owner.photo = honest;
  expect(await look(1)).toBe(addressOf(1));
  expect(owner.asked).toHaveLength(4);
});

test("few are asked for at a time, the last one wanted first", async () => {
  const { owner, look } = desk();
  owner.held = true;
  const looks = Array.from({ length: 20 }, (_, n) => look(n));
  await settled();
  expect(owner.asked).toEqual(["0", "1", "2"]);
  owner.letOne();
  await settled();
  expect(owner.asked).toEqual(["0", "1", "2", "19"]);
  owner.held = false;
  for (let i = 0; i < 3; i++) owner.letOne();
  expect(await Promise.all(looks)).toEqual(looks.map((_, n) => addressOf(n)));
  expect(owner.most).toBe(3);
});

test("memory and device hold so many; whoever signs in next begins anew", async () => {
  const vault = memoryVault();
  const { owner, look } = desk(vault);
  for (let n = 0; n < 450; n++) await look(n);
  await settled();
  const kept = await vault.all("meta", "photo ");
  expect(kept).toHaveLength(400);
  expect(kept.some(({ key }) => key.endsWith(hashOf(49)))).toBe(false);
  expect(kept.some(({ key }) => key.endsWith(hashOf(50)))).toBe(true);
  await vault.clear();
  await look(449);
  expect(owner.asked).toHaveLength(450);
  await look(200);
  expect(owner.asked).toHaveLength(451);
  owner.device = "d2" as DeviceId;
  await look(449);
  expect(owner.asked).toHaveLength(452);
});
