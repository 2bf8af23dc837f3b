import { afterEach, expect, test } from "bun:test";
import { memoryVault } from "../../platform/memory.ts";
import { securityCode } from "./code.ts";
import { DevicePins } from "./seat-key.ts";
import { CALL, sitter, type Sitting, Table } from "./testing/sitters.ts";
import { until } from "../../../server/testing/until.ts";

let table = new Table();
afterEach(() => table.close());

const share = (...sittings: Sitting[]) => {
  const secrets = new Set(sittings.map(({ use }) => use && Buffer.from(use.secret).toString("hex")));
  return secrets.size === 1 && !secrets.has(null);
};

test("seats come to share a secret that no node saw, and one security code; who leaves does not get the next", async () => {
  table = new Table();
  const [ali, bina, carol] = [await sitter(1), await sitter(2), await sitter(3)];
  const [a, b, c] = [table.sit(ali), table.sit(bina), table.sit(carol)];
  table.tell(ali.seat, bina.seat, carol.seat);
  await until(() => share(a, b, c));
  expect(a.code).toMatch(/^\d{24}$/);
  expect([b.code, c.code]).toEqual([a.code, a.code]);
  const secret = Buffer.from(a.use?.secret ?? []);
  expect(secret).toHaveLength(32);
  for (const { box } of table.boxes) {
    expect(Buffer.from(box, "base64").includes(secret)).toBe(false);
    expect(box).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  }
  const before = a.use;
  const sent = table.boxes.length;
  for (const one of [a, b]) one.secret.seats([ali.seat, bina.seat]);
  await until(() => share(a, b) && a.use !== before);
  expect(c.use).toEqual(before);
  expect(table.boxes.slice(sent).some(({ to }) => to === carol.seat.id)).toBe(false);
  expect(a.code).not.toBe(c.code);
});

test("a browser that cannot encrypt, and one in the lobby, get no key and hinder nobody", async () => {
  table = new Table();
  const [ali, bina, carol, dawud] = [await sitter(1), await sitter(2), await sitter(3), await sitter(4)];
  const [a, b] = [table.sit(ali), table.sit(bina)];
  table.tell(ali.seat, bina.seat, { ...carol.seat, key: null }, { ...dawud.seat, state: "lobby" });
  await until(() => share(a, b));
  expect(table.boxes.map(({ to }) => to).filter((to) => to === carol.seat.id || to === dawud.seat.id)).toEqual([]);
  expect(a.refused).toEqual([]);
  expect([a.code, b.code]).toEqual(Array(2).fill(await securityCode(CALL, [ali.seat, bina.seat])));
});

test("a key that its device did not sign, and a device with another key than before, get nothing and are named", async () => {
  table = new Table();
  const [ali, bina, carol, other] = [await sitter(1), await sitter(2), await sitter(3), await sitter(3)];
  const pins = new DevicePins(memoryVault());
  await pins.holds(carol.seat.person, carol.seat.device, carol.own.key.spki);
  const a = table.sit(ali, pins);
  const forged = { ...bina.seat, key: { ...bina.own.key, agree: other.own.key.agree } };
  table.tell(ali.seat, forged, { ...carol.seat, key: other.own.key });
  await until(() => a.use !== null && a.refused.length > 0);
  expect(a.refused).toEqual([bina.seat.id, carol.seat.id]);
  expect(table.boxes).toEqual([]);
  table.tell(ali.seat, bina.seat, carol.seat);
  await until(() => a.refused.length === 0 && table.boxes.length > 0);
});

test("one's own seat shown with another's key: no epochs are made, no boxes taken", async () => {
  table = new Table();
  const [ali, bina, other] = [await sitter(1), await sitter(2), await sitter(1)];
  const [a, b] = [table.sit(ali), table.sit(bina)];
  a.secret.seats([{ ...ali.seat, key: other.own.key }, bina.seat]);
  b.secret.seats([{ ...ali.seat, key: other.own.key }, bina.seat]);
  await until(() => a.refused.length > 0 && b.use !== null);
  expect(a.refused).toEqual([ali.seat.id]);
  expect(a.use).toBeNull();
  expect(a.code).toBe("");
});

test("a box that was changed, or is shown under another number or name, is not taken; it comes again whole", async () => {
  let spoilt = 0;
  table = new Table((_from, _to, box) => {
    if (box.length < 100 || spoilt++ > 0) return box;
    const bytes = Buffer.from(box, "base64");
    bytes[40] = (bytes[40] as number) ^ 1;
    return bytes.toString("base64");
  });
  const [ali, bina, carol] = [await sitter(1), await sitter(2), await sitter(3)];
  const [a, b, c] = [table.sit(ali), table.sit(bina), table.sit(carol)];
  a.secret.seats([ali.seat, bina.seat]);
  b.secret.seats([ali.seat, bina.seat]);
  await until(() => table.boxes.length > 0);
  const first = table.boxes[0] as (typeof table.boxes)[number];
  b.secret.heard(ali.seat.id, first.epoch + 1, first.box);
  b.secret.heard(carol.seat.id, first.epoch, first.box);
  b.secret.heard(ali.seat.id, first.epoch, "not a box");
  c.secret.heard(ali.seat.id, first.epoch, first.box);
  await Bun.sleep(100);
  expect(b.use).toBeNull();
  await until(() => share(a, b));
  expect(b.hold).toHaveLength(1);
  expect(c.hold).toEqual([]);
});

test("a box that comes before its keyer's seat is opened when the seat is known", async () => {
  const [ali, bina] = [await sitter(1), await sitter(2)];
  let passed = 0;
  table = new Table((from, _to, box) => (from === ali.seat.id && passed++ > 0 ? null : box));
  const [a, b] = [table.sit(ali), table.sit(bina)];
  b.secret.seats([bina.seat]);
  a.secret.seats([ali.seat, bina.seat]);
  await until(() => table.boxes.length > 0);
  await Bun.sleep(50);
  b.secret.seats([ali.seat, bina.seat]);
  await until(() => share(a, b));
});

test("two hundred seats have a secret within a second of the keyer's work", async () => {
  table = new Table();
  const many = await Promise.all(Array.from({ length: 200 }, (_, n) => sitter(n + 1)));
  const [first] = many;
  if (!first) throw new Error("nobody");
  const a = table.sit(first);
  const start = performance.now();
  a.secret.seats(many.map(({ seat }) => seat));
  await until(() => table.boxes.length >= 199);
  console.log(`200 seats checked and sealed to in ${Math.round(performance.now() - start)} ms`);
  expect(JSON.stringify(table.boxes.map(({ to, box }) => ({ seat: to, box }))).length).toBeLessThan(32_000);
  expect(CALL).toHaveLength(32);
});
