import { afterAll, beforeAll, expect, test } from "bun:test";
import { Personnel } from "../../domain/import/personnel.ts";
import type { Person } from "#protocol/directory";
import { ClientUnderTest } from "../client-under-test.ts";
import { NodeUnderTest } from "../node-under-test.ts";
import { BEEP, ENTERPRISE, USER } from "./attributes.ts";

const PROVINCE = "province-token-0123456789";
const UNIT = "unit-token-0123456789-abc";
let node: NodeUnderTest;
let unit = "";

beforeAll(async () => {
  node = new NodeUnderTest({
    personnel: ({ store, directory, now }) =>
      new Personnel(store, directory, now, (token) => {
        if (token === PROVINCE) return { id: "a", name: "HR", scope: { province: "is" } };
        return token === UNIT ? { id: "b", name: "Wing", scope: { unit } } : undefined;
      }),
  });
  await post(official("P-1", "Cabinet Division > Finance Wing", "Section Officer"));
  unit = node.store.tables.offices.units("is").find(({ name }) => name.en === "Finance Wing")?.id ?? "";
});
afterAll(() => node.stop());

const official = (number: string, department: string, title?: string, more: object = {}) => ({
  userName: number,
  displayName: `Person ${number}`,
  ...(title && { title }),
  emails: [{ value: `${number}@is.example`.toLowerCase(), type: "work", primary: true }],
  phoneNumbers: [{ type: "mobile", value: "0300 1234567" }],
  [ENTERPRISE]: { department },
  [BEEP]: { nameUr: "شخص", grade: 17 },
  ...more,
});

