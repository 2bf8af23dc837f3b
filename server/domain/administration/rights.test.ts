import { describe, expect, test } from "bun:test";
import type { AdminRole, Scope, Wave } from "#protocol/directory";
import { MASS, type OrderAct } from "#protocol/order";
import { judgeOrder, WAITING_MS } from "./rights.ts";
import { grantOf, HOUR, NOW, personOf, unitOf, WorldUnderTest } from "./world-under-test.ts";

const PB: Scope = { province: "pb" };
const words = { en: "", ur: "" };
const wave: Wave = {
  ...{ id: "w", province: "pb", place: 1, name: words, who: { kind: "employees" as const }, quota: null },
  ...{ opens: 0, closes: null, gates: {}, hand: "auto" as const },
};

/** A province with one of each role, and a second provincial administrator and auditor. */
function province(): WorldUnderTest {
  const at = new WorldUnderTest();
  at.enter(personOf("nodal", "dept"), grantOf("nodal", "nodal", { unit: "dept" }));
  at.enter(personOf("prov", "dept2"), grantOf("prov", "provincial", PB));
  at.enter(personOf("prov2"), grantOf("prov2", "provincial", PB));
  at.enter(personOf("auditor"), grantOf("auditor", "auditor", PB));
  at.enter(personOf("auditor2"), grantOf("auditor2", "auditor", PB));
  at.enter(personOf("custodian"), grantOf("custodian", "custodian", PB));
  at.people.set("comer", personOf("comer", "dept"));
  at.grants.set("ended", grantOf("clerk", "nodal", { unit: "dept" }, { id: "ended", ended: true }));
  at.devices.set("out", { id: "out", person: "below", key: "k", label: "", revoked: true, turn: 1 });
  return at;
}

const judge = (at: WorldUnderTest, person: string, act: OrderAct) => judgeOrder(at.order(person, act), at.world).is;

const put = (...entries: Extract<OrderAct, { do: "put" }>["entries"]): OrderAct => ({ do: "put", entries });
const acts: Record<string, OrderAct> = {
  "put person": put({ person: personOf("below", "district", { grade: 17 }) }),
  "put new person": put({ person: personOf("new", "dept") }),
  "put unit": put({ unit: unitOf("office", "district") }),
  "put post": put({ post: { id: "ac", province: "pb", unit: "district", title: words } }),
  "put charge": put({ charge: { id: "c", post: "dc", person: "below", kind: "regular", from: NOW, to: null } }),
  "put wave": put({ wave }),
  "put photo": put({ photo: { person: "below", type: "image/webp", bytes: "" } }),
  state: { do: "state", people: ["below"], state: "retired" },
  grant: { do: "grant", grant: grantOf("below", "nodal", { unit: "district" }, { id: "g" }) },
  ungrant: { do: "ungrant", grant: "nodal of nodal" },
  revoke: { do: "revoke", devices: ["d-below"] },
  unrevoke: { do: "unrevoke", devices: ["out"] },
  invite: { do: "invite", people: ["comer"], validMs: HOUR, way: "show" },
  "invite who is inside": { do: "invite", people: ["below"], validMs: HOUR, way: "show" },
  uninvite: { do: "uninvite", invitations: ["i"] },
  "export people": { do: "export", what: "people" },
  "export audit": { do: "export", what: "audit" },
  token: { do: "token", name: "HR", scope: PB, validMs: HOUR },
  untoken: { do: "untoken", token: "t" },
};

const SECOND = new Set([
  "invite who is inside",
  "grant",
  "ungrant",
  "unrevoke",
  "export people",
  "export audit",
  "token",
]);
const MAY: Record<string, (act: string) => boolean> = {
  prov: (act) => act !== "export audit",
  nodal: (act) =>
    ["put person", "put new person", "revoke", "invite", "invite who is inside", "uninvite"].includes(act),
  auditor: (act) => act.startsWith("export"),
  custodian: () => false,
  clerk: () => false,
  loose: () => false,
};

