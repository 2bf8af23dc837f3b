import { expect, test } from "bun:test";
import { type Device, type Entry, issuedText, provinceKeyText, type Unit } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { MAX_BODY } from "#protocol/record";
import { openSigner } from "../../auth/province-key.ts";
import {
  administrator,
  bodiesOf,
  bring,
  carryOut,
  deviceOf,
  type House,
  issue,
  openProvinces,
  person,
  provincial,
  signed,
  slip,
  words,
} from "../../testing/directory-provinces.ts";
import { refusal } from "../../testing/house-under-test.ts";
import { smallJpeg, smallWebp } from "../../testing/small-picture.ts";
import { shutOut } from "./device-turn.ts";

const id = (n: number) => n.toString(16).padStart(32, "a");
const [ASAD, BANO, CHAND] = [id(1), id(2), id(3)] as const;
const unit = (name: string, province: string, parent: string | null = null): Unit => ({
  ...{ id: name, province, parent, kind: "department", name: words(name) },
});
const device = (n: number, of: string, over: Partial<Device> = {}): Device => deviceOf(of, `key ${n}`, over);
const [NINE, EIGHT] = [device(9, ASAD).id, device(8, ASAD).id];
const pair = () => openProvinces("is", "pb") as [House, House];
/** Signed by the house's own key, whatever it says. */
async function slipSigned(house: House, entries: Entry[], signer = openSigner(house.store.secrets)): Promise<unknown> {
  const content = { by: "operator" as const, at: 1, entries };
  return slip(house, { issued: { ...content, signature: signer.sign(issuedText(house.store.province, content)) } });
}

test("a province's key goes before all that it issues, and replicas take what is signed with it (R82)", async () => {
  const [is, pb] = pair();
  await issue(is, { unit: unit("relief", "is") }, { person: person(ASAD, "is", { unitId: "relief" }) });
  expect(bodiesOf(is).map(({ body }) => Object.keys(body)[0])).toEqual(["key", "issued"]);
  expect(await bring(is, pb)).toEqual(["applied", "applied"]);
  expect(pb.store.tables.offices.provinceKey("is")).toBe(openSigner(is.store.secrets).key);
  expect(pb.store.person(ASAD)).toEqual(person(ASAD, "is", { unitId: "relief" }));
  await is.directory.publishKey();
  expect(bodiesOf(is)).toHaveLength(2);
});

test("what is not signed, not by this key, or not for this province changes nothing and keeps its place (R80)", async () => {
  const [is, pb] = pair();
  await is.directory.publishKey();
  await slip(is, { person: person(ASAD, "is") });
  await slipSigned(is, [{ person: person(ASAD, "is") }], openSigner(new Map()));
  const content = { by: "operator" as const, at: 1, entries: [{ person: person(ASAD, "is") }] };
  await slip(is, { issued: { ...content, signature: openSigner(is.store.secrets).sign(issuedText("pb", content)) } });
  await slip(is, { issued: { ...content, at: 2, signature: "" } });
  await slip(is, { nonsense: true });
  await issue(is, { person: person(BANO, "is") });
  expect(await bring(is, pb)).toEqual(["applied", "refused", "refused", "refused", "refused", "refused", "applied"]);
  expect([pb.store.person(ASAD), pb.store.person(BANO)?.id]).toEqual([undefined, BANO]);
});

test("what version 0.2 left unsigned is taken until the key is known", async () => {
  const [is, pb] = pair();
  await slip(is, { person: person(ASAD, "is") });
  await slip(is, { device: device(9, ASAD) });
  await is.directory.publishKey();
  await slip(is, { device: device(8, ASAD) });
  expect(await bring(is, pb)).toEqual(["applied", "applied", "applied", "refused"]);
  expect([pb.store.device(NINE)?.person, pb.store.device(EIGHT)]).toEqual([ASAD, undefined]);
});

