import { afterAll, beforeAll, expect, test } from "bun:test";
import { refusal } from "../../testing/house-under-test.ts";
import { type Lie, LyingIssuer } from "../../testing/lying-issuer.ts";
import { comer, openWays, ORIGIN } from "../../testing/ways-under-test.ts";

const issuer = new LyingIssuer();
beforeAll(() => issuer.start());
afterAll(() => issuer.stop());

const KEEP = "the-browser-keeps-this-to-itself-0123456789";
const now = () => Math.floor(Date.now() / 1000);

async function comeIn(lie: Lie): Promise<string> {
  const settings = { issuer: issuer.url, clientId: "beep", name: "Account", claim: "email", field: "email" as const };
  const { ways, wall, person } = openWays({ oidc: settings });
  wall.ms = Date.now();
  await person("Ayesha", "1001");
  issuer.lie = lie;
  const { url } = await ways.oidc(KEEP, ORIGIN);
  const session = await ways.oidcBack(issuer.comesBack(url), "a");
  return refusal(ways.oidcIn({ session: session ?? "", keep: KEEP }, comer(), "a"));
}

test("an honest id token is taken (R150)", async () => {
  expect(await comeIn({})).toBe("done");
});

const lies: Record<string, Lie> = {
  "signed by somebody else": { foreignKey: true },
  "not signed": { unsigned: true, header: { alg: "none" } },
  "without its signature": { unsigned: true },
  "of another issuer": { claims: { iss: "https://evil.example" } },
  "for another client": { claims: { aud: "another" } },
  "of another sign-in": { claims: { nonce: "another" } },
  "without a nonce": { claims: { nonce: undefined } },
  "out of date": { claims: { exp: now() - 600, iat: now() - 900 } },
  "of an account that was left open": { claims: { auth_time: now() - 3600 } },
  "that does not say when the person signed in": { claims: { auth_time: undefined } },
  "with an e-mail that is not verified": { claims: { email_verified: false } },
  "with an e-mail that is verified in words": { claims: { email_verified: "true" } },
  "with an e-mail of which nothing is said": { claims: { email_verified: undefined } },
  "with a list for an e-mail": { claims: { email: ["ayesha@example.pk"] } },
  "without an e-mail": { claims: { email: undefined } },
};
for (const [what, lie] of Object.entries(lies))
  test(`an id token is refused: ${what} (R150)`, async () => {
    expect(await comeIn(lie)).toBe("forbidden");
  });
