import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";
import type { OidcSettings } from "../oidc.ts";

const CLIENT = "beep";
const SECRET = "a secret of the test";

interface IssuerAccount {
  email: string;
  email_verified: boolean;
}

/** A real OpenID Connect provider on the loopback, with accounts that sign in by their subject alone. */
export class OidcIssuer {
  readonly accounts = new Map<string, IssuerAccount>();
  private readonly server = createServer();
  url = "";

  /** What a node is told of it. */
  get settings(): OidcSettings {
    const client = { clientId: CLIENT, clientSecret: SECRET };
    return { issuer: this.url, ...client, name: "Ministry account", claim: "email", field: "email" };
  }

  /** Takes a port; nobody is answered yet. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param redirects exact addresses to which it sends browsers back */
  serve(redirects: string[]): void {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const provider = new Provider(this.url, {
      clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: redirects }],
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
      cookies: { keys: ["a key of the test"] },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...this.accounts.get(id) }),
      }),
    });
    this.server.on("request", provider.callback());
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /**
   * A browser that signs in there and agrees to everything.
   * @returns the address to which it is sent back, not opened yet
   */
  async signIn(url: string, subject: string): Promise<string> {
    const cookies = new Map<string, string>();
    let next = url;
    let body: string | undefined;
    for (let step = 0; step < 12; step++) {
      const headers = { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") };
      const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
      const answer = await fetch(next, {
        redirect: "manual",
        ...(body === undefined ? { headers } : { method: "POST", body, headers: form }),
      });
      body = undefined;
      for (const cookie of answer.headers.getSetCookie()) {
        const [name = "", value = ""] = cookie.split(";")[0]?.split(/=(.*)/s) ?? [];
        cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (location) {
        next = new URL(location, next).href;
        if (!next.startsWith(this.url)) return next;
        continue;
      }
      const page = await answer.text();
      const [, action] = /<form[^>]*action="([^"]+)"/.exec(page) ?? [];
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      if (!action || !prompt) throw new Error(`The issuer answered ${answer.status}: ${page.slice(0, 300)}`);
      next = new URL(action, next).href;
      body = new URLSearchParams(
        prompt === "login" ? { prompt, login: subject, password: "x" } : { prompt },
      ).toString();
    }
    throw new Error("The issuer sent the browser about without an end.");
  }
}