test("the first key stands; the next one must be signed by it (R81)", async () => {
  const [is, pb] = pair();
  await is.directory.publishKey();
  const next = openSigner(new Map());
  const own = { province: "is", key: next.key };
  await slip(is, { key: { ...own, signature: next.sign(provinceKeyText(own)) } });
  await slip(is, {
    key: { ...own, province: "pb", signature: next.sign(provinceKeyText({ ...own, province: "pb" })) },
  });
  await bring(is, pb);
  expect(pb.store.tables.offices.provinceKey("is")).toBe(openSigner(is.store.secrets).key);
  expect(pb.store.tables.offices.provinceKey("pb")).toBeUndefined();
  await slip(is, { key: { ...own, signature: openSigner(is.store.secrets).sign(provinceKeyText(own)) } });
  expect(await bring(is, pb)).toEqual(["applied"]);
  expect(pb.store.tables.offices.provinceKey("is")).toBe(next.key);
});

test("a province says nothing of another's part, even with its own key, and the rest of what it says stands (R83)", async () => {
  const [is, pb] = pair();
  await issue(pb, { unit: unit("works", "pb") }, { person: person(BANO, "pb", { unitId: "works", number: "7" }) });
  await issue(pb, { post: { id: "xen", province: "pb", unit: "works", title: words("XEN") } });
  await bring(pb, is);
  await issue(is, { unit: unit("relief", "is") }, { person: person(ASAD, "is") });
  const charge = { id: "c", post: "xen", person: ASAD, kind: "regular" as const, from: 0, to: null };
  const grant = { id: "g", person: ASAD, role: "provincial" as const, scope: { province: "is" }, from: 0, to: null };
  const lies: Entry[] = [
    { person: person(BANO, "is") },
    { person: person(CHAND, "pb") },
    { person: person(CHAND, "is", { unitId: "works" }) },
    { unit: unit("works", "is") },
    { unit: unit("other", "pb") },
    { unit: unit("below", "is", "works") },
    { post: { id: "xen", province: "is", unit: "relief", title: words("XEN") } },
    { post: { id: "new", province: "is", unit: "works", title: words("XEN") } },
    { charge },
    { charge: { ...charge, post: "none" } },
    { grant: { ...grant, person: BANO } },
    { grant: { ...grant, scope: { province: "pb" } } },
    { grant: { ...grant, scope: { unit: "works" } } },
    { photo: { person: BANO, type: "image/webp", bytes: smallWebp() } },
    { device: device(9, BANO) },
  ];
  for (const lie of lies) {
    expect(await refusal(issue(is, lie))).toBe("fix");
    await slipSigned(is, [lie, { person: person(ASAD, "is", { grade: 17 }) }]);
  }
  const [key, own, ...answers] = await bring(is, pb);
  expect([key, own]).toEqual(["applied", "applied"]);
  expect(answers).toEqual(lies.map(() => "refused"));
  const { offices } = pb.store.tables;
  expect(offices.units("pb").map(({ id }) => id)).toEqual(["works"]);
  expect(offices.post("xen")?.province).toBe("pb");
  expect([offices.charge("c"), offices.grants("pb"), offices.photo(BANO), offices.grants("is")]).toEqual([
    undefined,
    [],
    undefined,
    [],
  ]);
  expect([pb.store.person(BANO)?.province, pb.store.person(CHAND), pb.store.device(NINE)]).toEqual([
    "pb",
    undefined,
    undefined,
  ]);
  expect(pb.store.person(ASAD)?.grade).toBe(17);
});

