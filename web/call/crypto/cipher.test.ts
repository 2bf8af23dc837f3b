import { describe, expect, test } from "bun:test";
import { FrameCipher } from "./cipher.ts";
import { type Epoch, EpochRing, kidOf, kidSeat } from "./epoch.ts";
import { type MediaKind, QuietGate } from "./frame.ts";
import type { Bytes } from "./sframe.ts";

const ALI = "a11a11a11a11a11a";
const BINA = "b14ab14ab14ab14a";
const secret = (fill: number): Bytes => new Uint8Array(32).fill(fill);
const epoch = (n: number, fill = n, keyer = ALI): Epoch => ({ n, keyer, secret: secret(fill) });
const random = (length: number, first: number): Bytes => {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  bytes[0] = first;
  return bytes;
};
const speech = () => random(60, 0x78);
const keyFrame = () => random(3000, 0x10);
const deltaFrame = () => random(400, 0x31);

function cipher(seat: string, ...held: Epoch[]): FrameCipher {
  const made = new FrameCipher(seat);
  made.setEpochs(held.at(-1) ?? null, held);
  return made;
}

const seal = async (by: FrameCipher, kind: MediaKind, frame: Bytes): Promise<Bytes> => {
  const sealed = await by.seal(kind, new QuietGate(), frame);
  if (!sealed) throw new Error("nothing to send");
  return sealed;
};

