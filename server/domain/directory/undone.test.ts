import { expect, test } from "bun:test";
import { type Device, issuedText } from "#protocol/directory";
import { openSigner } from "../../auth/province-key.ts";
import { random } from "../../testing/cluster-fuzz.ts";
import {
  administrator,
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
} from "../../testing/directory-provinces.ts";
import { refusal } from "../../testing/house-under-test.ts";
import { hashOf } from "../administration/rights.ts";
import { letBack, MAX_TURN, shutOut } from "./device-turn.ts";

const id = (n: number) => n.toString(16).padStart(32, "a");
const ASAD = id(1);
const device = deviceOf(ASAD, "key");
const standing = ({ store }: House) => store.device(device.id);

/** What the home's second administrator's word comes to: the order's effect, issued. */
function undo(home: House): Promise<unknown> {
  const found = standing(home) as Device;
  return issue(home, { device: letBack(found, "is", home.store.tables.offices.turns(found)) });
}

/** A province's word on the device that its own node would not let it say, signed by its key all the same. */
function say(from: House, turn: number): Promise<unknown> {
  const entries = [{ device: { ...device, revoked: true, turn } }];
  const content = { by: "revocation" as const, at: 1, entries };
  const { signer, store } = { signer: openSigner(from.store.secrets), store: from.store };
  return slip(from, { issued: { ...content, signature: signer.sign(issuedText(store.province, content)) } });
}

/** Islamabad, the device's home; Punjab, hostile; Sindh, honest; Balochistan, which only hears. */
async function provinces(): Promise<[House, House, House, House]> {
  const all = openProvinces("is", "pb", "sd", "ba") as [House, House, House, House];
  const [is, ...others] = all;
  for (const house of others) await house.directory.publishKey();
  await issue(is, { person: person(ASAD, "is") }, { device });
  return all;
}

async function everybodyHears(houses: readonly House[]): Promise<void> {
  for (let round = 0; round < 2; round++)
    for (const from of houses) for (const to of houses) if (from !== to) await bring(from, to);
}

test("another province shuts a device out at once everywhere, and its home undoes that for good (R205)", async () => {
  for (const turn of [1, 3, 5, MAX_TURN]) {
    const all = await provinces();
    const [is, pb, sd, ba] = all;
    await everybodyHears(all);
    await say(pb, turn);
    for (const to of [sd, ba]) expect(await bring(pb, to)).toEqual(["applied"]);
    // Its home is told who it was.
    expect(await bring(pb, is)).toEqual(["shut-out"]);
    for (const house of [is, sd, ba]) expect(standing(house)).toMatchObject({ revoked: true, turn });
    expect(is.store.tables.audit.entries(1, 100).at(-1)).toMatchObject({
      ...{ kind: "revoked", by: { node: "pb" }, facts: { person: ASAD, device: device.id }, at: is.wall.ms },
    });
    await undo(is);
    await everybodyHears([is, sd, ba]);
    for (const house of [is, sd, ba]) expect(standing(house)).toMatchObject({ revoked: false, undone: ["pb"] });
    for (const again of [turn, turn + 2 > MAX_TURN ? 1 : turn + 2, 999, MAX_TURN]) {
      await say(pb, again);
      for (const to of [is, sd, ba]) expect(await bring(pb, to)).toEqual(["undone"]);
    }
    for (const house of [is, sd, ba]) expect(standing(house)?.revoked).toBe(false);
    // Nobody else lost the right to shut it out, and the home can undo that, too.
    await issue(sd, { device: shutOut(standing(sd) as Device) });
    await everybodyHears([is, sd, ba]);
    for (const house of [is, sd, ba]) expect(standing(house)?.revoked).toBe(true);
    await undo(is);
    await everybodyHears([is, sd, ba]);
    for (const house of [is, sd, ba]) expect(standing(house)).toMatchObject({ revoked: false, undone: ["pb", "sd"] });
    // Its home's own word stands as ever.
    await issue(is, { device: shutOut(standing(is) as Device) });
    await everybodyHears([is, sd, ba]);
    for (const house of [is, sd, ba]) expect(standing(house)?.revoked).toBe(true);
  }
});

