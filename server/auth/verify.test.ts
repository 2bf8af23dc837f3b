import { expect, test } from "bun:test";
import { isDeviceKey, verifySignature } from "./verify.ts";

const base64 = (bytes: ArrayBuffer) => Buffer.from(bytes).toString("base64");
const text = "beep ticket v1\nnonce\ndevice";

async function device(namedCurve = "P-256") {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
  const key = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
  const bytes = new TextEncoder().encode(text);
  const signature = base64(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, bytes));
  return { key, signature };
}

test("only the device's own signature over this very text is taken", async () => {
  const [own, other] = [await device(), await device()];
  expect(await verifySignature(own.key, text, own.signature)).toBe(true);
  expect(await verifySignature(own.key, `${text}x`, own.signature)).toBe(false);
  expect(await verifySignature(other.key, text, own.signature)).toBe(false);
});

test("malformed keys and signatures are refused, never thrown over", async () => {
  const { key, signature } = await device();
  for (const bad of ["", "AAAA", signature.slice(0, -4), "é".repeat(88), "A".repeat(88), "\u0000".repeat(88)])
    expect(await verifySignature(key, text, bad)).toBe(false);
  for (const bad of ["", "AAAA", "A".repeat(124), key.slice(4), `${key} `]) {
    expect(await isDeviceKey(bad)).toBe(false);
    expect(await verifySignature(bad, text, signature)).toBe(false);
  }
  expect(await isDeviceKey((await device("P-384")).key)).toBe(false);
  expect(await isDeviceKey(undefined)).toBe(false);
  expect(await isDeviceKey(key)).toBe(true);
});
