import { expect, test } from "bun:test";
import { openSigner } from "./province-key.ts";
import { verifyNow, verifySignature } from "./verify.ts";

test("a folder's key is made once, and what it signs holds under either way of checking", async () => {
  const folder = new Map<string, string>();
  const signer = openSigner(folder);
  expect(openSigner(folder).key).toBe(signer.key);
  expect(openSigner(new Map()).key).not.toBe(signer.key);
  const signature = signer.sign("salam");
  expect(await verifySignature(signer.key, "salam", signature)).toBe(true);
  expect(verifyNow(signer.key, "salam", signature)).toBe(true);
  expect(verifyNow(signer.key, "salaam", signature)).toBe(false);
  expect(verifyNow(openSigner(new Map()).key, "salam", signature)).toBe(false);
});

test("the browser's signatures hold, and malformed ones are refused, never thrown over", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const bytes = new TextEncoder().encode("salam");
  const signed = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, bytes);
  const signature = Buffer.from(signed).toString("base64");
  const key = Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey)).toString("base64");
  expect(verifyNow(key, "salam", signature)).toBe(true);
  for (const bad of ["", "AAAA", signature.slice(0, -4), "é".repeat(88), "A".repeat(88), "\u0000".repeat(88)])
    expect(verifyNow(key, "salam", bad)).toBe(false);
  for (const bad of ["", "AAAA", "A".repeat(124), key.slice(4), `${key} `])
    expect(verifyNow(bad, "salam", signature)).toBe(false);
});