test("the order of two administrators undoes it (R93, R205)", async () => {
  const all = await provinces();
  const [is, pb, sd] = all;
  const [one, two] = [administrator(id(2), "is"), administrator(id(3), "is")];
  await issue(is, { person: one.person }, { person: two.person }, { device: one.device }, { device: two.device });
  await issue(is, { grant: provincial("g1", one) }, { grant: provincial("g2", two) });
  await everybodyHears(all);
  await say(pb, MAX_TURN);
  await everybodyHears(all);
  const given = signed(one, is.wall.ms, { do: "unrevoke", devices: [device.id] });
  const second = signed(two, is.wall.ms, { do: "approve", order: given.id, text: hashOf(given) });
  await carryOut(is, { ...given, second });
  for (const to of [sd, pb]) expect(new Set(await bring(is, to))).toEqual(new Set(["applied"]));
  await say(pb, MAX_TURN);
  await everybodyHears(all);
  for (const house of [is, sd]) expect(standing(house)).toMatchObject({ revoked: false, turn: 2, undone: ["pb"] });
});

test("whatever is said in whatever order it is heard, all come to the same (R205)", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const rng = random(seed);
    const pick = <T>(from: readonly T[]) => from[Math.floor(rng() * from.length)] as T;
    const all = await provinces();
    const [is, pb, sd, ba] = all;
    for (let step = 0; step < 40; step++) {
      const dice = rng();
      if (dice < 0.2) await say(pb, pick([1, 3, 5, 7, 2001, MAX_TURN - 2, MAX_TURN]));
      else if (dice < 0.3 && standing(sd) && !standing(sd)?.undone?.includes("sd"))
        await issue(sd, { device: shutOut(standing(sd) as Device) });
      else if (dice < 0.4 && standing(is)?.revoked) await undo(is);
      else if (dice < 0.45) await issue(is, { device: shutOut(standing(is) as Device) });
      else if (dice < 0.5) await issue(is, { device: { ...(standing(is) as Device), label: `name ${step}` } });
      else {
        const [from, to] = [pick(all), pick(all)];
        if (from !== to) await bring(from, to);
      }
    }
    await everybodyHears(all);
    const found = standing(is);
    for (const house of [sd, ba]) expect([seed, standing(house)]).toEqual([seed, found]);
    if (found?.revoked) await undo(is);
    await say(pb, MAX_TURN);
    await everybodyHears(all);
    const hasPunjab = standing(is)?.undone?.includes("pb") === true;
    for (const house of [is, sd, ba]) expect([seed, standing(house)?.revoked]).toEqual([seed, !hasPunjab]);
  }
});

test("a home that another province takes to the last turn again and again never runs out of turns (R205)", async () => {
  const all = await provinces();
  const [is, , sd, ba] = all;
  for (let times = 0; times < 50; times++) {
    for (const from of all.slice(1)) await say(from, MAX_TURN);
    await everybodyHears(all);
    if (standing(is)?.revoked) await undo(is);
    await everybodyHears(all);
    await issue(is, { device: shutOut(standing(is) as Device) });
    await undo(is);
    await everybodyHears(all);
    for (const house of [is, sd, ba]) expect(standing(house)?.revoked).toBe(false);
  }
  expect(standing(is)?.turn).toBeLessThan(1000);
});

test("only its home undoes: nobody else names a province, lets it in, or is heard where it was undone (R205)", async () => {
  const all = await provinces();
  const [is, pb, sd] = all;
  await everybodyHears(all);
  await issue(pb, { device: shutOut(standing(pb) as Device) });
  await everybodyHears(all);
  // Sindh says that Punjab's word is undone, and that its own shutting out is the home's.
  await issue(sd, { device: { ...(standing(sd) as Device), undone: ["pb", "is"] } });
  await everybodyHears(all);
  for (const house of all) expect([standing(house)?.revoked, standing(house)?.undone]).toEqual([true, undefined]);
  await undo(is);
  await everybodyHears(all);
  for (const house of all) expect(standing(house)).toMatchObject({ revoked: false, undone: ["pb", "sd"] });
  expect(await refusal(issue(pb, { device: shutOut(standing(pb) as Device) }))).toBe("fix");
  // A later entry of its home's that leaves it out changes nothing of it, and reminding leaves such devices alone.
  const { undone: _, ...plain } = standing(is) as Device;
  await issue(is, { device: { ...plain, label: "desk" } });
  await issue(is, { device: shutOut(standing(is) as Device) });
  await everybodyHears(all);
  for (const house of all)
    expect(standing(house)).toMatchObject({ label: "desk", revoked: true, undone: ["pb", "sd"] });
  await pb.directory.remind("is");
});