const ask = async (method: string, path: string, body?: unknown, token: string | null = PROVINCE) => {
  const response = await fetch(`${node.url}/scim/v2${path}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), "content-type": "application/scim+json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, value: text ? JSON.parse(text) : undefined };
};
const post = (body: unknown, token?: string) => ask("POST", "/Users", body, token);

test("a person is entered with unit, post and charge, and read again as they were sent", async () => {
  const { status, value } = await post(official("P-2", "Cabinet Division > Finance Wing", "Deputy Secretary"));
  expect(status).toBe(201);
  expect(value).toMatchObject({
    userName: "P-2",
    title: "Deputy Secretary",
    active: true,
    phoneNumbers: [{ value: "+923001234567", type: "mobile" }],
    [ENTERPRISE]: { employeeNumber: "P-2", department: "Cabinet Division > Finance Wing" },
    [BEEP]: { nameUr: "شخص", grade: 17 },
  });
  expect((await ask("GET", `/Users/${value.id}`)).value).toEqual(value);
  expect(node.store.tables.offices.chargesOf(value.id)).toMatchObject([{ kind: "regular", to: null }]);
  expect((await post(official("P-2", "Elsewhere"))).status).toBe(409);
});

test("filters find one, lists have pages", async () => {
  for (const filter of ['userName eq "p-2"', 'emails.value eq "P-2@is.example"', 'emails eq "p-2@is.example"']) {
    const { value } = await ask("GET", `/Users?filter=${encodeURIComponent(filter)}`);
    expect(value).toMatchObject({ totalResults: 1, Resources: [{ userName: "P-2" }] });
  }
  const page = await ask("GET", "/Users?startIndex=2&count=1");
  expect(page.value).toMatchObject({ totalResults: 2, startIndex: 2, itemsPerPage: 1 });
  expect((await ask("GET", `/Users?filter=${encodeURIComponent('name co "x" or 1 eq 1')}`)).status).toBe(400);
});

test("PUT and PATCH change what they say; a number never changes; DELETE removes, and active brings back", async () => {
  const { value: user } = await post(official("P-3", "Cabinet Division > Finance Wing", "Clerk"));
  const path = `/Users/${user.id}`;
  expect((await ask("PUT", path, { ...user, displayName: "New Name" })).value.displayName).toBe("New Name");
  const patch = (...Operations: object[]) => ask("PATCH", path, { Operations });
  const moved = await patch(
    { op: "Replace", path: "title", value: "Superintendent" },
    { op: "add", path: 'phoneNumbers[type eq "work"].value', value: "051-9200000" },
    { op: "replace", value: { [`${BEEP}`]: { grade: 18 } } },
    { op: "replace", path: "nickName", value: "passed over" },
  );
  expect(moved.value).toMatchObject({ title: "Superintendent", [BEEP]: { grade: 18, nameUr: "شخص" } });
  expect(moved.value.phoneNumbers).toHaveLength(2);
  expect((await ask("PUT", path, { ...user, userName: "P-9", [ENTERPRISE]: {} })).status).toBe(400);
  expect((await patch({ op: "replace", path: "active", value: "False" })).value.active).toBe(false);
  expect((await patch({ op: "replace", path: "active", value: true })).value.active).toBe(true);
  expect((await ask("DELETE", path)).status).toBe(204);
  expect(node.store.person(user.id)?.state).toBe("removed");
});

test("every spelling by which a system says that somebody has left ends their access, or is refused (R154)", async () => {
  const values = [false, "False", "false", "FALSE", 0, "0", [{ value: "False" }], [{ value: false }], { value: false }];
  const spoken = (value: unknown): object[] => [
    { op: "Replace", path: "active", value },
    { op: "replace", path: "Active", value },
    { op: "add", path: `${USER}:active`, value },
    { op: "Add", path: `${USER.toLowerCase()}:ACTIVE`, value },
    { op: "replace", value: { active: value } },
    { op: "Replace", value: { Active: value } },
    { op: "replace", value: { [`${USER}:active`]: value } },
  ];
  const { value: user } = await post(official("P-20", "Cabinet Division > Finance Wing"));
  const path = `/Users/${user.id}`;
  const state = () => node.store.person(user.id)?.state ?? "active";
  for (const value of values)
    for (const operation of spoken(value)) {
      for (const patch of [{ Operations: [operation] }, { operations: [operation] }]) {
        const { status } = await ask("PATCH", path, patch);
        expect([operation, status, state()]).toEqual([operation, 200, "retired"]);
        expect(
          (await ask("PATCH", path, { Operations: [{ op: "replace", path: "active", value: true }] })).status,
        ).toBe(200);
        expect(state()).toBe("active");
      }
    }
  for (const name of ["active", "Active", `${USER}:active`])
    for (const value of values) {
      const { active: _, ...rest } = user;
      expect([name, value, (await ask("PUT", path, { ...rest, [name]: value })).value.active]).toEqual([
        name,
        value,
        false,
      ]);
      await ask("PUT", path, user);
      expect(state()).toBe("active");
    }
  // What cannot be read is said to be so, and nothing of the request is done.
  for (const value of ["off", "", null, 2, {}, [], [{ value: "maybe" }], [false, true]])
    for (const operation of spoken(value)) {
      const { status, value: said } = await ask("PATCH", path, {
        Operations: [{ op: "replace", path: "displayName", value: "Another" }, operation],
      });
      expect([operation, status, said.scimType]).toEqual([operation, 400, "invalidValue"]);
    }
  for (const operation of [
    { op: "remove", path: "active" },
    { op: "remove", path: `${USER}:active` },
  ])
    expect((await ask("PATCH", path, { Operations: [operation] })).value).toMatchObject({ scimType: "mutability" });
  expect(node.store.person(user.id)?.name.en).toBe("Person P-20");
});

test("who was switched off is still there, and is the same person when they are switched on", async () => {
  const { value: user } = await post(official("P-21", "Cabinet Division > Finance Wing"));
  const path = `/Users/${user.id}`;
  expect((await ask("PUT", path, { ...user, active: false })).value.active).toBe(false);
  expect((await ask("GET", path)).value).toEqual({ ...user, active: false });
  expect((await ask("PUT", path, { ...user, active: true })).value).toEqual(user);
});

test("who was deleted is gone for the system; taken on again it is the same person, without the devices of before", async () => {
  const { value: user } = await post(official("P-22", "Cabinet Division > Finance Wing"));
  const path = `/Users/${user.id}`;
  const before = (await ask("GET", "/Users")).value.totalResults;
  const { device } = await ClientUnderTest.enrol(node, node.store.person(user.id) as Person);
  expect((await ask("DELETE", path)).status).toBe(204);
  for (const method of ["GET", "DELETE", "PUT", "PATCH"])
    expect([
      method,
      (await ask(method, path, method === "GET" || method === "DELETE" ? undefined : user)).status,
    ]).toEqual([method, 404]);
  expect((await ask("GET", '/Users?filter=userName%20eq%20"P-22"')).value.totalResults).toBe(0);
  const { totalResults, Resources } = (await ask("GET", "/Users?count=200")).value;
  expect([totalResults, Resources.length]).toEqual([before - 1, before - 1]);
  const again = await post(official("P-22", "Cabinet Division > Finance Wing"));
  expect([again.status, again.value.id, again.value.active]).toEqual([201, user.id, true]);
  expect(node.store.device(device)?.revoked).toBe(true);
  // A token of one unit does not bring back whom another one's deleted.
  await ask("DELETE", path);
  expect((await post(official("P-22", "Cabinet Division > Finance Wing"), UNIT)).status).toBe(201);
  const { value: elsewhere } = await post(official("P-23", "Cabinet Division > Other Wing"));
  await ask("DELETE", `/Users/${elsewhere.id}`);
  expect((await post(official("P-23", "Cabinet Division > Finance Wing"), UNIT)).status).toBe(403);
});

test("a number that was taken away is gone, however it is said; what is not said of a PATCH stays", async () => {
  const office = { type: "work", value: "051-9200000" };
  const { value: user } = await post(
    official("P-24", "Cabinet Division > Finance Wing", "Typist", {
      phoneNumbers: [{ type: "mobile", value: "+923005550701" }, office],
    }),
  );
  const path = `/Users/${user.id}`;
  const contact = () => node.store.person(user.id)?.contact;
  const both = { email: "p-24@is.example", mobile: "+923005550701", office: "051-9200000" };
  for (const [operation, left] of [
    [
      { op: "remove", path: 'phoneNumbers[type eq "mobile"].value' },
      { email: both.email, office: both.office },
    ],
    [
      { op: "Remove", path: 'phonenumbers[Type eq "mobile"]' },
      { email: both.email, office: both.office },
    ],
    [
      { op: "remove", path: "phoneNumbers", value: [{ value: both.mobile }] },
      { email: both.email, office: both.office },
    ],
    [{ op: "remove", path: "phoneNumbers" }, { email: both.email }],
    [{ op: "replace", path: "phoneNumbers", value: [] }, { email: both.email }],
    [
      { op: "replace", value: { phoneNumbers: [office] } },
      { email: both.email, office: both.office },
    ],
    [
      { op: "remove", path: "emails" },
      { mobile: both.mobile, office: both.office },
    ],
    [
      { op: "remove", path: 'emails[type eq "work"]' },
      { mobile: both.mobile, office: both.office },
    ],
    [{ op: "replace", path: "title", value: "Typist" }, both],
    [
      { op: "add", path: "phoneNumbers", value: [{ type: "work", value: "051-1" }] },
      { ...both, office: "051-1" },
    ],
  ] as const) {
    expect((await ask("PATCH", path, { Operations: [operation] })).status).toBe(200);
    expect([operation, contact() ?? {}]).toEqual([operation, left]);
    await ask("PUT", path, user);
    expect(contact()).toEqual(both);
  }
  // PUT is the whole (RFC 7644 section 3.5.1).
  const { phoneNumbers: _, ...without } = user;
  await ask("PUT", path, without);
  expect(contact()).toEqual({ email: both.email });
});

test("a new name comes from whichever of its parts was changed", async () => {
  const { value: user } = await post(official("P-25", "Cabinet Division", undefined, { displayName: "Sana Malik" }));
  const path = `/Users/${user.id}`;
  expect(user.name).toEqual({ formatted: "Sana Malik", givenName: "Sana", familyName: "Malik" });
  const { displayName: _, ...rest } = user;
  for (const [method, body] of [
    ["PATCH", { Operations: [{ op: "replace", path: "name.familyName", value: "Qadri" }] }],
    ["PATCH", { Operations: [{ op: "replace", path: `${USER}:name.familyName`, value: "Qadri" }] }],
    ["PATCH", { Operations: [{ op: "replace", value: { "name.familyName": "Qadri", "name.givenName": "Sana" } }] }],
    ["PATCH", { Operations: [{ op: "replace", value: { name: { familyName: "Qadri" } } }] }],
    ["PATCH", { Operations: [{ op: "replace", path: "displayName", value: "Sana Qadri" }] }],
    ["PATCH", { Operations: [{ op: "replace", path: "name.formatted", value: "Sana Qadri" }] }],
    ["PUT", { ...user, displayName: "Sana Qadri" }],
    ["PUT", { ...user, name: { ...user.name, familyName: "Qadri" } }],
    ["PUT", { ...rest, name: { givenName: "Sana", familyName: "Qadri" } }],
  ] as const) {
    expect([body, (await ask(method, path, body)).value.displayName]).toEqual([body, "Sana Qadri"]);
    expect((await ask("PUT", path, user)).value.displayName).toBe("Sana Malik");
  }
});

test("errors, places and what there is to ask are as RFC 7643 and RFC 7644 have them", async () => {
  const made = await fetch(`${node.url}/scim/v2/Users`, {
    method: "POST",
    headers: { authorization: `Bearer ${PROVINCE}`, host: "beep.is.example", "x-forwarded-proto": "https" },
    body: JSON.stringify(official("P-26", "Cabinet Division")),
  });
  const user = (await made.json()) as { id: string; meta: { location: string } };
  expect(made.headers.get("location")).toBe(`https://beep.is.example/scim/v2/Users/${user.id}`);
  expect(user.meta.location).toBe(made.headers.get("location") as string);
  const path = `/Users/${user.id}`;
  const wrong = (status: number, scimType: string | undefined) => ({
    status: String(status),
    ...(scimType && { scimType }),
  });
  for (const [method, where, body, status, scimType] of [
    ["POST", "/Users", official("P-26", "Cabinet Division"), 409, "uniqueness"],
    ["PUT", path, { ...official("P-27", "Cabinet Division") }, 400, "mutability"],
    ["GET", "/Users?filter=title%20co%20x", undefined, 400, "invalidFilter"],
    ["PATCH", path, {}, 400, "invalidSyntax"],
    ["PATCH", path, { Operations: [{ op: "move", path: "title" }] }, 400, "invalidSyntax"],
    ["PATCH", path, { Operations: [{ op: "remove" }] }, 400, "noTarget"],
    ["PATCH", path, { Operations: [{ op: "replace", path: "emails[[", value: 1 }] }, 400, "invalidPath"],
    ["POST", "/Users", {}, 400, "invalidValue"],
    ["GET", "/toString", undefined, 404, undefined],
    ["GET", "/constructor", undefined, 404, undefined],
  ] as const) {
    const answer = await ask(method, where, body);
    expect([where, answer.status]).toEqual([where, status]);
    expect(answer.value).toMatchObject(wrong(status, scimType));
  }
  for (const { id, meta } of (await ask("GET", "/Schemas")).value.Resources) {
    expect((await ask("GET", `/Schemas/${id}`)).value).toMatchObject({ id, meta });
    expect(meta.location.endsWith(`/Schemas/${id}`)).toBe(true);
  }
  expect((await ask("GET", "/ResourceTypes/User")).value.schema).toBe(USER);
});

