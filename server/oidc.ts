/** The ministry's own accounts (OpenID Connect), with which people may sign in. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** absent: a public client, which PKCE alone protects */
  clientSecret?: string;
  /** what people know the account by: "Ministry account" */
  name: string;
  /** claim of the id token or of userinfo that says who it is; `email` counts only while it is verified */
  claim: string;
  /** what of the directory the claim is compared with */
  field: "number" | "email";
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;

/** Checks a parsed oidc.json; a sentence where it is wrong, without the secret. */
export function readOidc(value: unknown): OidcSettings | string {
  const { issuer, clientId, clientSecret, name, claim, field } = (value ?? {}) as Partial<OidcSettings>;
  if (!isText(issuer) || !URL.canParse(issuer)) return 'it must have "issuer", an address.';
  const { protocol, hostname } = new URL(issuer);
  // Whoever sits on an http line could say who anybody is.
  if (protocol !== "https:" && !(protocol === "http:" && LOOPBACK.includes(hostname)))
    return `"issuer" must be an https address, or http on this machine alone: not "${issuer}".`;
  if (!isText(clientId)) return 'it must have "clientId", as the issuer knows this node.';
  if (clientSecret !== undefined && !isText(clientSecret)) return '"clientSecret" must be a text, or be left out.';
  if (!isText(name)) return 'it must have "name", by which people know the account.';
  if (!isText(claim)) return 'it must have "claim", such as "email".';
  if (field !== "number" && field !== "email") return '"field" must be "number" or "email".';
  return { issuer, clientId, ...(clientSecret !== undefined && { clientSecret }), name, claim, field };
}
