import { signInText, signInTextV1 } from "#protocol/sign-in";
import { newKey, sign } from "../../gateway/client-under-test.ts";
import type { World } from "./world.ts";

export interface HttpDeed {
  name: string;
  /** everybody gets an answer to it, and it may still hold nothing that is not theirs */
  open?: true;
  make(world: World): Promise<HttpRequest> | HttpRequest;
}
export interface HttpRequest {
  method: "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
}

let comer: { key: string; label: string } | undefined;
const key = async () => (comer ??= { key: (await newKey()).key, label: "New browser" });
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

const post = (
  path: string,
  body: (world: World) => object | Promise<object>,
  headers?: HttpRequest["headers"],
): HttpDeed => ({
  name: `POST ${path}`,
  make: async (world) => ({
    ...{ method: "POST", path },
    body: (await body(world)) as Record<string, unknown>,
    ...(headers && { headers }),
  }),
});

/** A ticket asked for with a proof that is not the device's, or is, of one that may not come in. */
const ticket = (name: string, proof: (world: World) => { device: string; pair: CryptoKeyPair }): HttpDeed => ({
  name: `ticket ${name}`,
  make: async (world) => {
    const { device, pair } = proof(world);
    const { url, services } = world.at.node;
    const nonce = services.proofs.challenge(device);
    return {
      method: "POST",
      path: "/v1/ticket",
      body: { device, nonce, signature: await sign(pair, signInText(nonce, device, url)), origin: url },
    };
  },
});

const scim = (method: HttpRequest["method"], path: (world: World) => string, body?: object): HttpDeed => ({
  name: `${method} scim`,
  make: (world) => ({
    ...{ method, path: `/scim/v2${path(world)}` },
    headers: { authorization: `Bearer ${pick(world.stolen.tokens)}` },
    ...(body && { body: body as Record<string, unknown> }),
  }),
});

export const HTTP_DEEDS: readonly HttpDeed[] = [
  post("/v1/enrol", async (world) => ({ code: pick(world.stolen.codes), ...(await key()) })),
  ticket("by another's key", ({ victim, actors }) => ({ device: victim.device, pair: actors.nobody.pair })),
  ticket("of a device that was shut out", ({ stolen }) => stolen.out),
  ticket("of somebody who retired", ({ stolen }) => stolen.retired),
  ...(["http://evil.example", "", undefined] as const).flatMap((origin) =>
    [true, false].map(
      (former): HttpDeed => ({
        name: "ticket passed on by another node",
        make: async ({ victim: { device, pair }, at: { node } }) => {
          const nonce = node.services.proofs.challenge(device);
          const text = former
            ? signInTextV1(nonce, device)
            : signInText(nonce, device, origin ?? "http://evil.example");
          const said = [origin, undefined, node.url][Math.floor(Math.random() * 3)];
          const signature = await sign(pair, text);
          const body = { device, nonce, signature, ...(said !== undefined && { origin: said }) };
          return { method: "POST", path: "/v1/ticket", body };
        },
      }),
    ),
  ),
  post("/v1/ticket", ({ victim, at }) => ({
    device: victim.device,
    origin: at.node.url,
    nonce: `1.${"0".repeat(32)}.${"0".repeat(64)}`,
    signature: "A".repeat(88),
  })),
  post("/v1/passkey/in", async () => ({
    session: "x".repeat(40),
    response: JSON.stringify({ id: "x", response: {} }),
    ...(await key()),
  })),
  post("/v1/pin/in", async () => ({ name: "P-1", pin: "493817", totp: "123456", ...(await key()) })),
  post("/v1/recovery/in", async () => ({ name: "P-1", code: "ABCDEFGHJK", ...(await key()) })),
  post("/v1/oidc", () => ({ keep: "x".repeat(43) })),
  post("/v1/oidc/in", async () => ({ session: "x".repeat(40), keep: "x".repeat(43), ...(await key()) })),
  {
    name: "GET /v1/oidc/back",
    open: true,
    make: () => ({ method: "GET", path: `/v1/oidc/back?state=${"x".repeat(80)}&code=x&iss=//evil.example` }),
  },
  post("/v1/apply", () => ({ name: "Comer", contact: "comer@evil.example" })),
  { ...post("/v1/challenge", ({ victim }) => ({ device: victim.device })), open: true },
  {
    // A place that was made up, and a proof that is none, bring nobody forward; a challenge is answered to whoever asks.
    ...post("/v1/challenge", ({ victim }) => ({ device: victim.device, turn: "1.x.y", proof: "A".repeat(88) })),
    open: true,
  },
  { ...post("/v1/passkey", () => ({})), open: true },
  ...["/v1/door", "/v1/nodes", "/v1/ping", "/*"].map(
    (path): HttpDeed => ({ name: `GET ${path}`, open: true, make: () => ({ method: "GET", path }) }),
  ),
  { name: "OPTIONS /v1/*", open: true, make: () => ({ method: "OPTIONS", path: "/v1/enrol" }) },
  { name: "HEAD /*", open: true, make: () => ({ method: "HEAD", path: "/index.html" }) },
  ...(["PUT", "PATCH", "DELETE"] as const).map(
    (method): HttpDeed => ({ name: "ALL /*", make: () => ({ method, path: "/v1/enrol", body: { code: "x" } }) }),
  ),
  // The code of somebody who shows it to their own new device: to come with it lets nobody in.
  { ...post("/v1/link", async ({ linkCode }) => ({ code: linkCode, ...(await key()) })), open: true },
  post("/v1/link", async () => ({ code: "ABCDEFGH", ...(await key()) })),
  post("/v1/link/in", () => ({ ticket: "x".repeat(40) })),
  {
    name: "socket by a stolen ticket",
    make: ({ stolen }) => ({
      method: "GET",
      path: `/v1/socket?ticket=${pick(stolen.tickets)}`,
      headers: {
        upgrade: "websocket",
        connection: "Upgrade",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
      },
    }),
  },
  scim("GET", () => "/Users"),
  scim("GET", ({ victim }) => `/Users/${victim.person.id}`),
  scim("POST", () => "/Users", { userName: "P-9", displayName: "x" }),
  scim("PUT", ({ victim }) => `/Users/${victim.person.id}`, { userName: "P-9", displayName: "x" }),
  scim("PATCH", ({ victim }) => `/Users/${victim.person.id}`, {
    Operations: [{ op: "replace", path: "active", value: false }],
  }),
  ...["ServiceProviderConfig", "ResourceTypes", "Schemas"].map((kind) => scim("GET", () => `/${kind}`)),
  scim("DELETE", ({ victim }) => `/Users/${victim.person.id}`),
  ...[
    "/ops/status",
    "/ops/people",
    "/v1/../ops/code",
    "/%2e%2e/%2e%2e/directory.db",
    "/assets/../../directory.db",
    "/v1/audit",
    "/metrics",
    "/ops.json",
  ].map((path): HttpDeed => ({ name: `GET ${path}`, make: () => ({ method: "GET", path }) })),
  post("/ops/code", ({ victim }) => ({ person: victim.person.id })),
  post("/ops/grant", ({ actors }) => ({ person: actors.nobody.person.id, role: "provincial" })),
];
