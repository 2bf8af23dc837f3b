import { expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { SelfAnswer } from "#protocol/self";
import { refusal } from "../../testing/house-under-test.ts";
import { SoftwarePasskey, type Twist } from "../../testing/software-passkey.ts";
import { comer, openWays, ORIGIN, refusedAs } from "../../testing/ways-under-test.ts";

type Options = SelfAnswer & { answer: "passkey" };

const house = async () => {
  const made = openWays();
  const { ways, actor } = made;
  const ayesha = await made.person("Ayesha", "1001");
  const begin = async (person: Person = ayesha) =>
    ((await ways.act(actor(person), { do: "passkey" })) as Options).options as Record<string, unknown>;
  const finish = (response: unknown, person: Person = ayesha) =>
    ways.act(actor(person), { do: "passkey-made", response, label: "Phone" });
  const comeIn = async (passkey: SoftwarePasskey, twist: Twist = {}) => {
    const { session, options } = await ways.passkey();
    return ways.passkeyIn({ session, response: JSON.stringify(passkey.get(options, twist)) }, comer(), "10.9.9.9");
  };
  return { ...made, ayesha, begin, finish, comeIn };
};

test("a passkey is asked for as it must be, and lets a new device in (R141)", async () => {
  const { ways, ayesha, begin, finish, comeIn, store, audit, actor } = await house();
  const options = await begin();
  expect(options).toMatchObject({
    rp: { name: "Beep", id: "beep.example.pk" },
    user: { id: Buffer.from(ayesha.id, "hex").toString("base64url"), displayName: "Ayesha" },
    pubKeyCredParams: [
      { alg: -7, type: "public-key" },
      { alg: -257, type: "public-key" },
    ],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    attestation: "none",
    excludeCredentials: [],
  });
  const passkey = new SoftwarePasskey(ORIGIN);
  await finish(passkey.create(options));
  expect((await begin()).excludeCredentials).toMatchObject([{ id: passkey.id }]);
  expect(ways.secured(ayesha.id)).toBe(true);
  const { device, person } = await comeIn(passkey);
  expect(person).toBe(ayesha.id);
  expect(store.device(device)).toMatchObject({ person: ayesha.id, label: "New browser", revoked: false });
  const { ways: mine } = (await ways.act(actor(ayesha), { do: "ways" })) as SelfAnswer & { answer: "ways" };
  expect(mine).toMatchObject({ passkeys: [{ label: "Phone" }], pin: false, recovery: 0, oidc: false });
  expect(mine.passkeys[0]?.used).not.toBeNull();
  expect(audit("credential")).toMatchObject([{ facts: { way: "passkey", did: "made", passkey: passkey.id } }]);
  expect(audit("sign-in")).toMatchObject([{ by: { person, device }, facts: { way: "passkey", address: "10.9.9.9" } }]);
});

test("whoever asks names nobody, and nobody is named in the answer (R141)", async () => {
  const { ways, comeIn, ayesha, passkey } = await house();
  await passkey(ayesha);
  const { options } = await ways.passkey();
  expect((options as { allowCredentials?: unknown[] }).allowCredentials ?? []).toEqual([]);
  expect(options).toMatchObject({ rpId: "beep.example.pk", userVerification: "required" });
  const stranger = new SoftwarePasskey(ORIGIN);
  const known = await passkey(ayesha);
  const words = await Promise.all([refusedAs(comeIn(stranger)), refusedAs(comeIn(known, { uv: false }))]);
  expect(new Set(words).size).toBe(1);
});

const wrong: Record<string, Twist> = {
  "another site's page": { origin: "https://beep.example.pk.evil.example" },
  "plain http": { origin: "http://beep.example.pk" },
  "another RP id": { rpId: "evil.example" },
  "nobody verified by the authenticator": { uv: false },
  "a frame of another page": { crossOrigin: true },
  "the other ceremony": { type: "webauthn.create" },
  "a challenge that nobody gave": { challenge: Buffer.from("0.0.0").toString("base64url") },
  "another person's handle": { userHandle: Buffer.alloc(16, 7).toString("base64url") },
  "no handle": { userHandle: "" },
  "an unknown credential": { id: Buffer.alloc(16, 9).toString("base64url") },
};
for (const [what, twist] of Object.entries(wrong))
  test(`a passkey's answer is refused: ${what} (R142)`, async () => {
    const { passkey, ayesha, comeIn, audit } = await house();
    const phone = await passkey(ayesha);
    expect(await refusal(comeIn(phone, twist))).toBe("forbidden");
    expect(audit("sign-in-refused")).toHaveLength(1);
    // The twist was what stood in the way.
    expect(await refusal(comeIn(phone))).toBe("done");
  });

test("an answer is good once, with its own session, for five minutes (R142)", async () => {
  const { ways, wall, passkey, ayesha } = await house();
  const phone = await passkey(ayesha);
  const [first, second, third] = [await ways.passkey(), await ways.passkey(), await ways.passkey()];
  const response = JSON.stringify(phone.get(first.options));
  const tryIn = (session: string, text = response) =>
    refusal(ways.passkeyIn({ session, response: text }, comer(), "a"));
  expect(await tryIn(second.session)).toBe("forbidden");
  expect(await tryIn(first.session)).toBe("done");
  expect(await tryIn(first.session)).toBe("forbidden");
  expect(await tryIn(second.session, "{")).toBe("fix");
  for (const junk of ["null", "[]", '"x"', "7", "{}", '{"id":7}', '{"id":"x","response":{"clientDataJSON":7}}'])
    expect(await tryIn(second.session, junk)).toBe("forbidden");
  wall.ms += 5 * 60_000 + 1;
  expect(await tryIn(third.session, JSON.stringify(phone.get(third.options)))).toBe("forbidden");
});

test("of two answers with one challenge sent at once one is taken (R142)", async () => {
  const { ways, passkey, ayesha } = await house();
  const phone = await passkey(ayesha);
  const { session, options } = await ways.passkey();
  const answers = [phone.get(options), phone.get(options)].map((answer) => JSON.stringify(answer));
  const outcomes = answers.map((response) => refusal(ways.passkeyIn({ session, response }, comer(), "a")));
  expect((await Promise.all(outcomes)).sort()).toEqual(["done", "forbidden"]);
});

test("an answer of an authenticator that does not count is good once, too (R142)", async () => {
  const { ways, passkey, ayesha } = await house();
  const phone = await passkey(ayesha);
  const { session, options } = await ways.passkey();
  const response = JSON.stringify(phone.get(options, { counter: 0 }));
  const tryIn = () => refusal(ways.passkeyIn({ session, response }, comer(), "a"));
  expect((await Promise.all([tryIn(), tryIn(), tryIn()])).sort()).toEqual(["done", "forbidden", "forbidden"]);
  expect(await tryIn()).toBe("forbidden");
});

test("a counter that stands still or goes back is a copy's; one that never counts is none (R142)", async () => {
  const { passkey, ayesha, comeIn, audit } = await house();
  const phone = await passkey(ayesha);
  expect(await refusal(comeIn(phone, { counter: 0 }))).toBe("done");
  expect(await refusal(comeIn(phone, { counter: 0 }))).toBe("done");
  expect(await refusal(comeIn(phone, { counter: 7 }))).toBe("done");
  for (const counter of [7, 6, 0]) expect(await refusal(comeIn(phone, { counter }))).toBe("forbidden");
  expect(audit("sign-in-refused").map(({ facts }) => facts.why)).toEqual(["counter", "counter", "counter"]);
  expect(await refusal(comeIn(phone, { counter: 8 }))).toBe("done");
});

test("a removed passkey and a retired person's let nobody in (R143)", async () => {
  const { ways, store, passkey, person, ayesha, comeIn, actor, audit } = await house();
  const [phone, key] = [await passkey(ayesha), await passkey(ayesha, "Key")];
  const bilal = await person("Bilal", "1002");
  const way = { passkey: phone.id };
  expect(await refusal(ways.act(actor(bilal), { do: "forget", way }))).toBe("conflict");
  await ways.act(actor(ayesha), { do: "forget", way });
  expect(await refusal(comeIn(phone))).toBe("forbidden");
  expect(await refusal(comeIn(key))).toBe("done");
  await store.write(DIRECTORY_ROOM, (tx) => tx.putPerson({ ...ayesha, state: "retired" }));
  expect(await refusedAs(comeIn(key))).toBe(await refusedAs(comeIn(phone)));
  expect(await refusal(comeIn(key))).toBe("forbidden");
  expect(await refusal(ways.act(actor(ayesha), { do: "passkey" }))).toBe("elsewhere");
  expect(audit("credential").at(-1)).toMatchObject({ facts: { way: "passkey", did: "forgotten", passkey: phone.id } });
});

const badlyMade: Record<string, Twist> = {
  "another site's page": { origin: "https://evil.example" },
  "another RP id": { rpId: "evil.example" },
  "nobody verified": { uv: false },
  "a frame": { crossOrigin: true },
  "the other ceremony": { type: "webauthn.get" },
  "an algorithm that was not offered": { algorithm: -8 },
};
for (const [what, twist] of Object.entries(badlyMade))
  test(`a passkey is not taken as made: ${what} (R141)`, async () => {
    const { begin, finish, ways, ayesha } = await house();
    const passkey = new SoftwarePasskey(ORIGIN);
    expect(await refusal(finish(passkey.create(await begin(), twist)))).toBe("fix");
    expect(ways.secured(ayesha.id)).toBe(false);
    expect(await refusal(finish(passkey.create(await begin())))).toBe("done");
  });

test("a making is one person's, on one device, once, for five minutes (R141)", async () => {
  const { ways, wall, begin, finish, person, ayesha, actor } = await house();
  const bilal = await person("Bilal", "1002");
  const passkey = new SoftwarePasskey(ORIGIN);
  const response = passkey.create(await begin());
  expect(await refusal(finish(response, bilal))).toBe("fix");
  const elsewhere = { ...actor(ayesha), device: bilal.id };
  expect(await refusal(ways.act(elsewhere, { do: "passkey-made", response, label: "x" }))).toBe("fix");
  const { options } = await ways.passkey();
  const { challenge } = options as { challenge: string };
  expect(await refusal(finish(passkey.create({ ...(await begin()), challenge })))).toBe("fix");
  expect(await refusal(finish(response))).toBe("done");
  expect(await refusal(finish(response))).toBe("fix");
  // A second person cannot take the same credential over.
  expect(await refusal(finish(passkey.create(await begin(bilal)), bilal))).toBe("conflict");
  const late = new SoftwarePasskey(ORIGIN).create(await begin());
  wall.ms += 5 * 60_000 + 1;
  expect(await refusal(finish(late))).toBe("fix");
  for (const junk of [null, 7, {}, { id: "x", rawId: "x", type: "public-key", response: {} }])
    expect(await refusal(finish(junk))).toBe("fix");
});

test("ten passkeys are enough (R141)", async () => {
  const { passkey, ayesha, begin } = await house();
  for (let i = 0; i < 10; i++) await passkey(ayesha, `Key ${i}`);
  expect(await refusal(begin())).toBe("conflict");
});