test("what is out of shape or bounds is refused at home and elsewhere", async () => {
  const [is, pb] = pair();
  await issue(is, { unit: unit("relief", "is") }, { person: person(ASAD, "is", { number: "7" }) });
  const chain = Array.from({ length: 12 }, (_, i) => ({ unit: unit(`u${i}`, "is", i ? `u${i - 1}` : null) }));
  await issue(is, ...chain);
  await bring(is, pb);
  const long = "x".repeat(201);
  const wrong: Entry[] = [
    { person: person(BANO, "is", { name: words(long) }) },
    { person: person(BANO, "is", { grade: 23 }) },
    { person: person(BANO, "is", { number: "7" }) },
    { person: person(BANO, "is", { contact: { email: "no address" } }) },
    { person: person(BANO, "is", { contact: { mobile: "03001234567" } }) },
    { unit: unit("u0", "is", "u11") },
    { unit: unit("u12", "is", "u11") },
    { unit: unit("u0", "is", "relief") },
    { photo: { person: ASAD, type: "image/webp", bytes: "A".repeat(28_000) } },
    { photo: { person: ASAD, type: "image/svg" as "image/webp", bytes: smallWebp() } },
    { photo: { person: ASAD, type: "image/webp", bytes: smallJpeg() } },
    { photo: { person: ASAD, type: "image/webp", bytes: smallWebp(0, 513) } },
    { device: device(9, ASAD, { label: "x".repeat(61) }) },
    { device: device(9, ASAD, { turn: 2, revoked: true }) },
    { device: device(9, ASAD, { turn: 1_000_000_000 }) },
    { person: person(ASAD, "is"), unit: unit("two", "is") } as Entry,
  ];
  for (const entry of wrong) {
    expect(await refusal(issue(is, entry))).toBe("fix");
    await slipSigned(is, [entry]);
  }
  expect(await bring(is, pb)).toEqual(wrong.map(() => "refused"));
  expect([pb.store.person(BANO), pb.store.device(NINE), pb.store.tables.offices.unit("u0")]).toEqual([
    undefined,
    undefined,
    unit("u0", "is"),
  ]);
});

test("many entries are split over as many events as they need; a photo fits into one", async () => {
  const [is, pb] = pair();
  const people = Array.from({ length: 400 }, (_, i) => person(id(1000 + i), "is", { name: words("ش".repeat(100)) }));
  const photo = { person: id(1000), type: "image/jpeg" as const, bytes: smallJpeg(7, 256, 20 * 1024) };
  await issue(is, ...people.map((one) => ({ person: one })), { photo });
  const bodies = bodiesOf(is);
  expect(bodies.length).toBeGreaterThan(5);
  expect(bodies.length).toBeLessThan(15);
  for (const { size } of bodies) expect(size).toBeLessThanOrEqual(MAX_BODY);
  expect(new Set(await bring(is, pb))).toEqual(new Set(["applied"]));
  expect(pb.store.peopleOf("is")).toHaveLength(400);
  expect(pb.store.tables.offices.photo(id(1000))).toEqual(photo);
});

test("devices agree everywhere, however the words of shutting out and letting in cross (R84)", async () => {
  const [is, pb, sd] = openProvinces("is", "pb", "sd") as [House, House, House];
  await issue(is, { person: person(ASAD, "is") }, { device: device(9, ASAD) }, { device: device(8, ASAD) });
  await bring(is, pb);
  // A word on a device with another key fits none that ever comes.
  await slipSigned(pb, [{ device: { ...device(8, ASAD), key: "theirs", revoked: true } }]);
  // Punjab hears of the device, shuts it out, and Sindh hears of that before it hears of the device.
  const found = pb.store.device(NINE) as Device;
  await issue(pb, { device: shutOut(found) });
  await bring(pb, sd);
  expect(sd.store.device(NINE)).toBeUndefined();
  await bring(is, sd);
  expect(sd.store.device(NINE)).toMatchObject({ revoked: true, turn: 1 });
  expect(sd.store.device(EIGHT)?.revoked).toBe(false);
  // Its own province gives it another name without having heard, and hears then.
  await issue(is, { device: { ...device(9, ASAD), label: "desk" } });
  await bring(pb, is);
  expect(is.store.device(NINE)).toMatchObject({ revoked: true, label: "desk" });
  // It is let back in at home while Sindh shuts it out anew, not knowing.
  await issue(is, { device: { ...(is.store.device(NINE) as Device), revoked: false, turn: 2 } });
  await issue(sd, { device: shutOut({ ...(sd.store.device(NINE) as Device), revoked: false, turn: 0 }) });
  for (const [from, to] of [
    [is, pb],
    [is, sd],
    [sd, is],
    [sd, pb],
    [pb, is],
    [pb, sd],
  ] as const)
    await bring(from, to);
  const all = [is, pb, sd].map(({ store }) => store.device(NINE));
  expect(all[0]).toEqual({ ...device(9, ASAD), label: "desk", revoked: false, turn: 2 });
  expect(all).toEqual([all[0], all[0], all[0]]);
  // Nobody but its own province lets it in or gives it another key.
  expect(await refusal(issue(pb, { device: { ...(all[0] as Device), turn: 4 } }))).toBe("fix");
  expect(await refusal(issue(pb, { device: { ...(all[0] as Device), key: "k", turn: 3, revoked: true } }))).toBe("fix");
});

