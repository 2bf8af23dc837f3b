import { afterAll, beforeAll, expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { Importer } from "../../domain/import/importer.ts";
import { Personnel } from "../../domain/import/personnel.ts";
import { NodeUnderTest } from "../../gateway/node-under-test.ts";
import { ENTERPRISE } from "../../gateway/scim/attributes.ts";

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
  await enter("P-1", "Cabinet > Finance");
  unit = node.store.tables.offices.units("is").find(({ name }) => name.en === "Finance")?.id ?? "";
});
afterAll(() => node.stop());

const official = (number: string, department: string) => ({
  userName: number,
  displayName: `Person ${number}`,
  emails: [{ value: `${number}@is.example`.toLowerCase() }],
  [ENTERPRISE]: { department },
});

async function ask(method: string, path: string, body?: unknown, token = PROVINCE) {
  const response = await fetch(`${node.url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, value: text ? JSON.parse(text) : undefined };
}
const enter = (number: string, department: string, token?: string) =>
  ask("POST", "/Users", official(number, department), token);

test("nobody becomes the administrator of tomorrow through a personnel system", async () => {
  const { value: user } = await enter("P-2", "Cabinet > Finance");
  const grant = { id: mintId(1), person: user.id, role: "provincial", scope: { province: "is" } } as const;
  await node.store.write(DIRECTORY_ROOM, (tx) =>
    node.services.directory.issue(tx, "operator", [{ grant: { ...grant, from: Date.now() + 3600_000, to: null } }]),
  );
  const emails = [{ value: "thief@is.example" }];
  expect((await ask("PUT", `/Users/${user.id}`, { ...user, emails })).status).toBe(403);
  expect(node.store.person(user.id)?.contact?.email).toBe("p-2@is.example");
  expect((await ask("DELETE", `/Users/${user.id}`)).status).toBe(403);
});

test("a token of a unit does not bring back who was removed elsewhere", async () => {
  const { value: user } = await enter("P-3", "Cabinet > Interior");
  expect((await ask("DELETE", `/Users/${user.id}`)).status).toBe(204);
  const answer = await enter("P-3", "Cabinet > Finance", UNIT);
  expect(node.store.person(user.id)?.state).toBe("removed");
  expect([400, 403]).toContain(answer.status);
});

test("who was removed does not come back by a file, nor under another name", async () => {
  const { value: user } = await enter("P-7", "Cabinet > Finance");
  expect((await ask("DELETE", `/Users/${user.id}`)).status).toBe(204);
  const another = { userName: "P-7", displayName: "A Successor", [ENTERPRISE]: { department: "Cabinet > Finance" } };
  expect((await ask("POST", "/Users", another)).status).toBe(409);
  const importer = new Importer(node.store, node.services.directory, Date.now);
  const row = { line: 2, number: "P-7", name_en: "Back", unit_en: "Cabinet" };
  const options = { dry: false, removals: false, by: "import", actor: { operator: "x" } } as const;
  expect(await importer.take([row], options)).toMatchObject({ fresh: 0, changed: 0, refusedRows: 1 });
  expect(node.store.person(user.id)?.state).toBe("removed");
  expect((await ask("PUT", `/Users/${user.id}`, { ...user, active: true })).status).toBe(404);
  expect((await enter("P-7", "Cabinet > Finance")).value).toMatchObject({ id: user.id, active: true });
});

test("a token of a unit changes no words of a unit above it", async () => {
  const BEEP = "urn:beep:params:scim:schemas:extension:official:2.0:User";
  const { status } = await ask(
    "POST",
    "/Users",
    { ...official("P-4", "Cabinet > Finance"), [BEEP]: { departmentUr: "جعلی > خزانہ" } },
    UNIT,
  );
  const cabinet = node.store.tables.offices.units("is").find(({ name }) => name.en === "Cabinet");
  expect(cabinet?.name.ur).toBe("Cabinet");
  expect([201, 403]).toContain(status);
});

test("what is nested without end, odd or too large is refused, and is nobody's fault", async () => {
  const { value: user } = await enter("P-5", "Cabinet > Finance");
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  for (const body of [
    deep,
    `{"userName":"P-6","displayName":"x","name":${deep}}`,
    "null",
    "[]",
    '"x"',
    '{"Operations":[null]}',
    '{"Operations":[{"op":"add","path":"__proto__.x","value":1}]}',
    '{"Operations":[{"op":"add","path":"emails","value":[null,1,{"value":{}}]}]}',
    `{"Operations":[{"op":"add","value":{"name":${deep}}}]}`,
    '{"Operations":[{"op":"add","path":"phoneNumbers","value":"x"},{"op":"add","path":"phoneNumbers[type eq \\"work\\"]","value":"1"}]}',
    '{"emails":[null],"phoneNumbers":[null,1],"userName":{"x":1}}',
  ])
    for (const method of ["POST", "PUT", "PATCH"]) {
      const { status } = await ask(method, method === "POST" ? "/Users" : `/Users/${user.id}`, body);
      expect(`${method} ${body.slice(0, 60)} ${status}`).toMatch(/ (200|201|400|403|409|413|429)$/);
    }
  expect(node.errors).toEqual([]);
});
