import { describe, expect, test } from "bun:test";
import type { AdminRole, Charge, Post } from "#protocol/directory";
import { NEW_MS, type OrderAct } from "#protocol/order";
import { judgeOrder } from "./rights.ts";
import { grantOf, HOUR, NOW, personOf, WorldUnderTest } from "./world-under-test.ts";

const ROLES: readonly AdminRole[] = ["nodal", "provincial", "auditor", "custodian"];
const words = (en: string) => ({ en, ur: en });
type Entries = Extract<OrderAct, { do: "put" }>["entries"];
const put = (...entries: Entries): OrderAct => ({ do: "put", entries });

const charge = (more: Partial<Charge> = {}): Charge => ({
  ...{ id: "new", post: "dc", person: "below", kind: "additional", from: NOW, to: null },
  ...more,
});
const post = (id: string, more: Partial<Post> = {}): Post => ({
  ...{ id, province: "pb", unit: "district", title: words(id) },
  ...more,
});

/** A province with one person of each role, whose posts have been there for long, and a clerk who is not inside yet. */
function province(): WorldUnderTest {
  const at = new WorldUnderTest();
  for (const role of ROLES)
    at.enter(personOf(role, "dept"), grantOf(role, role, role === "nodal" ? { unit: "dept" } : { province: "pb" }));
  at.enter(personOf("second"), grantOf("second", "provincial", { province: "pb" }));
  at.people.set("comer", personOf("comer", "dept"));
  return at;
}
const judge = (at: WorldUnderTest, person: string, act: OrderAct) => judgeOrder(at.order(person, act), at.world).is;

/** Acts after which somebody may read what they could not before: who gives them alone could be that somebody. */
const OPENING: Record<string, { ground?: (at: WorldUnderTest) => void; act: OrderAct }> = {
  "an invitation for who is inside": { act: { do: "invite", people: ["below"], validMs: HOUR, way: "show" } },
  "one by e-mail": { act: { do: "invite", people: ["below"], validMs: HOUR, way: "email" } },
  "one by SMS": { act: { do: "invite", people: ["below"], validMs: HOUR, way: "sms" } },
  "one among others": { act: { do: "invite", people: ["comer", "below"], validMs: HOUR, way: "show" } },
  "an invitation for whose devices are all shut out": {
    ground: (at) => at.devices.set("d-below", { id: "d-below", person: "below", key: "k", label: "", revoked: true }),
    act: { do: "invite", people: ["below"], validMs: HOUR, way: "show" },
  },
  "a charge of a held post": { ground: held({}), act: put({ charge: charge() }) },
  "of one that was held": { ground: held({ to: NOW - HOUR }), act: put({ charge: charge() }) },
  "of one that was given by mistake": { ground: held({ cancelled: true }), act: put({ charge: charge() }) },
  "of one that is to be held": { ground: held({ from: NOW + HOUR }), act: put({ charge: charge() }) },
  "of one that was written to": { ground: (at) => at.writtenTo.add("dc"), act: put({ charge: charge() }) },
  "one that begins later": { ground: held({}), act: put({ charge: charge({ from: NOW + HOUR }) }) },
  "one that is over": { ground: held({}), act: put({ charge: charge({ from: NOW - 2 * HOUR, to: NOW - HOUR }) }) },
  "one that goes on for longer": { ground: held({ to: NOW + HOUR }), act: put({ charge: charge({ id: "held" }) }) },
  "one that begins earlier": { ground: held({}), act: put({ charge: charge({ id: "held", from: NOW - 2 * HOUR }) }) },
  "one that was cancelled": {
    ground: held({ cancelled: true }),
    act: put({ charge: charge({ id: "held", from: NOW - HOUR }) }),
  },
  "one of a person of the same order": {
    ground: held({}),
    act: put({ person: personOf("fresh", "dept") }, { charge: charge({ person: "fresh" }) }),
  },
  "a post's first one, for a person of the same order": {
    act: put({ person: personOf("fresh", "dept") }, { charge: charge({ person: "fresh" }) }),
  },
  "a post's first one, for a person of this week": {
    ground: (at) => at.entered.set("below", NOW - NEW_MS + 1),
    act: put({ charge: charge() }),
  },
  "who comes back to a charge": {
    ground: (at) => {
      held({ person: "below" })(at);
      at.people.set("below", personOf("below", "district", { state: "retired" }));
    },
    act: { do: "state", people: ["below"], state: "active" },
  },
  "a post that opens again": {
    ground: (at) => {
      held({})(at);
      at.posts.set("dc", post("dc", { closed: true }));
    },
    act: put({ post: post("dc") }),
  },
  "another e-mail of who is inside": {
    act: put({ person: personOf("below", "district", { contact: { email: "else@beep.example" } }) }),
  },
  "another number of who is inside": { act: put({ person: personOf("below", "district", { number: "77" }) }) },
  "a device that was shut out": {
    ground: (at) => at.devices.set("out", { id: "out", person: "below", key: "k", label: "", revoked: true, turn: 1 }),
    act: { do: "unrevoke", devices: ["out"] },
  },
};

