import { expect, test } from "bun:test";
import { join } from "node:path";
import type { AdminAsk } from "#protocol/admin";
import type { Order, OrderAct } from "#protocol/order";
import type { SelfAct } from "#protocol/self";
import type { ChangeProof } from "#protocol/change";
import type { Hello, Up } from "#protocol/up";
import { HTTP_DEEDS } from "./http.ts";
import { DEEDS } from "./run.ts";
import { openWorld, type World } from "./world.ts";

/** A new frame, question, order or act of one's own is missing here until it is named, and then until it is tried. */
const FRAMES: Record<Up["t"] | "send", 1> = {
  ...({
    hello: 1,
    read: 1,
    delivered: 1,
    page: 1,
    room: 1,
    people: 1,
    find: 1,
    typing: 1,
    control: 1,
    outcome: 1,
  } as const),
  ...({ call: 1, self: 1, admin: 1, order: 1, photo: 1, posts: 1, ping: 1, send: 1 } as const),
};
const ASKS: Record<AdminAsk["ask"], 1> = {
  ...({
    overview: 1,
    people: 1,
    person: 1,
    units: 1,
    posts: 1,
    waves: 1,
    invitations: 1,
    sessions: 1,
    grants: 1,
  } as const),
  ...({ tokens: 1, orders: 1, audit: 1, preview: 1, csv: 1, exported: 1, reports: 1 } as const),
};
const ACTS: Record<OrderAct["do"], 1> = {
  ...({ put: 1, state: 1, grant: 1, ungrant: 1, revoke: 1, unrevoke: 1, invite: 1, uninvite: 1, export: 1 } as const),
  ...({ token: 1, untoken: 1, approve: 1, refuse: 1 } as const),
};
const SELF: Record<SelfAct["do"], 1> = {
  ...({ devices: 1, rename: 1, revoke: 1, ways: 1, passkey: 1, "passkey-made": 1, pin: 1, "pin-made": 1 } as const),
  ...({
    recovery: 1,
    forget: 1,
    link: 1,
    "link-wait": 1,
    "link-let": 1,
    "link-refuse": 1,
    photo: 1,
    prove: 1,
  } as const),
  ...({ "invitation-stop": 1, "invitation-allow": 1 } as const),
  ...({ contacts: 1, accept: 1, decline: 1, block: 1, unblock: 1, blocked: 1, report: 1 } as const),
};

/** Of what is said before anything else, and of what a change is proven with. */
const HELLO: Record<keyof Hello, 1> = { t: 1, version: 1, capabilities: 1, app: 1, have: 1, rooms: 1 };
const PROOF: Record<keyof ChangeProof, 1> = { nonce: 1, origin: 1, signature: 1, passkey: 1, pin: 1 };
/** Those whom nothing of it is to be given: a new kind of actor is missing here until it is named, and then until it asks. */
const ACTORS: Record<keyof World["actors"], 1> = {
  ...({ nobody: 1, nodal: 1, auditor: 1, custodian: 1, former: 1, foreign: 1, second: 1 } as const),
  ...({ citizen: 1, local: 1, alone: 1 } as const),
};

test("every frame, question, order and act of one's own is among what is tried", async () => {
  const world = await openWorld();
  const tried = {
    frames: new Set<string>(),
    asks: new Set<string>(),
    acts: new Set<string>(),
    self: new Set<string>(),
    hello: new Set<string>(),
    proof: new Set<string>(),
  };
  try {
    for (const deed of DEEDS) {
      const actor = world.actors[deed.who[0] as keyof typeof world.actors];
      const message = await deed.make(world, actor);
      if (message instanceof Uint8Array) {
        tried.frames.add("send");
        continue;
      }
      const { t, ask, order, act } = message as { t: string } & Record<string, Record<string, never> | undefined>;
      tried.frames.add(t);
      if (t === "admin") tried.asks.add(ask?.ask as unknown as string);
      if (t === "order") tried.acts.add((order as unknown as Order).act.do);
      if (t === "self") tried.self.add(act?.do as unknown as string);
      for (const field of Object.keys(t === "hello" ? message : {})) tried.hello.add(field);
      for (const field of Object.keys((message as { proof?: object }).proof ?? {})) tried.proof.add(field);
    }
  } finally {
    await world.at.stop();
  }
  expect([...tried.frames].sort()).toEqual(Object.keys(FRAMES).sort());
  expect([...tried.asks].sort()).toEqual(Object.keys(ASKS).sort());
  expect([...tried.acts].sort()).toEqual(Object.keys(ACTS).sort());
  expect([...tried.self].sort()).toEqual(Object.keys(SELF).sort());
  expect([...tried.hello].sort()).toEqual(Object.keys(HELLO).sort());
  expect([...tried.proof].sort()).toEqual(Object.keys(PROOF).sort());
});

test("every kind of actor asks: the public, and a nodal officer and an administrator who are alone, too", () => {
  const asking = new Set(DEEDS.flatMap(({ who }) => who));
  expect([...asking].sort()).toEqual((Object.keys(ACTORS) as (keyof World["actors"])[]).sort());
});

test("every HTTP route is among what is tried", async () => {
  const routes = await Promise.all(
    ["routes", "routes-enrol", "routes-ways"].map(async (name) => {
      const text = await Bun.file(join(import.meta.dir, `../../gateway/${name}.ts`)).text();
      return [...text.matchAll(/\.(get|post|put|patch|delete|head|options|all)\(\s*"(\/[^"]*)"/g)];
    }),
  );
  const named = routes.flat().map(([, method = "", path = ""]) => `${method.toUpperCase()} ${path}`);
  expect(named.length).toBeGreaterThan(15);
  const tried = new Set(HTTP_DEEDS.map(({ name }) => name));
  const aliases: Record<string, string> = { "POST /v1/ticket": "ticket by another's key" };
  expect(named.filter((name) => !tried.has(name) && !tried.has(aliases[name] ?? ""))).toEqual([]);
});
