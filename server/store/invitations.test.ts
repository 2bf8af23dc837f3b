import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashCode } from "../domain/enrolment/code.ts";
import type { Invitation } from "../domain/enrolment/ports.ts";
import { InvitationTable } from "./invitations.ts";
import { migrate } from "./migrate.ts";

const step = (name: string) => readFileSync(join(import.meta.dir, "migrations", name), "utf8");

function fresh(): InvitationTable {
  const db = new Database(":memory:");
  migrate(db, "memory", true);
  return new InvitationTable(db);
}
const invitation = (n: number, over: Partial<Invitation> = {}): Invitation => ({
  id: n.toString(16).padStart(32, "0"),
  person: `p${n}`,
  made: n,
  good: n,
  expires: 1000,
  by: null,
  way: "show",
  state: "open",
  due: null,
  tries: 0,
  failed: null,
  ...over,
});

test("codes that an older version gave out stay good until they expire", () => {
  const db = new Database(":memory:");
  const [log = "", people = "", ...later] = readdirSync(join(import.meta.dir, "migrations")).sort();
  for (const name of [log, people]) db.run(step(name));
  db.run("INSERT INTO codes VALUES (?, 'ayesha', 90000000), (?, 'bilal', 5)", [hashCode("2345"), hashCode("6789")]);
  for (const name of later) db.run(step(name));
  const table = new InvitationTable(db);
  expect(table.invitationByHash(hashCode("23-45"))).toMatchObject({
    person: "ayesha",
    expires: 90_000_000,
    state: "open",
  });
  expect(table.countOpenInvitations(1000)).toBe(1);
  expect(() => db.query("SELECT * FROM codes")).toThrow("no such table");
});

test("invitations are listed by state, newest first, page by page", () => {
  const table = fresh();
  const states = [{}, { state: "used" }, { expires: 10 }, { state: "cancelled" }, {}] as const;
  for (const [i, over] of states.entries()) table.addInvitation(invitation(i + 1, over), `hash ${i}`);
  const ids = (where: object) => table.invitations({ limit: 9, now: 500, ...where }).map(({ made }) => made);
  expect(ids({})).toEqual([5, 4, 3, 2, 1]);
  expect(ids({ limit: 2 })).toEqual([5, 4]);
  expect(ids({ after: invitation(4).id })).toEqual([3, 2, 1]);
  expect([ids({ state: "open" }), ids({ state: "expired" })]).toEqual([[5, 1], [3]]);
  expect([ids({ state: "used" }), ids({ state: "cancelled" })]).toEqual([[2], [4]]);
  expect(table.countOpenInvitations(500)).toBe(2);
  expect(table.openInvitations("p3", 500)).toEqual([]);
});

test("what is due is told, the longest due first, while it is open", () => {
  const table = fresh();
  for (const [i, due] of [50, 20, 900, 30].entries())
    table.addInvitation(invitation(i + 1, { due, way: "email" }), `hash ${i}`);
  table.setInvitation(invitation(4, { due: 30, state: "cancelled" }));
  expect(table.dueInvitations(100, 9).map(({ made }) => made)).toEqual([2, 1]);
  expect(table.dueInvitations(100, 1)).toHaveLength(1);
  table.setCode(invitation(2).id, "another");
  expect([table.invitationByHash("hash 1"), table.invitationByHash("another")?.made]).toEqual([undefined, 2]);
});

test("the wave under which somebody came in first stands", () => {
  const table = fresh();
  table.cameIn("ayesha", "trial", 1);
  table.cameIn("ayesha", "all", 2);
  table.cameIn("bilal", null, 2);
  expect([table.insideWave("trial"), table.insideWave("all")]).toEqual([1, 0]);
});

test("one who applies again is one applicant still, and is forgotten in time", () => {
  const table = fresh();
  table.putApplicant({ person: "a", name: "Ayesha", contact: "a@b.example", at: 1 });
  table.putApplicant({ person: "a", name: "Ayesha Khan", contact: "a@b.example", at: 5 });
  expect(table.applicantByContact("a@b.example")).toEqual({
    person: "a",
    name: "Ayesha Khan",
    contact: "a@b.example",
    at: 5,
  });
  table.dropApplicantsBefore(5);
  expect(table.countApplicants()).toBe(1);
  table.dropApplicantsBefore(6);
  expect([table.countApplicants(), table.applicant("a")]).toEqual([0, undefined]);
});