describe("frames", () => {
  test("what one seals the other opens; the codec's first bytes stay readable and nothing else does", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1))];
    for (const [kind, frame, clear] of [
      ["audio", speech(), 1],
      ["video", keyFrame(), 10],
      ["video", deltaFrame(), 3],
    ] as const) {
      const sealed = await seal(ali, kind, frame);
      expect(sealed.subarray(0, clear)).toEqual(frame.subarray(0, clear));
      expect(Buffer.from(sealed).includes(Buffer.from(frame.subarray(clear, clear + 16)))).toBe(false);
      // Config byte, four bytes of key id, the counter in the config byte; the tag.
      expect(sealed.length - frame.length).toBe(1 + 4 + 16);
      expect(await bina.open(kind, ALI, sealed)).toEqual(frame);
    }
    expect(ali.stats()[ALI]).toMatchObject({ encrypted: 3, noKey: 0 });
    expect(bina.stats()[ALI]).toMatchObject({ decoded: 3, wrongKey: 0, failed: 0 });
  });

  test("any byte that is not as it was, the clear ones too, opens nothing", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1))];
    const sealed = await seal(ali, "video", deltaFrame());
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice();
      changed[i] = (changed[i] as number) ^ 0x02;
      expect(await bina.open("video", ALI, changed)).toBeNull();
    }
    expect(await bina.open("video", ALI, sealed)).not.toBeNull();
  });

  test("a frame is played once", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1))];
    const sealed = await seal(ali, "audio", speech());
    const both = await Promise.all([bina.open("audio", ALI, sealed.slice()), bina.open("audio", ALI, sealed.slice())]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await bina.open("audio", ALI, sealed)).toBeNull();
    expect(bina.stats()[ALI]).toMatchObject({ decoded: 1, failed: 0, repeated: 2 });
  });

  test("without a key nothing is sent and nothing is played", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA)];
    expect(await bina.seal("audio", new QuietGate(), speech())).toBeNull();
    expect(await bina.open("audio", ALI, await seal(ali, "audio", speech()))).toBeNull();
    expect(bina.stats()).toMatchObject({ [BINA]: { noKey: 1, encrypted: 0 }, [ALI]: { noKey: 1, decoded: 0 } });
  });

  test("with a wrong secret no frame is played, and each is counted", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1, 99))];
    for (let i = 0; i < 5; i++) expect(await bina.open("audio", ALI, await seal(ali, "audio", speech()))).toBeNull();
    expect(bina.stats()[ALI]).toMatchObject({ decoded: 0, wrongKey: 5 });
  });

  test("one seat's frames are not played as another's", async () => {
    const carol = "c0c0c0c0c0c0c0c0";
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1))];
    expect(await bina.open("audio", carol, await seal(ali, "audio", speech()))).toBeNull();
    // Nor where their key ids are the same.
    const alike = `${ALI.slice(0, 6)}0000000000`;
    expect(await bina.open("audio", alike, await seal(ali, "audio", speech()))).toBeNull();
    expect(bina.stats()).toMatchObject({ [carol]: { astray: 1 }, [alike]: { wrongKey: 1 } });
  });

  test("frames in clear are never played in a sealed call, and are in an opened one", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1))];
    const frame = speech();
    expect(await bina.open("audio", ALI, frame)).toBeNull();
    const late = await seal(ali, "audio", frame);
    const foreign = await seal(cipher(ALI, epoch(2)), "audio", frame);
    for (const each of [ali, bina]) each.setOpen(true);
    expect(await ali.seal("audio", new QuietGate(), frame)).toEqual(frame);
    expect(await bina.open("audio", ALI, frame)).toEqual(frame);
    // What was sealed before the other had heard of it is opened, or dropped: never noise.
    expect(await bina.open("audio", ALI, late)).toEqual(frame);
    expect(await bina.open("audio", ALI, foreign)).toBeNull();
    ali.setOpen(false);
    expect(await seal(ali, "audio", frame)).not.toEqual(frame);
  });

  test("of two keyers who took one number each other's epoch is a key that is not here, not a wrong one", async () => {
    const ali = cipher(ALI, epoch(3, 1));
    const bina = cipher(BINA, epoch(3, 2, BINA));
    expect(await bina.open("audio", ALI, await seal(ali, "audio", speech()))).toBeNull();
    expect(bina.stats()[ALI]).toMatchObject({ noKey: 1, wrongKey: 0 });
  });

  test("two epochs with one tag are told apart by trying", async () => {
    const [mine, theirs] = [epoch(3, 1), epoch(243, 2, BINA)];
    expect(kidOf(mine, ALI)).toBe(kidOf(theirs, ALI));
    const bina = cipher(BINA, mine, theirs);
    for (const held of [mine, theirs])
      expect(await bina.open("audio", ALI, await seal(cipher(ALI, held), "audio", speech()))).not.toBeNull();
    expect(bina.stats()[ALI]).toMatchObject({ decoded: 2, wrongKey: 0 });
  });

  test("frames of the former epoch are played until it is forgotten", async () => {
    const [ali, bina] = [cipher(ALI, epoch(1)), cipher(BINA, epoch(1))];
    bina.setEpochs(epoch(2), [epoch(1), epoch(2)]);
    expect(await bina.open("audio", ALI, await seal(ali, "audio", speech()))).not.toBeNull();
    bina.setEpochs(epoch(2), [epoch(2)]);
    expect(await bina.open("audio", ALI, await seal(ali, "audio", speech()))).toBeNull();
    expect(bina.stats()[ALI]).toMatchObject({ decoded: 1, noKey: 1 });
  });

  test("frames of silence are left out but for one in twenty", async () => {
    const ali = cipher(ALI, epoch(1));
    const gate = new QuietGate();
    let sent = 0;
    for (let i = 0; i < 60; i++) if (await ali.seal("audio", gate, random(2, 0x78))) sent++;
    expect(sent).toBe(3);
    expect(await ali.seal("audio", gate, speech())).not.toBeNull();
    expect(await ali.seal("audio", gate, random(3, 0x78))).not.toBeNull();
    expect(ali.stats()[ALI]).toMatchObject({ encrypted: 5, quiet: 57 });
  });

  test("nothing and nonsense neither pass nor throw", async () => {
    const bina = cipher(BINA, epoch(1));
    for (const kind of ["audio", "video"] as const)
      for (let length = 0; length < 40; length++)
        expect(await bina.open(kind, ALI, crypto.getRandomValues(new Uint8Array(length)))).toBeNull();
    expect(await bina.seal("video", new QuietGate(), random(5, 0x10))).toBeNull();
  });
});

test("counters go on while an epoch is held, and an epoch that was forgotten does not come back", () => {
  const ring = new EpochRing();
  const [first, second] = [epoch(1), epoch(2)];
  ring.set(first, [first]);
  expect([ring.take()?.counter, ring.take()?.counter]).toEqual([0, 1]);
  ring.set(second, [first, second]);
  expect(ring.take()).toMatchObject({ epoch: { n: 2 }, counter: 0 });
  ring.set(first, [first, second]);
  expect(ring.take()).toMatchObject({ epoch: { n: 1 }, counter: 2 });
  ring.set(second, [second]);
  ring.set(first, [first, second]);
  expect(ring.take()).toBeNull();
});

test("a key id is eight bits of the epoch and 24 of the seat", () => {
  expect(kidOf(epoch(0x1ff), ALI)).toBe(0xa0a11a11);
  expect(kidSeat(ALI)).toBe(0xa11a11);
});
