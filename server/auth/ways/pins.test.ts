import { expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { refusal } from "../../testing/house-under-test.ts";
import { codeAt, comer, openWays, refusedAs } from "../../testing/ways-under-test.ts";
import { Ways } from "./ways.ts";

// Slow hashes are slow, and a busy machine takes its time.

const PIN = "482915";

const house = async () => {
  const made = openWays();
  const ayesha = await made.person("Ayesha", "1001");
  const secret = await made.pin(ayesha, PIN);
  const comeIn = (name: string, pin: string, totp: string) => made.ways.pinIn({ name, pin, totp }, comer(), "10.9.9.9");
  /** A code that is never right: the one of a day before, unless it is. */
  const wrongCode = () => {
    const code = codeAt(secret, made.wall.ms - 86_400_000);
    return [-30_000, 0, 30_000].some((off) => codeAt(secret, made.wall.ms + off) === code) ? "000000" : code;
  };
  return { ...made, ayesha, secret, comeIn, wrongCode };
};

test("PIN and code let a new device in, by personal number, e-mail or mobile, in either script (R144)", async () => {
  const { wall, ayesha, secret, comeIn, audit, store } = await house();
  const names = ["1001", " AYESHA@example.pk ", "+923005551001", "0300 555-1001", "0092 300 5551001"];
  for (const name of names) {
    // Eight devices are the most: the former ones are shut out.
    await store.write(DIRECTORY_ROOM, (tx) => {
      for (const device of store.devicesOf(ayesha.id)) tx.putDevice({ ...device, revoked: true, turn: 1 });
    });
    expect((await comeIn(name, PIN, codeAt(secret, wall.ms))).person).toBe(ayesha.id);
    wall.ms += 30_000;
  }
  const urdu = [...PIN].map((digit) => String.fromCharCode(0x6f0 + Number(digit))).join("");
  expect((await comeIn("1001", urdu, codeAt(secret, wall.ms))).person).toBe(ayesha.id);
  expect(audit("sign-in")).toHaveLength(names.length + 1);
  expect(audit("credential")).toMatchObject([{ by: { person: ayesha.id }, facts: { way: "pin", did: "made" } }]);
});

test("a code is good one step around its time, once, and none before the last one used (R145)", async () => {
  const { wall, secret, comeIn } = await house();
  wall.ms += 120_000;
  const tryAt = (off: number) => refusal(comeIn("1001", PIN, codeAt(secret, wall.ms + off)));
  expect(await tryAt(-60_000)).toBe("forbidden");
  expect(await tryAt(60_000)).toBe("forbidden");
  expect(await tryAt(-30_000)).toBe("done");
  expect(await tryAt(-30_000)).toBe("forbidden");
  expect(await tryAt(30_000)).toBe("done");
  expect(await tryAt(0)).toBe("forbidden");
  wall.ms += 30_000;
  expect(await tryAt(0)).toBe("forbidden");
  wall.ms += 30_000;
  expect(await tryAt(0)).toBe("done");
});

test("of two devices with one code at once, one is let in (R145)", async () => {
  const { wall, secret, comeIn } = await house();
  const code = codeAt(secret, wall.ms);
  const both = await Promise.all([refusal(comeIn("1001", PIN, code)), refusal(comeIn("1001", PIN, code))]);
  expect(both.sort()).toEqual(["done", "forbidden"]);
});

test("whatever is wrong, it is refused in the same words after the same work (R146)", async () => {
  const { wall, person, secret, comeIn, wrongCode, slow, store, pin } = await house();
  await person("Bilal", "1002");
  const retired = await person("Sana", "1003");
  const hers = await pin(retired, PIN);
  await store.write(DIRECTORY_ROOM, (tx) => tx.putPerson({ ...retired, state: "retired" }));
  const locked = await person("Nadia", "1004");
  const nadias = await pin(locked, PIN);
  for (let i = 0; i < 10; i++) await refusal(comeIn("1004", "739182", "000000"));
  const right = codeAt(secret, wall.ms);
  const seen: { words: string; work: string }[] = [];
  for (const [name, digits, code] of [
    ["9999", PIN, right],
    ["nobody@example.pk", PIN, right],
    ["", "", ""],
    ["1001", "739182", right],
    ["1001", PIN, wrongCode()],
    ["1001", PIN, "12345"],
    ["1001", "x".repeat(500), "y".repeat(500)],
    ["1002", PIN, right],
    ["1003", PIN, codeAt(hers, wall.ms)],
    ["1004", PIN, codeAt(nadias, wall.ms)],
  ] as const) {
    const before = { ...slow.done };
    const words = await refusedAs(comeIn(name, digits, code));
    const { hash, matches, derive } = slow.done;
    const work = [hash - before.hash, matches - before.matches, derive - before.derive].join();
    seen.push({ words, work });
  }
  expect(new Set(seen.map(({ words }) => words)).size).toBe(1);
  expect(new Set(seen.map(({ work }) => work))).toEqual(new Set(["0,1,0"]));
  expect(await refusal(comeIn("1001", PIN, right))).toBe("done");
});

test("ten wrong answers begin waits that grow to an hour, and a right one ends them (R147)", async () => {
  const { wall, secret, comeIn, audit, wrongCode, store, ayesha } = await house();
  const miss = () => refusal(comeIn("1001", PIN, wrongCode()));
  const right = () => refusal(comeIn("1001", PIN, codeAt(secret, wall.ms)));
  for (let i = 0; i < 9; i++) await miss();
  expect(await right()).toBe("done");
  wall.ms += 30_000;
  for (let i = 0; i < 10; i++) await miss();
  expect(await right()).toBe("forbidden");
  // What is tried while the wait lasts makes it no longer.
  wall.ms += 29_000;
  for (let i = 0; i < 5; i++) await miss();
  wall.ms += 1_000;
  expect(await miss()).toBe("forbidden");
  const { until = 0 } = store.tables.credentials.misses(ayesha.id) ?? {};
  expect(until - wall.ms).toBe(60_000);
  wall.ms += 60_000;
  for (let i = 0; i < 12; i++) {
    await miss();
    wall.ms += 3600_000;
  }
  await miss();
  wall.ms += 3600_000 - 1;
  expect(await right()).toBe("forbidden");
  wall.ms += 30_001;
  expect(await right()).toBe("done");
  expect(store.tables.credentials.misses(ayesha.id)).toBeUndefined();
  const refused = audit("sign-in-refused");
  expect(refused[0]).toMatchObject({ facts: { way: "pin", person: ayesha.id, why: "wrong", misses: 1 } });
  expect(refused.some(({ facts }) => facts.why === "locked" && typeof facts.until === "number")).toBe(true);
  expect(JSON.stringify(refused)).not.toContain(PIN);
});

test("guesses sent all at once count as those sent in a row (R147)", async () => {
  const { wall, secret, comeIn, wrongCode, store, ayesha } = await house();
  const guesses = Array.from({ length: 20 }, () => refusal(comeIn("1001", PIN, wrongCode())));
  const last = refusal(comeIn("1001", PIN, codeAt(secret, wall.ms)));
  expect(new Set(await Promise.all([...guesses, last]))).toEqual(new Set(["forbidden"]));
  expect(store.tables.credentials.misses(ayesha.id)?.count).toBe(10);
});

test("who guesses a thousand times is told to wait, and is heard a few at a time (R147)", async () => {
  const { comeIn } = await house();
  const outcomes = await Promise.all(Array.from({ length: 80 }, (_, i) => refusal(comeIn(`99${i}`, "1", "1"))));
  const count = (code: string) => outcomes.filter((outcome) => outcome === code).length;
  expect(count("forbidden")).toBe(66);
  expect(count("wait")).toBe(14);
});

test("a PIN is made with its first code, and refused where it is easy (R144)", async () => {
  const { ways, person, actor, wall, store } = openWays();
  const bilal: Person = await person("Bilal", "738291");
  const make = (pin: string, totp: string) => refusedAs(ways.act(actor(bilal), { do: "pin-made", pin, totp }));
  expect(await make("739182", "000000")).toContain("conflict");
  const begun = (await ways.act(actor(bilal), { do: "pin" })) as { uri: string; secret: string };
  expect(begun.uri).toBe(
    `otpauth://totp/Beep:Bilal?issuer=Beep&secret=${begun.secret}&algorithm=SHA1&digits=6&period=30`,
  );
  const code = () => codeAt(begun.secret, wall.ms);
  const easy = ["12345", "1234567890123", "123456", "987654", "890123", "777777", "246802", "121212", "123123"];
  const known = ["14081947", "19850412", "159753", "786786", "738291", "738 291", "573829"];
  for (const pin of [...easy, ...known, "abcdef", ""])
    expect([pin, await make(pin, code())]).toEqual([pin, expect.stringContaining('"fix"')]);
  expect(await make("739182", codeAt(begun.secret, wall.ms + 90_000))).toContain('"fix"');
  expect(ways.secured(bilal.id)).toBe(false);
  expect(await make("739182", code())).toBe("let in");
  expect(ways.secured(bilal.id)).toBe(true);
  // The code that made it is used.
  const again = { name: "738291", pin: "739182", totp: code() };
  expect(await refusal(ways.pinIn(again, comer(), "a"))).toBe("forbidden");
  // At rest there is neither PIN nor secret.
  const row = JSON.stringify(store.tables.credentials.pin(bilal.id));
  expect(row).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  expect(row).not.toContain(begun.secret);
  expect(await make("739182", code())).toContain("conflict");
});

test("a secret that nobody came back with in time counts for nothing (R144)", async () => {
  const { ways, person, actor, wall } = openWays();
  const bilal = await person("Bilal", "1002");
  const { secret } = (await ways.act(actor(bilal), { do: "pin" })) as { secret: string };
  wall.ms += 15 * 60_000;
  const made = ways.act(actor(bilal), { do: "pin-made", pin: "739182", totp: codeAt(secret, wall.ms) });
  expect(await refusal(made)).toBe("conflict");
});

test("a PIN that was given up or changed lets nobody in; what is locked stays so (R143)", async () => {
  const { ways, wall, ayesha, secret, comeIn, actor, pin, audit } = await house();
  const fresh = await pin(ayesha, "739182");
  expect(await refusal(comeIn("1001", PIN, codeAt(secret, wall.ms)))).toBe("forbidden");
  expect(await refusal(comeIn("1001", "739182", codeAt(secret, wall.ms)))).toBe("forbidden");
  expect(await refusal(comeIn("1001", "739182", codeAt(fresh, wall.ms)))).toBe("done");
  wall.ms += 30_000;
  await ways.act(actor(ayesha), { do: "forget", way: "pin" });
  expect(await refusal(comeIn("1001", "739182", codeAt(fresh, wall.ms)))).toBe("forbidden");
  expect(await refusal(ways.act(actor(ayesha), { do: "forget", way: "pin" }))).toBe("conflict");
  expect(audit("credential").map(({ facts }) => facts.did)).toEqual(["made", "changed", "forgotten"]);
});

test("a PIN that is changed while it is being checked lets nobody in (R143)", async () => {
  const { wall, ayesha, secret, comeIn, store } = await house();
  const attempt = refusal(comeIn("1001", PIN, codeAt(secret, wall.ms)));
  await store.write(DIRECTORY_ROOM, ({ tables: { credentials } }) => {
    const pin = credentials.pin(ayesha.id);
    if (pin) credentials.putPin({ ...pin, hash: "another", step: 0 });
  });
  expect(await attempt).toBe("forbidden");
});

test("who is inside and makes a new PIN ends the wait that others began (R147)", async () => {
  const { wall, ayesha, comeIn, pin } = await house();
  for (let i = 0; i < 10; i++) await refusal(comeIn("1001", "739182", "000000"));
  const fresh = await pin(ayesha, "739182");
  expect(await refusal(comeIn("1001", "739182", codeAt(fresh, wall.ms)))).toBe("done");
});

test("under another pepper nothing that was made before lets anybody in (R148)", async () => {
  const { store, wall, secret, ayesha, audit } = await house();
  expect(store.tables.credentials.key()).toMatch(/^[0-9a-f]{64}$/);
  const entrance = {
    admit: () => {
      throw new Error("let in");
    },
  };
  const ways = new Ways({ store, entrance, now: () => wall.ms, nodes: () => [], pepper: "of another machine" });
  const given = { name: "1001", pin: PIN, totp: codeAt(secret, wall.ms) };
  expect(await refusal(ways.pinIn(given, comer(), "a"))).toBe("forbidden");
  expect(audit("sign-in-refused")).toMatchObject([{ facts: { person: ayesha.id, why: "pepper" } }]);
});
