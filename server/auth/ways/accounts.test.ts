import { afterAll, beforeAll, expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { refusal } from "../../testing/house-under-test.ts";
import { OidcIssuer } from "../../testing/oidc-issuer.ts";
import { comer, openWays, ORIGIN, refusedAs } from "../../testing/ways-under-test.ts";

// Slow hashes are slow, and a busy machine takes its time.

const issuer = new OidcIssuer();
beforeAll(async () => {
  await issuer.listen();
  issuer.serve([`${ORIGIN}/v1/oidc/back`]);
});
afterAll(() => issuer.stop());

const KEEP = "the-browser-keeps-this-to-itself-0123456789";
const AYESHA = { email: "ayesha@example.pk", email_verified: true };

async function house(over: { claim?: string; field?: "number" | "email" } = {}) {
  const settings = { ...issuer.settings, ...over };
  const made = openWays({ oidc: settings });
  // The issuer's clock is the machine's.
  made.wall.ms = Date.now();
  const ayesha = await made.person("Ayesha", "1001");
  issuer.accounts.clear();
  issuer.accounts.set("u-1", AYESHA);
  /** Goes the whole way to the issuer and back; the query with which the browser comes back. */
  const away = async (subject: string, keep = KEEP) => {
    const { url } = await made.ways.oidc(keep, ORIGIN);
    return new URL(await issuer.signIn(url, subject)).search;
  };
  const back = (search: string) => made.ways.oidcBack(search, "10.9.9.9");
  const comeIn = (session: string | undefined, keep = KEEP) =>
    made.ways.oidcIn({ session: session ?? "none", keep }, comer(), "10.9.9.9");
  const whole = async (subject: string) => comeIn(await back(await away(subject)));
  return { ...made, ayesha, away, back, comeIn, whole };
}

test("an account with a verified e-mail of somebody here lets a new device in (R150)", async () => {
  const { ways, ayesha, whole, audit } = await house();
  expect(ways.door().oidc).toBe("Ministry account");
  const { url } = await ways.oidc(KEEP, ORIGIN);
  const asked = new URL(url).searchParams;
  expect(asked.get("code_challenge_method")).toBe("S256");
  expect(asked.get("redirect_uri")).toBe(`${ORIGIN}/v1/oidc/back`);
  for (const name of ["state", "nonce", "code_challenge"]) expect(asked.get(name)?.length).toBeGreaterThan(20);
  expect(url).not.toContain(KEEP);
  expect(await whole("u-1")).toMatchObject({ person: ayesha.id, province: "is" });
  expect((await whole("u-1")).person).toBe(ayesha.id);
  expect(audit("sign-in")).toMatchObject([{ facts: { way: "oidc" } }, { facts: { way: "oidc" } }]);
  expect(audit("credential")).toMatchObject([{ facts: { way: "oidc", did: "made", person: ayesha.id } }]);
});

test("another claim finds people by their personal number (R150)", async () => {
  const { ayesha, whole } = await house({ claim: "sub", field: "number" });
  expect((await whole("1001")).person).toBe(ayesha.id);
  expect(await refusal(whole("1002"))).toBe("forbidden");
});

test("who is not verified, not here, not active or twice here is refused, and made for nobody (R150)", async () => {
  const { whole, person, store, ayesha } = await house();
  const before = store.peopleOf("is").length;
  issuer.accounts.set("unverified", { ...AYESHA, email_verified: false });
  issuer.accounts.set("stranger", { email: "stranger@example.pk", email_verified: true });
  const words = [await refusedAs(whole("unverified")), await refusedAs(whole("stranger"))];
  expect(store.peopleOf("is")).toHaveLength(before);
  const twin = await person("Twin", "1002", { contact: { email: AYESHA.email } });
  words.push(await refusedAs(whole("u-1")));
  await store.write(DIRECTORY_ROOM, (tx) => {
    tx.putPerson({ ...twin, contact: {} });
    tx.putPerson({ ...ayesha, state: "retired" });
  });
  words.push(await refusedAs(whole("u-1")));
  expect(new Set(words).size).toBe(1);
  expect(words[0]).toContain("forbidden");
});

test("an address that passes to another account lets nobody in, until the directory says otherwise (R151)", async () => {
  const { whole, person, store, ayesha } = await house();
  expect((await whole("u-1")).person).toBe(ayesha.id);
  issuer.accounts.set("successor", AYESHA);
  expect(await refusal(whole("successor"))).toBe("forbidden");
  // Nor does an account go over to another person with the address.
  await store.write(DIRECTORY_ROOM, (tx) => tx.putPerson({ ...ayesha, contact: { email: "a.khan@example.pk" } }));
  await person("Bilal", "1002", { contact: { email: AYESHA.email } });
  expect(await refusal(whole("u-1"))).toBe("forbidden");
  issuer.accounts.set("new", { email: "a.khan@example.pk", email_verified: true });
  expect((await whole("new")).person).toBe(ayesha.id);
});

test("state, code and session are good once, and for the browser that began and came back (R152)", async () => {
  const { away, back, comeIn, wall } = await house();
  const search = await away("u-1");
  const session = await back(search);
  expect(session).toMatch(/^[\w-]{32}$/);
  expect(await back(search)).toBeUndefined();
  expect(await refusal(comeIn(session))).toBe("done");
  expect(await refusal(comeIn(session))).toBe("forbidden");
  // Somebody else's link, opened here: what was kept is another's. And it is spent by that.
  const lured = await back(await away("u-1", "x".repeat(40)));
  expect(await refusal(comeIn(lured))).toBe("forbidden");
  expect(await refusal(comeIn(lured, "x".repeat(40)))).toBe("forbidden");
  // Too late to come in, and too late to come back.
  const late = await back(await away("u-1"));
  wall.ms += 5 * 60_000;
  expect(await refusal(comeIn(late))).toBe("forbidden");
  const slow = await away("u-1");
  wall.ms += 10 * 60_000;
  expect(await back(slow)).toBeUndefined();
});

test("who begins a sign-in that another finishes does not learn the session (R152)", async () => {
  const { ways } = await house();
  const begun = await ways.oidc(KEEP, ORIGIN);
  expect(Object.keys(begun)).toEqual(["url"]);
});

test("what comes back changed, foreign or refused lets nobody in, and says nothing (R152)", async () => {
  const { away, back, comeIn, audit } = await house();
  const changed = async (change: (query: URLSearchParams) => void) => {
    const query = new URLSearchParams(await away("u-1"));
    change(query);
    return refusal(comeIn(await back(`?${query}`)));
  };
  const other = new URLSearchParams(await away("u-1"));
  for (const change of [
    (query: URLSearchParams) => query.set("code", `${query.get("code")}x`),
    (query: URLSearchParams) => query.delete("code"),
    (query: URLSearchParams) => query.set("code", other.get("code") ?? ""),
    (query: URLSearchParams) => query.set("iss", "https://evil.example"),
    (query: URLSearchParams) => query.set("state", query.get("state")?.replace(/^./, "_") ?? ""),
    (query: URLSearchParams) => query.delete("state"),
    (query: URLSearchParams) => query.set("error", "access_denied"),
  ])
    expect(await changed(change)).toBe("forbidden");
  for (const junk of ["", "?", "?state=", "?state=AAAA&code=x", `?state=${"A".repeat(400)}&code=x`])
    expect(await back(junk)).toBeUndefined();
  const told = JSON.stringify(audit("sign-in-refused"));
  expect(told).toContain('"why":"issuer"');
  expect(told).not.toContain(KEEP);
});

test("it begins only on a page of this province's nodes, with something to keep (R152)", async () => {
  const { ways } = await house();
  expect(await refusal(ways.oidc(KEEP, "https://pb.example"))).toBe("elsewhere");
  expect(await refusal(ways.oidc(KEEP, "https://evil.example"))).toBe("elsewhere");
  for (const keep of ["", "short", "x".repeat(129), "with spaces ".repeat(4)])
    expect(await refusal(ways.oidc(keep, ORIGIN))).toBe("fix");
  expect(await refusal(openWays().ways.oidc(KEEP, ORIGIN))).toBe("fix");
});

test("an issuer that cannot be reached is waited for, and asked again; other ways go on (R150)", async () => {
  const gone = { ...issuer.settings, issuer: "http://127.0.0.1:9" };
  const made = openWays({ oidc: gone });
  expect(await refusal(made.ways.oidc(KEEP, ORIGIN))).toBe("wait");
  const ayesha = await made.person("Ayesha", "1001");
  const phone = await made.passkey(ayesha);
  const { session, options } = await made.ways.passkey();
  const response = JSON.stringify(phone.get(options));
  expect((await made.ways.passkeyIn({ session, response }, comer(), "a")).person).toBe(ayesha.id);
  gone.issuer = issuer.url;
  expect(await refusal(made.ways.oidc(KEEP, ORIGIN))).toBe("done");
});
