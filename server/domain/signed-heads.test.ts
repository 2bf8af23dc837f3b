import { expect, test } from "bun:test";
import { verifyNow } from "../auth/verify.ts";
import { openSigner } from "../auth/province-key.ts";
import { encodeRecord } from "#protocol/record";
import {
  digestAfter,
  headsIn,
  isSigned,
  isSignedFrame,
  isSignedHead,
  type LogEnd,
  NO_DIGEST,
  type SignedHead,
  signFrames,
} from "./signed-heads.ts";

const secrets = () => {
  const kept = new Map<string, string>();
  return { get: (name: string) => kept.get(name), set: (name: string, text: string) => void kept.set(name, text) };
};
const signer = openSigner(secrets());
const another = openSigner(secrets());
const id = (n: number) => n.toString(16).padStart(32, "0");
const digest = (n: number) => n.toString(16).padStart(64, "0");
const end = (n: number): LogEnd => ({ room: id(n), origin: "is-000000000", n: n + 1, digest: digest(n) });
const isTrue = ({ room, origin }: LogEnd, head: SignedHead, key = signer.key) =>
  isSigned(room, origin, head, (text, signature) => verifyNow(key, text, signature));

test("one signature serves all logs of all frames, and each head is shown without the others (R200)", () => {
  for (const sizes of [[1], [0, 1], [2, 3], [1, 0, 5, 4, 1, 1, 7], [64, 1, 1]]) {
    let next = 0;
    let signatures = 0;
    const frames = sizes.map((size) => Array.from({ length: size }, () => end(next++)));
    const signed = signFrames(frames, (text) => {
      signatures++;
      return signer.sign(text);
    });
    expect(signatures).toBe(1);
    for (const [i, frame] of signed.entries()) {
      expect(frame === undefined).toBe(sizes[i] === 0);
      if (!frame) continue;
      expect(isSignedFrame(JSON.parse(JSON.stringify(frame)))).toBe(true);
      const heads = headsIn(frame);
      expect(heads.map((each) => each.end)).toEqual(frames[i] as LogEnd[]);
      for (const each of heads) {
        expect(isSignedHead(JSON.parse(JSON.stringify(each.head)))).toBe(true);
        expect(isTrue(each.end, each.head)).toBe(true);
        expect(isTrue(each.end, each.head, another.key)).toBe(false);
        const lies: [Partial<LogEnd>, Partial<SignedHead>][] = [
          [{ room: id(999) }, {}],
          [{ origin: "is-000000001" }, {}],
          [{}, { n: each.head.n + 1 }],
          [{}, { digest: digest(999) }],
          [{}, { path: [...each.head.path, digest(1)] }],
          [{}, { signature: another.sign("beep heads v1\n") }],
        ];
        for (const [of, more] of lies) expect(isTrue({ ...each.end, ...of }, { ...each.head, ...more })).toBe(false);
      }
    }
  }
  expect(signFrames([[], []], () => "never")).toEqual([undefined, undefined]);
});

test("a digest tells apart whatever differs in a record, and in what order they stand (R200)", () => {
  const record = (n: number, words: string) =>
    encodeRecord({
      ...{
        id: id(n),
        room: id(1),
        sender: id(2),
        device: id(2),
        kind: 1,
        scheme: 1,
        origin: "is-000000000",
        n,
        stamp: n,
      },
      body: new TextEncoder().encode(words),
    });
  const records = [record(1, "one"), record(2, "two"), record(3, "three")];
  const whole = records.reduce(digestAfter, NO_DIGEST);
  expect(records.reduce(digestAfter, NO_DIGEST)).toBe(whole);
  for (const [i, each] of records.entries())
    for (let at = 0; at < each.length; at += 7) {
      const other = each.slice();
      other[at] = (other[at] as number) ^ 1;
      expect([...records.slice(0, i), other, ...records.slice(i + 1)].reduce(digestAfter, NO_DIGEST)).not.toBe(whole);
    }
  expect([...records].reverse().reduce(digestAfter, NO_DIGEST)).not.toBe(whole);
  expect(records.slice(0, 2).reduce(digestAfter, NO_DIGEST)).not.toBe(whole);
});

test("what is no head is not taken for one (R200)", () => {
  const head = { n: 1, digest: digest(1), path: [], signature: "s" };
  expect(isSignedHead(head)).toBe(true);
  for (const wrong of [undefined, null, 7, "head", [], {}]) expect(isSignedHead(wrong)).toBe(false);
  for (const wrong of [
    ...[{ n: 0 }, { n: 1.5 }, { n: "1" }, { digest: "x" }, { digest: 7 }, { path: "" }, { path: [7] }],
    ...[{ path: Array.from({ length: 99 }, () => digest(1)) }, { signature: 7 }, { signature: "s".repeat(999) }],
  ])
    expect(isSignedHead({ ...head, ...wrong })).toBe(false);
  for (const ends of [[], [{}], "ends", [{ ...end(1), n: 0 }], [{ ...end(1), room: 7 }]])
    expect(isSignedFrame({ ends, path: [], signature: "s" })).toBe(false);
});