test("a token of a unit neither sees nor changes anybody outside it, and nobody is moved out of it or into it (R154)", async () => {
  const { value: outside } = await post(official("P-4", "Cabinet Division > Other Wing"));
  expect((await ask("GET", `/Users/${outside.id}`, undefined, UNIT)).status).toBe(404);
  expect((await ask("DELETE", `/Users/${outside.id}`, undefined, UNIT)).status).toBe(404);
  expect((await ask("GET", '/Users?filter=userName%20eq%20"P-4"', undefined, UNIT)).value.totalResults).toBe(0);
  expect((await post(official("P-5", "Cabinet Division > Other Wing"), UNIT)).status).toBe(403);
  expect(node.store.tables.offices.personByNumber("is", "P-5")).toBeUndefined();
  const { value: inside } = await post(official("P-6", "Cabinet Division > Finance Wing > Budget"), UNIT);
  const moved = { ...inside, [ENTERPRISE]: { employeeNumber: "P-6", department: "Cabinet Division > Other Wing" } };
  expect((await ask("PUT", `/Users/${inside.id}`, moved, UNIT)).status).toBe(403);
  expect((await ask("GET", `/Users/${inside.id}`, undefined, UNIT)).value).toEqual(inside);
});

test("without a token that holds nothing is told, and guessing is slowed down", async () => {
  for (const token of [null, "x".repeat(30), `${PROVINCE}x`])
    expect((await ask("GET", "/Users", undefined, token)).status).toBe(401);
  let last = 401;
  for (let i = 0; i < 30 && last === 401; i++) last = (await ask("GET", "/Users", undefined, "y".repeat(30))).status;
  expect(last).toBe(429);
  expect((await ask("GET", "/Users")).status).toBe(200);
});

test("what is malformed is refused in words, and what is not there is 404", async () => {
  for (const body of [
    {},
    [],
    "x",
    { userName: "P-7" },
    { userName: { a: 1 }, displayName: ["x"] },
    official("P 8!", "X"),
  ])
    expect((await post(body)).status).toBe(400);
  for (const path of ["/Groups", "/Users/x", `/Users/${"a".repeat(32)}`, "/Users/a/b"])
    expect((await ask("GET", path)).status).toBe(404);
  const bad = await fetch(`${node.url}/scim/v2/Users`, {
    method: "POST",
    headers: { authorization: `Bearer ${PROVINCE}` },
    body: "{",
  });
  expect(bad.status).toBe(400);
  for (const name of ["ServiceProviderConfig", "ResourceTypes", "Schemas"])
    expect((await ask("GET", `/${name}`)).status).toBe(200);
  expect(node.errors).toEqual([]);
});