describe("who may order what (R91)", () => {
  for (const [person, may] of Object.entries(MAY))
    for (const [name, act] of Object.entries(acts))
      test(`${person}: ${name}`, () => {
        expect(judge(province(), person, act)).toBe(may(name) ? (SECOND.has(name) ? "second" : "sound") : "refused");
      });

  test("a federal administrator has the part of `is`, and no other province's", () => {
    const at = province();
    at.enter(personOf("fed"), grantOf("fed", "federal", PB));
    expect(judge(at, "fed", acts.state as OrderAct)).toBe("refused");
    const is = new WorldUnderTest();
    is.province = "is";
    is.enter(personOf("fed", undefined, { province: "is" }), grantOf("fed", "federal", { province: "is" }));
    is.enter(personOf("one", undefined, { province: "is" }));
    expect(judge(is, "fed", { do: "state", people: ["one"], state: "retired" })).toBe("sound");
    expect(judge(is, "fed", { do: "state", people: ["below"], state: "retired" })).toBe("refused");
  });
});

describe("how far a role reaches (R92)", () => {
  const reach: [string, string, boolean, boolean][] = [
    // person, in words, a nodal officer of dept, a provincial administrator
    ["clerk", "in the own unit", true, true],
    ["below", "in a unit below", true, true],
    ["sibling", "in a unit beside it", false, true],
    ["loose", "in no unit", false, true],
    ["foreign", "of another province", false, false],
    ["nobody", "not there", false, false],
  ];
  for (const [id, where, nodal, provincial] of reach)
    test(`a person ${where}`, () => {
      const at = province();
      at.grants.delete("ended");
      const both = (act: OrderAct) => {
        expect(judge(at, "nodal", act)).toBe(nodal ? "sound" : "refused");
        expect(judge(at, "prov", act)).toBe(provincial ? "sound" : "refused");
      };
      both({ do: "revoke", devices: [`d-${id}`] });
      // Not inside yet: one hand invites.
      for (const device of [`d-${id}`, "out"]) at.devices.delete(device);
      both({ do: "invite", people: [id], validMs: HOUR, way: "show" });
      const state: OrderAct = { do: "state", people: [id], state: "removed" };
      expect(judge(at, "prov", state)).toBe(provincial ? "sound" : "refused");
    });

  test("who has no unit belongs where the post held at the moment is", () => {
    const at = province();
    at.devices.delete("d-loose");
    const invite: OrderAct = { do: "invite", people: ["loose"], validMs: HOUR, way: "show" };
    at.charges.set("c", { id: "c", post: "dc", person: "loose", kind: "acting", from: NOW - 1, to: NOW + 1 });
    expect(judge(at, "nodal", invite)).toBe("sound");
    at.charges.set("c", { id: "c", post: "dc", person: "loose", kind: "acting", from: NOW - 9, to: NOW });
    expect(judge(at, "nodal", invite)).toBe("refused");
  });

  test("one person out of reach refuses the whole order", () => {
    const people = ["clerk", "sibling"];
    expect(judge(province(), "nodal", { do: "invite", people, validMs: HOUR, way: "show" })).toBe("refused");
  });

  test("nobody is moved into the own units, nor out of them", () => {
    expect(judge(province(), "nodal", put({ person: personOf("sibling", "dept") }))).toBe("refused");
    expect(judge(province(), "nodal", put({ person: personOf("clerk", "dept2") }))).toBe("refused");
    expect(judge(province(), "nodal", put({ person: personOf("clerk") }))).toBe("refused");
    expect(judge(province(), "nodal", put({ person: personOf("clerk", "district") }))).toBe("sound");
  });

  test("a unit of another province gives nothing there", () => {
    const at = province();
    at.enter(personOf("odd", "dept"), grantOf("odd", "nodal", { unit: "far" }));
    expect(judge(at, "odd", acts["put new person"] as OrderAct)).toBe("refused");
  });

  test("a provincial role for a unit alone is none", () => {
    const at = province();
    at.enter(personOf("odd", "dept"), grantOf("odd", "provincial", { unit: "dept" }));
    expect(judge(at, "odd", acts.state as OrderAct)).toBe("refused");
  });
});

