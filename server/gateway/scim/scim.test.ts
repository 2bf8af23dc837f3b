import { afterAll, beforeAll, expect, test } from "bun:test";
import { Personnel } from "../../domain/import/personnel.ts";
import { NodeUnderTest } from "../node-under-test.ts";
import { BEEP, ENTERPRISE } from "./resource.ts";

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
