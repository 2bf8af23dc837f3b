import { BEEP, ENTERPRISE, USER } from "./attributes.ts";

export const LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const CORE = "urn:ietf:params:scim:schemas:core:2.0";

const supported = (is: boolean, more: object = {}) => ({ supported: is, ...more });
const listed = (Resources: object[]) => ({
  ...{ schemas: [LIST], totalResults: Resources.length, startIndex: 1, itemsPerPage: Resources.length },
  Resources,
});

interface Attribute {
  name: string;
  type: "string" | "boolean" | "integer" | "complex";
  multiValued: boolean;
  required: boolean;
  caseExact: boolean;
  mutability: "readWrite" | "immutable";
  returned: "default";
  uniqueness: "none" | "server";
  subAttributes?: Attribute[];
}
const attribute = (name: string, more: Partial<Attribute> = {}): Attribute => ({
  ...{ name, type: "string", multiValued: false, required: false, caseExact: false },
  ...{ mutability: "readWrite", returned: "default", uniqueness: "none" },
  ...more,
});
const several = (name: string, parts: Attribute[]) =>
  attribute(name, { type: "complex", multiValued: true, subAttributes: parts });
const valued = [attribute("value"), attribute("type"), attribute("primary", { type: "boolean" })];

const SCHEMAS: [string, string, Attribute[]][] = [
  [
    USER,
    "User",
    [
      attribute("userName", { required: true, mutability: "immutable", uniqueness: "server" }),
      attribute("displayName"),
      attribute("name", {
        type: "complex",
        subAttributes: ["formatted", "givenName", "familyName"].map((name) => attribute(name)),
      }),
      attribute("title"),
      attribute("active", { type: "boolean" }),
      several("emails", valued),
      several("phoneNumbers", valued.slice(0, 2)),
    ],
  ],
  [ENTERPRISE, "EnterpriseUser", [attribute("employeeNumber", { mutability: "immutable" }), attribute("department")]],
  [
    BEEP,
    "Official",
    [...["nameUr", "titleUr", "departmentUr"].map((name) => attribute(name)), attribute("grade", { type: "integer" })],
  ],
];

const config = (base: string) => ({
  schemas: [`${CORE}:ServiceProviderConfig`],
  patch: supported(true),
  bulk: supported(false, { maxOperations: 0, maxPayloadSize: 0 }),
  filter: supported(true, { maxResults: 200 }),
  changePassword: supported(false),
  sort: supported(false),
  etag: supported(false),
  authenticationSchemes: [
    { type: "oauthbearertoken", name: "Bearer token", description: "Made by an administrator of the province." },
  ],
  meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
});

const userType = (base: string) => ({
  schemas: [`${CORE}:ResourceType`],
  id: "User",
  name: "User",
  endpoint: "/Users",
  schema: USER,
  schemaExtensions: [ENTERPRISE, BEEP].map((schema) => ({ schema, required: false })),
  meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/User` },
});

const schemaOf = (base: string, [id, name, attributes]: (typeof SCHEMAS)[number]) => ({
  schemas: [`${CORE}:Schema`],
  ...{ id, name, attributes },
  meta: { resourceType: "Schema", location: `${base}/Schemas/${id}` },
});

/** What there is to ask, by path (RFC 7643 sections 5 to 7, RFC 7644 section 4), as far as it is kept here. */
export const DISCOVERY: ReadonlyMap<string, (base: string) => object> = new Map<string, (base: string) => object>([
  ["ServiceProviderConfig", config],
  ["ResourceTypes", (base: string) => listed([userType(base)])],
  ["ResourceTypes/User", userType],
  ["Schemas", (base: string) => listed(SCHEMAS.map((schema) => schemaOf(base, schema)))],
  ...SCHEMAS.map((schema) => [`Schemas/${schema[0]}`, (base: string) => schemaOf(base, schema)] as const),
]);
