import * as oidc from "openid-client";
import { AppError } from "../../domain/error.ts";
import type { OidcSettings } from "../../oidc.ts";
import type { AccountState } from "./account-state.ts";

const TIMEOUT_S = 10;
/** How long ago the person may have signed in there. */
const FRESH_S = 600;

/** Who it is, as the issuer says. */
export interface Claimed {
  subject: string;
  /** of the claim that the settings name */
  value: string;
}

/** The issuer of the ministry's accounts: authorization code with PKCE (RFC 6749, RFC 7636, OpenID Connect Core 1.0). */
export class AccountIssuer {
  private found: Promise<oidc.Configuration> | undefined;

  constructor(private readonly settings: OidcSettings) {}

  /** @param state sealed @throws AppError wait while the issuer cannot be reached */
  async begin(known: AccountState, state: string): Promise<string> {
    const config = await this.config();
    const challenge = await oidc.calculatePKCECodeChallenge(known.verifier);
    return oidc.buildAuthorizationUrl(config, {
      redirect_uri: backTo(known),
      scope: this.settings.claim === "sub" ? "openid" : "openid email profile",
      code_challenge: challenge,
      code_challenge_method: "S256",
      state,
      nonce: known.nonce,
      // A device is let in for good: who left an account open on a shared machine is asked again.
      prompt: "login",
      max_age: String(FRESH_S),
    }).href;
  }

  /**
   * Exchanges the code and reads the claim; id token checked for issuer, audience, times, nonce and signature (section 3.1.3.7).
   * @throws where anything is wrong, or the claim is missing or not verified
   */
  async finish(known: AccountState, state: string, search: string): Promise<Claimed> {
    const config = await this.config();
    const answered = new URL(backTo(known));
    answered.search = search;
    const tokens = await oidc.authorizationCodeGrant(config, answered, {
      pkceCodeVerifier: known.verifier,
      expectedState: state,
      expectedNonce: known.nonce,
      idTokenExpected: true,
      maxAge: FRESH_S,
    });
    const token = tokens.claims();
    if (!token) throw new Error("The issuer gave no id token.");
    const { claim } = this.settings;
    const claims =
      token[claim] === undefined && config.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(config, tokens.access_token, token.sub)
        : token;
    const value = claims[claim];
    if (typeof value !== "string" || value === "") throw new Error(`The issuer gave no claim "${claim}".`);
    if (claim === "email" && claims.email_verified !== true) throw new Error("The issuer has not verified the e-mail.");
    return { subject: token.sub, value };
  }

  /** Found at first use, and tried anew after a failure: a province may be cut off from the issuer when its node starts. */
  private async config(): Promise<oidc.Configuration> {
    this.found ??= this.discover();
    try {
      return await this.found;
    } catch (cause) {
      this.found = undefined;
      const words = `${this.settings.name} cannot be reached now. Use another way, or try again later.`;
      throw new AppError("wait", words, { retryAfter: 10_000, cause });
    }
  }

  private discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const server = new URL(issuer);
    return oidc.discovery(server, clientId, {}, clientSecret ? oidc.ClientSecretBasic(clientSecret) : oidc.None(), {
      timeout: TIMEOUT_S,
      execute: [
        // Checked besides TLS: what the token endpoint answers may have passed a proxy.
        oidc.enableNonRepudiationChecks,
        ...(server.protocol === "http:" ? [oidc.allowInsecureRequests] : []),
      ],
    });
  }
}

export const newVerifier = oidc.randomPKCECodeVerifier;

const backTo = ({ origin }: AccountState): string => `${origin}/v1/oidc/back`;