describe("when a role holds (R91)", () => {
  const times: [string, Parameters<typeof grantOf>[3], "sound" | "refused"][] = [
    ["holds", {}, "sound"],
    ["begins this moment", { from: NOW }, "sound"],
    ["has expired", { to: NOW }, "refused"],
    ["expires a moment later", { to: NOW + 1 }, "sound"],
    ["was ended", { ended: true }, "refused"],
    ["is not yet", { from: NOW + 1 }, "refused"],
  ];
  for (const [name, more, is] of times)
    test(`a grant that ${name}`, () => {
      const at = province();
      at.grants.set("provincial of prov", grantOf("prov", "provincial", PB, more));
      expect(judge(at, "prov", acts.state as OrderAct)).toBe(is);
    });

  for (const state of ["retired", "removed"] as const)
    test(`of a person that is ${state}`, () => {
      const at = province();
      at.people.set("prov", personOf("prov", "dept2", { state }));
      expect(judge(at, "prov", acts.state as OrderAct)).toBe("refused");
    });
});

describe("whose hand it is (R90)", () => {
  const state = acts.state as OrderAct;
  test("a device that was shut out, that is not there, or another person's", () => {
    const at = province();
    at.devices.set("d-prov", { id: "d-prov", person: "prov", key: "k-prov", label: "", revoked: true });
    expect(judge(at, "prov", state)).toBe("refused");
    expect(judgeOrder(at.order("prov2", state, { device: "none" }), at.world).is).toBe("refused");
    const order = at.order("prov2", state, { device: "d-clerk" });
    expect(judgeOrder({ ...order, signature: order.signature.replace("k-prov2", "k-clerk") }, at.world).is).toBe(
      "refused",
    );
  });

  test("a forged signature, and a true one of other words", () => {
    const at = province();
    const order = at.order("prov", state);
    expect(judgeOrder({ ...order, signature: "forged" }, at.world).is).toBe("refused");
    // The same id under another act: what was signed is something else.
    expect(judgeOrder({ ...order, act: { do: "revoke", devices: ["d-clerk"] } }, at.world).is).toBe("refused");
    expect(judgeOrder({ ...order, at: NOW + 1 }, at.world).is).toBe("refused");
    expect(judgeOrder({ ...order, id: "other" }, at.world).is).toBe("refused");
  });

  test("an administrator of another province has no hand here", () => {
    const at = province();
    at.enter(personOf("foreign", "far", { province: "sd" }), grantOf("foreign", "provincial", PB));
    expect(judge(at, "foreign", state)).toBe("refused");
  });

  test("a word on an order does not stand alone", () => {
    expect(judge(province(), "prov", { do: "approve", order: "x" })).toBe("refused");
    expect(judge(province(), "prov", { do: "refuse", order: "x" })).toBe("refused");
  });
});