function held(more: Partial<Charge>) {
  return (at: WorldUnderTest) =>
    void at.charges.set("held", charge({ id: "held", from: NOW - HOUR, person: "below", ...more }));
}

describe("what opens conversations is nobody's to order alone (R102, R103)", () => {
  for (const role of ROLES)
    for (const [name, { ground, act }] of Object.entries(OPENING))
      test(`${role}: ${name}`, () => {
        const at = province();
        ground?.(at);
        expect(judge(at, role, act)).not.toBe("sound");
        expect(judge(at, "second", act)).toBe("second");
        expect(judgeOrder(at.seconded("second", act, "provincial"), at.world).is).toBe("sound");
      });
});

/** What opens nothing goes on being one administrator's: a province could not be begun otherwise. */
const ALONE: Record<string, { ground?: (at: WorldUnderTest) => void; act: OrderAct }> = {
  "an invitation for who is not inside": { act: { do: "invite", people: ["comer"], validMs: HOUR, way: "show" } },
  "a post's first charge, for somebody who has long been there": { act: put({ charge: charge() }) },
  "people, posts and charges of one order": {
    act: put(
      { person: personOf("fresh", "dept", { number: "9", contact: { email: "f@beep.example" } }) },
      { post: post("p") },
      { charge: charge({ post: "p", person: "fresh", kind: "regular", from: NOW - 9 * HOUR }) },
      { charge: charge({ id: "new2", post: "p", person: "below" }) },
    ),
  },
  "people and posts of the same week": {
    ground: (at) => {
      at.entered.set("below", NOW - HOUR);
      at.posts.set("p", post("p"));
      at.entered.set("p", NOW - 2 * HOUR);
    },
    act: put({ charge: charge({ post: "p" }) }),
  },
  "a person of last week": {
    ground: (at) => at.entered.set("below", NOW - NEW_MS),
    act: put({ charge: charge() }),
  },
  "a charge that ends": { ground: held({}), act: put({ charge: charge({ id: "held", from: NOW - HOUR, to: NOW }) }) },
  "a charge that is cancelled": {
    ground: held({}),
    act: put({ charge: charge({ id: "held", from: NOW - HOUR, cancelled: true }) }),
  },
  "another order's number on a charge": {
    ground: held({}),
    act: put({ charge: charge({ id: "held", from: NOW - HOUR, order: "7/2026" }) }),
  },
  "who comes back without a charge": {
    ground: (at) => {
      held({ person: "below", to: NOW - 1 })(at);
      at.people.set("below", personOf("below", "district", { state: "retired" }));
    },
    act: { do: "state", people: ["below"], state: "active" },
  },
  "a telephone of who is inside": {
    act: put({ person: personOf("below", "district", { contact: { office: "051-1", mobile: "+923001234567" } }) }),
  },
};

describe("what opens nothing is one administrator's (R102, R103)", () => {
  for (const [name, { ground, act }] of Object.entries(ALONE))
    test(name, () => {
      const at = province();
      ground?.(at);
      expect(judge(at, "provincial", act)).toBe("sound");
    });
});

test("a province's orders are judged by older rules until it says otherwise in its log (R101)", () => {
  for (const [name, { ground, act }] of Object.entries(OPENING)) {
    if (act.do === "unrevoke") continue;
    const at = province();
    at.rules = 1;
    ground?.(at);
    expect([name, judge(at, "second", act)]).toEqual([name, "sound"]);
  }
});

test("a second word that does not name the order's text counts for nothing under these rules (R93)", () => {
  const at = province();
  const order = at.order("provincial", { do: "export", what: "people" });
  const bare = at.order("second", { do: "approve", order: order.id });
  expect(judgeOrder({ ...order, second: bare }, at.world).is).toBe("refused");
  at.rules = 1;
  expect(judgeOrder({ ...order, second: bare }, at.world).is).toBe("sound");
});
