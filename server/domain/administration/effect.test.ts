import { expect, test } from "bun:test";
import { effectOf } from "./effect.ts";
import { grantOf, personOf, unitOf, WorldUnderTest } from "./world-under-test.ts";

const at = () => new WorldUnderTest();

test("what is put is put as it stands", () => {
  const entries = [{ person: personOf("a") }, { unit: unitOf("u", "dept") }];
  expect(effectOf({ do: "put", entries }, at().world)).toEqual(entries);
});

test("a state changes whom it changes, and nothing else of them", () => {
  const world = at();
  world.people.set("below", personOf("below", "district", { state: "retired", grade: 5 }));
  const of = (state: "active" | "retired" | "removed") =>
    effectOf({ do: "state", people: ["clerk", "below", "none"], state }, world.world);
  expect(of("retired")).toEqual([{ person: personOf("clerk", "dept", { state: "retired" }) }]);
  expect(of("active")).toEqual([{ person: personOf("below", "district", { state: "active", grade: 5 }) }]);
});

test("a role is given and ended", () => {
  const world = at();
  const grant = grantOf("clerk", "nodal", { unit: "dept" });
  expect(effectOf({ do: "grant", grant }, world.world)).toEqual([{ grant }]);
  world.grants.set(grant.id, grant);
  expect(effectOf({ do: "ungrant", grant: grant.id }, world.world)).toEqual([{ grant: { ...grant, ended: true } }]);
  world.grants.set(grant.id, { ...grant, ended: true });
  expect(effectOf({ do: "ungrant", grant: grant.id }, world.world)).toEqual([]);
});

test("a device's turns count up: odd is out", () => {
  const world = at();
  const device = { id: "d", person: "clerk", key: "k", label: "", revoked: false };
  const turns = (revoked: boolean, turn: number | undefined, act: "revoke" | "unrevoke") => {
    world.devices.set("d", { ...device, revoked, ...(turn !== undefined && { turn }) });
    const [entry] = effectOf({ do: act, devices: ["d"] }, world.world);
    return entry && "device" in entry ? [entry.device.revoked, entry.device.turn] : undefined;
  };
  expect(turns(false, undefined, "revoke")).toEqual([true, 1]);
  expect(turns(true, undefined, "unrevoke")).toEqual([false, 2]);
  expect(turns(false, 4, "revoke")).toEqual([true, 5]);
  expect(turns(true, 5, "revoke")).toBeUndefined();
  expect(turns(false, 2, "unrevoke")).toBeUndefined();
});