describe("the second administrator (R93)", () => {
  const grant = acts.grant as OrderAct;
  const is = (at: WorldUnderTest, order: Parameters<typeof judgeOrder>[0]) => judgeOrder(order, at.world).is;

  test("another person with the same right makes it sound", () => {
    const at = province();
    expect(is(at, at.seconded("prov", grant, "prov2"))).toBe("sound");
    expect(is(at, at.seconded("auditor", acts["export audit"] as OrderAct, "auditor2"))).toBe("sound");
  });

  test("the same person, on whatever device, is no second", () => {
    const at = province();
    at.devices.set("d-2", { id: "d-2", person: "prov", key: "k-prov", label: "", revoked: false });
    expect(is(at, at.seconded("prov", grant, "prov"))).toBe("refused");
    expect(is(at, at.seconded("prov", grant, "prov", { device: "d-2" }))).toBe("refused");
  });

  for (const other of ["nodal", "auditor", "custodian", "clerk", "foreign"])
    test(`${other} has not the right`, () => {
      const at = province();
      expect(is(at, at.seconded("prov", grant, other))).toBe("refused");
    });

  test("a provincial administrator is no second for the audit log", () => {
    const at = province();
    expect(is(at, at.seconded("auditor", acts["export audit"] as OrderAct, "prov"))).toBe("refused");
  });

  test("a forged signature, a device shut out, or a word on another order", () => {
    const at = province();
    expect(is(at, at.seconded("prov", grant, "prov2", { signature: "forged" }))).toBe("refused");
    const elsewhere = at.order("prov2", { do: "approve", order: "another" });
    expect(is(at, { ...at.order("prov", grant), second: elsewhere })).toBe("refused");
    const no = at.order("prov2", { do: "refuse", order: at.order("prov", grant).id });
    expect(is(at, { ...at.order("prov", grant), second: no })).toBe("refused");
    const sound = at.seconded("prov", grant, "prov2");
    at.devices.set("d-prov2", { id: "d-prov2", person: "prov2", key: "k-prov2", label: "", revoked: true });
    expect(is(at, sound)).toBe("refused");
  });

  test("who gains by it is no second", () => {
    const at = province();
    const more: OrderAct = { do: "grant", grant: grantOf("prov2", "auditor", PB, { id: "g" }) };
    expect(is(at, at.seconded("prov", more, "prov2"))).toBe("refused");
    at.devices.set("lost", { id: "lost", person: "prov2", key: "k", label: "", revoked: true });
    expect(is(at, at.seconded("prov", { do: "unrevoke", devices: ["lost"] }, "prov2"))).toBe("refused");
  });

  test("both roles must hold when the second word is given, within the waiting time", () => {
    const at = province();
    const later = (ms: number) => at.seconded("prov", grant, "prov2", { at: NOW + ms });
    expect(is(at, later(WAITING_MS))).toBe("sound");
    expect(is(at, later(WAITING_MS + HOUR))).toBe("refused");
    expect(is(at, later(-HOUR))).toBe("refused");
    at.grants.set("provincial of prov", grantOf("prov", "provincial", PB, { to: NOW + HOUR }));
    expect(is(at, later(HOUR - 1))).toBe("sound");
    expect(is(at, later(HOUR))).toBe("refused");
  });

  test("a state of many needs one, counted once each", () => {
    const at = province();
    const people = Array.from({ length: MASS + 1 }, (_, i) => `p${i}`);
    for (const id of people) at.enter(personOf(id));
    const some = people.slice(1);
    expect(judge(at, "prov", { do: "state", people: some, state: "removed" })).toBe("sound");
    expect(judge(at, "prov", { do: "state", people: [...some, ...some], state: "removed" })).toBe("sound");
    expect(judge(at, "prov", { do: "state", people, state: "active" })).toBe("second");
  });

  test("one administrator does not become another: inviting a holder of a role, or saying how to reach one, needs two", () => {
    const at = province();
    const invite = (id: string): OrderAct => ({ do: "invite", people: [id], validMs: HOUR, way: "email" });
    expect(judge(at, "prov", invite("prov2"))).toBe("second");
    expect(judge(at, "prov", { do: "state", people: ["auditor"], state: "removed" })).toBe("second");
    const card = personOf("prov2", undefined, { grade: 20 });
    expect(judge(at, "prov", put({ person: card }))).toBe("sound");
    expect(judge(at, "prov", put({ person: { ...card, contact: { email: "me@example" } } }))).toBe("second");
    expect(judge(at, "prov", put({ person: { ...card, number: "1" } }))).toBe("second");
  });

  test("a nodal officer has no hand on who holds a role", () => {
    const at = province();
    at.enter(personOf("boss", "dept"), grantOf("boss", "provincial", PB));
    for (const act of [
      { do: "invite", people: ["boss"], validMs: HOUR, way: "show" },
      { do: "revoke", devices: ["d-boss"] },
      put({ person: personOf("boss", "dept", { grade: 3 }) }),
    ] as OrderAct[])
      expect(judge(at, "nodal", act)).toBe("refused");
  });
});

describe("for oneself (R94)", () => {
  const own: [string, OrderAct][] = [
    ["a charge", put({ charge: { id: "c", post: "dc", person: "prov", kind: "acting", from: NOW, to: null } })],
    ["a grade", put({ person: personOf("prov", "dept2", { grade: 22 }) })],
    ["a role", { do: "grant", grant: grantOf("prov", "auditor", PB, { id: "g" }) }],
    ["an invitation", { do: "invite", people: ["prov"], validMs: HOUR, way: "show" }],
    ["a state", { do: "state", people: ["prov"], state: "removed" }],
  ];
  for (const [name, act] of own)
    test(`nobody gives themself ${name}, nor with a second`, () => {
      const at = province();
      expect(judge(at, "prov", act)).toBe("refused");
      expect(judgeOrder(at.seconded("prov", act, "prov2"), at.world).is).toBe("refused");
    });

  test("one's own lost device is shut out at once, and let back in by others", () => {
    const at = province();
    at.devices.set("lost", { id: "lost", person: "prov", key: "k", label: "", revoked: true });
    expect(judge(at, "prov", { do: "revoke", devices: ["d-prov"] })).toBe("sound");
    expect(judge(at, "prov", { do: "unrevoke", devices: ["lost"] })).toBe("refused");
    expect(judge(at, "prov2", { do: "unrevoke", devices: ["lost"] })).toBe("second");
  });
});