test("an order is judged and carried out alike everywhere; a forged one nowhere", async () => {
  const [is, pb] = pair();
  const [asad, bano] = [administrator(ASAD, "is"), administrator(BANO, "is")];
  await issue(is, { person: asad.person }, { person: bano.person }, { device: asad.device }, { device: bano.device });
  await issue(is, { grant: provincial("g1", asad) }, { person: person(CHAND, "is") }, { device: device(9, CHAND) });
  const at = is.wall.ms;
  const put = signed(asad, at, { do: "put", entries: [{ unit: unit("relief", "is") }] });
  expect(await carryOut(is, put)).toEqual([]);
  const renamed = { ...unit("relief", "is"), name: words("Relief") };
  const rename = signed(asad, at, { do: "put", entries: [{ unit: renamed }] });
  expect(await carryOut(is, rename)).toEqual([{ unit: unit("relief", "is") }]);
  await carryOut(is, signed(asad, at, { do: "revoke", devices: [device(9, CHAND).id] }));
  // Slipped into the log: without a role, under another signature, and with other words than were signed.
  await slip(is, { order: signed(bano, at, { do: "put", entries: [{ unit: unit("forged", "is") }] }) });
  await slip(is, { order: { ...put, act: { do: "put", entries: [{ unit: unit("forged", "is") }] } } });
  await slip(is, { order: { ...put, signature: bano.signer.sign("") } });
  await slip(is, { order: signed(asad, at, { do: "put", entries: [{ unit: unit("forged", "pb") }] }) });
  await slip(is, { order: signed(asad, at, { do: "grant", grant: provincial("g2", bano) }) });
  const answers = await bring(is, pb);
  expect(answers.filter((answer) => answer === "refused")).toHaveLength(5);
  expect(answers.slice(-5)).toEqual(Array(5).fill("refused"));
  const { offices } = pb.store.tables;
  expect([offices.unit("relief"), offices.unit("forged"), offices.grant("g2")]).toEqual([
    renamed,
    undefined,
    undefined,
  ]);
  expect([is, pb].map(({ store }) => store.device(device(9, CHAND).id))).toEqual(
    Array(2).fill(device(9, CHAND, { revoked: true, turn: 1 })),
  );
});

test("an administrator's order stands everywhere, whatever a replica has heard of the device meanwhile", async () => {
  const [is, pb, sd] = openProvinces("is", "pb", "sd") as [House, House, House];
  const asad = administrator(ASAD, "is");
  await issue(is, { person: asad.person }, { device: asad.device }, { grant: provincial("g1", asad) });
  for (const to of [pb, sd]) await bring(is, to);
  await carryOut(is, signed(asad, is.wall.ms, { do: "put", entries: [{ unit: unit("relief", "is") }] }));
  await issue(pb, { device: shutOut(asad.device) });
  await bring(pb, sd);
  for (const to of [pb, sd]) expect(new Set(await bring(is, to))).toEqual(new Set(["applied"]));
  await bring(pb, is);
  for (const { store } of [is, pb, sd]) {
    expect(store.tables.offices.unit("relief")).toEqual(unit("relief", "is"));
    expect(store.device(asad.device.id)?.revoked).toBe(true);
  }
});

test("a transaction that may not put one thing puts nothing", async () => {
  const [is] = pair();
  expect(await refusal(issue(is, { person: person(ASAD, "is") }, { person: person(BANO, "pb") }))).toBe("fix");
  expect([is.store.person(ASAD), is.store.heads(DIRECTORY_ROOM).size]).toEqual([undefined, 0]);
});
