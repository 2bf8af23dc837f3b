import { generateKeyPairSync, sign } from "node:crypto";
import type { Server } from "bun";

/** What of an id token a test wants otherwise than an honest issuer makes it. */
export interface Lie {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** signed with a key that the issuer does not publish */
  foreignKey?: boolean;
  /** no signature at all */
  unsigned?: boolean;
}

const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An issuer that answers any code with the id token that a test asks for. */
export class LyingIssuer {
  lie: Lie = {};
  private readonly own = pair();
  private readonly foreign = pair();
  private server: Server<undefined> | undefined;
  private nonce = "";

  start(): void {
    this.server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => this.answer(request) });
  }

  async stop(): Promise<void> {
    await this.server?.stop(true);
  }

  get url(): string {
    return `http://127.0.0.1:${this.server?.port}`;
  }

  /** The query with which a browser comes back that was sent to this address. */
  comesBack(address: string): string {
    const asked = new URL(address).searchParams;
    this.nonce = asked.get("nonce") ?? "";
    return `?${new URLSearchParams({ code: "any", state: asked.get("state") ?? "" })}`;
  }

  private answer(request: Request): Response {
    const { pathname } = new URL(request.url);
    if (pathname === "/.well-known/openid-configuration")
      return Response.json({
        issuer: this.url,
        authorization_endpoint: `${this.url}/auth`,
        token_endpoint: `${this.url}/token`,
        jwks_uri: `${this.url}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      });
    if (pathname === "/keys")
      return Response.json({ keys: [{ ...this.own.publicKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] });
    return Response.json({ access_token: "t", token_type: "Bearer", id_token: this.token() });
  }

  private token(): string {
    const now = Math.floor(Date.now() / 1000);
    const honest = {
      ...{ iss: this.url, aud: "beep", sub: "u-1", nonce: this.nonce, iat: now, exp: now + 300, auth_time: now },
      ...{ email: "ayesha@example.pk", email_verified: true },
    };
    const head = part({ alg: "RS256", ...this.lie.header });
    const text = `${head}.${part({ ...honest, ...this.lie.claims })}`;
    if (this.lie.unsigned) return `${text}.`;
    const key = (this.lie.foreignKey ? this.foreign : this.own).privateKey;
    return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
  }
}