describe("what may be put (R95)", () => {
  const bad: [string, Extract<OrderAct, { do: "put" }>["entries"]][] = [
    ["a person's state", [{ person: personOf("below", "district", { state: "removed" }) }]],
    ["a new person who has left", [{ person: personOf("new", "dept", { state: "retired" }) }]],
    ["a person of another province", [{ person: personOf("new", "dept", { province: "sd" }) }]],
    ["somebody else's person", [{ person: personOf("foreign", "dept") }]],
    ["a unit that is not there", [{ person: personOf("new", "nowhere") }]],
    ["a unit of another province", [{ unit: unitOf("u", null, "sd") }]],
    ["somebody else's unit", [{ unit: unitOf("far", null) }]],
    ["a unit below itself", [{ unit: unitOf("dept", "district") }]],
    ["a unit below what is not there", [{ unit: unitOf("u", "nowhere") }]],
    ["a ring of new units", [{ unit: unitOf("a", "b") }, { unit: unitOf("b", "a") }]],
    ["a post in a foreign unit", [{ post: { id: "p", province: "pb", unit: "far", title: words } }]],
    ["a foreign post", [{ post: { id: "far-post", province: "pb", unit: "dept", title: words } }]],
    [
      "a charge of a foreign post",
      [{ charge: { id: "c", post: "far-post", person: "below", kind: "acting", from: 0, to: null } }],
    ],
    [
      "a charge for a foreign person",
      [{ charge: { id: "c", post: "dc", person: "foreign", kind: "acting", from: 0, to: null } }],
    ],
    ["a foreign wave", [{ wave: { ...wave, province: "sd" } }]],
    ["a photo of a foreign person", [{ photo: { person: "foreign", type: "image/webp", bytes: "" } }]],
    [
      "two people with one number",
      [{ person: personOf("a", "dept", { number: "7" }) }, { person: personOf("b", "dept", { number: "7" }) }],
    ],
  ];
  for (const [name, entries] of bad)
    test(`not ${name}`, () => {
      expect(judge(province(), "prov", { do: "put", entries })).toBe("refused");
    });

  test("an order's entries may build on each other", () => {
    const at = province();
    const entries = [
      { unit: unitOf("u", "dept") },
      { post: { id: "p", province: "pb", unit: "u", title: words } },
      { person: personOf("new", "u") },
      { charge: { id: "c", post: "p", person: "new", kind: "regular" as const, from: NOW, to: null } },
    ];
    expect(judge(at, "prov", { do: "put", entries })).toBe("sound");
    expect(judge(at, "prov", { do: "put", entries: entries.toReversed() })).toBe("refused");
  });

  test("a charge keeps its person and its post", () => {
    const at = province();
    const charge = { id: "c", post: "dc", person: "below", kind: "regular" as const, from: 0, to: null };
    at.charges.set("c", charge);
    expect(judge(at, "prov", put({ charge: { ...charge, to: NOW } }))).toBe("sound");
    expect(judge(at, "prov", put({ charge: { ...charge, person: "clerk" } }))).toBe("refused");
  });

  test("a role is given once, for a part that it fits", () => {
    const give = (role: AdminRole, scope: Scope, id = "g") =>
      judge(province(), "prov", { do: "grant", grant: grantOf("below", role, scope, { id }) });
    expect(give("provincial", PB)).toBe("second");
    expect(give("nodal", PB)).toBe("second");
    expect(give("provincial", { unit: "dept" })).toBe("refused");
    expect(give("auditor", { unit: "dept" })).toBe("refused");
    expect(give("federal", PB)).toBe("refused");
    expect(give("provincial", { province: "sd" })).toBe("refused");
    expect(give("nodal", { unit: "far" })).toBe("refused");
    expect(give("provincial", PB, "ended")).toBe("refused");
  });
});
