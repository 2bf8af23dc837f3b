import { isId } from "#protocol/ids";
import { AppError, wireError } from "../../domain/error.ts";
import { Buckets } from "../limits.ts";
import { WhenceBuckets } from "../whence.ts";
import type { Personnel, Services, TokenHolder } from "../ports.ts";
import { canonical } from "./attributes.ts";
import { patched } from "./patch.ts";
import { DISCOVERY, LIST } from "./discovery.ts";
import { ScimFault } from "./fault.ts";
import { activeOf, rawOf, userOf } from "./resource.ts";

const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";
/** Requests of one token, and of one address that shows none that holds. */
const RATE = { burst: 2000, perSecond: 100 };
/** Milliseconds of the node that one token's lists take. */
const LISTING = { burst: 2000, perSecond: 200 };
const GUESS = { burst: 20, perSecond: 0.1 };
const STATUS: Record<string, number> = {
  fix: 400,
  "sign-in": 401,
  forbidden: 403,
  conflict: 409,
  wait: 429,
  internal: 500,
};

const FILTER =
  /^\s*(?:urn:ietf:params:scim:schemas:core:2\.0:User:)?(userName|externalId|id|emails(?:\.value)?)\s+eq\s+"([^"\\]{1,120})"\s*$/i;

class NotThere extends Error {}

/** SCIM 2.0 for personnel systems (RFC 7643, RFC 7644): people of a token's scope. Units and posts come with them. */
export class ScimDoor {
  private readonly rates;
  private readonly listing;
  private readonly guesses;

  constructor(
    private readonly personnel: Personnel,
    private readonly around: Pick<Services, "log" | "meter" | "now" | "errorFields">,
  ) {
    this.rates = new Buckets(RATE, around.now);
    this.listing = new Buckets(LISTING, around.now);
    this.guesses = new WhenceBuckets(GUESS, around.now);
  }

  async answer(request: Request, address: string): Promise<Response> {
    try {
      const token = /^Bearer ([\w-]{20,100})$/.exec(request.headers.get("authorization") ?? "")?.[1];
      const holder = token ? this.personnel.holder(token) : undefined;
      guard(holder ? this.rates.take(holder.id) : this.guesses.take(address));
      if (!holder) throw new AppError("sign-in", "This token does not hold.");
      const url = new URL(request.url);
      return await this.route(request, url, url.pathname.replace(/^\/scim\/v2\/?/, "").split("/"), holder);
    } catch (error) {
      return this.refusal(error);
    }
  }

  private async route(request: Request, url: URL, path: string[], holder: TokenHolder): Promise<Response> {
    const [kind, id] = path;
    const base = `${originOf(request, url)}/scim/v2`;
    const { method } = request;
    if (kind === "Users" && path.length <= 2) {
      if (id !== undefined && !isId(id)) throw new NotThere();
      if (method === "GET")
        return id ? this.one(id, holder, base) : this.timed(holder, () => this.list(url, holder, base));
      if (method === "POST" && !id) return this.put(undefined, await bodyOf(request), holder, base);
      if (method === "PUT" && id) return this.put(id, await bodyOf(request), holder, base);
      if (method === "PATCH" && id) {
        const person = this.found(id, holder);
        const { title, unit } = this.personnel.words(person);
        return this.put(id, patched(userOf(person, base, title, unit), await bodyOf(request)), holder, base);
      }
      if (method === "DELETE" && id) {
        await this.personnel.state(this.found(id, holder), "removed", holder);
        return new Response(null, { status: 204 });
      }
    }
    const found = method === "GET" && DISCOVERY.get(path.join("/"));
    if (found) return json(found(base));
    throw new NotThere();
  }

  private one(id: string, holder: TokenHolder, base: string): Response {
    const person = this.found(id, holder);
    const { title, unit } = this.personnel.words(person);
    return json(userOf(person, base, title, unit));
  }

  /** What a page costs depends on what its people hold: it is measured, and who has used up their time waits. */
  private timed(holder: TokenHolder, list: () => Response): Response {
    guard(this.listing.owed(holder.id));
    const from = performance.now();
    try {
      return list();
    } finally {
      this.listing.spend(holder.id, performance.now() - from);
    }
  }

  private list(url: URL, holder: TokenHolder, base: string): Response {
    const number = (name: string, usual: number) => {
      const value = Number(url.searchParams.get(name) ?? usual);
      return Number.isInteger(value) ? value : usual;
    };
    const start = Math.max(1, number("startIndex", 1));
    const count = Math.min(200, Math.max(0, number("count", 100)));
    const filter = url.searchParams.get("filter");
    const asked = filter === null ? undefined : FILTER.exec(filter);
    if (asked === null)
      throw new ScimFault("invalidFilter", "Filters are userName, id or emails.value with eq and a text.");
    const { people, total } = asked
      ? this.personnel.match((asked[1] as string).toLowerCase(), asked[2] as string, holder)
      : this.personnel.list(start - 1, count, holder);
    const Resources = people.map((person) => {
      const { title, unit } = this.personnel.words(person);
      return userOf(person, base, title, unit);
    });
    return json({ schemas: [LIST], totalResults: total, startIndex: start, itemsPerPage: Resources.length, Resources });
  }

  private async put(id: string | undefined, user: unknown, holder: TokenHolder, base: string): Promise<Response> {
    const known = id ? this.found(id, holder) : undefined;
    const core = canonical(user);
    const raw = rawOf(core, known?.name.en);
    // Before anything is written: whether somebody goes or stays is never left half said.
    const active = activeOf(core);
    if (known?.number && raw.number && raw.number.toUpperCase() !== known.number)
      throw new ScimFault("mutability", "A personal number does not change: enter the person anew.");
    const saved = await this.personnel.put(
      { ...raw, ...(known?.number && { number: known.number }) },
      known === undefined,
      holder,
    );
    const state = active === false ? "retired" : active === true ? "active" : undefined;
    const person =
      state && state !== (saved.state ?? "active") ? await this.personnel.state(saved, state, holder) : saved;
    const { title, unit } = this.personnel.words(person);
    const shown = userOf(person, base, title, unit);
    return json(shown, known ? 200 : 201, known ? {} : { Location: shown.meta.location });
  }

  private found(id: string, holder: TokenHolder) {
    const person = this.personnel.person(id, holder);
    // Who was deleted is not there for the system that did so (RFC 7644 section 3.6).
    if (!person || person.state === "removed") throw new NotThere();
    return person;
  }

  private refusal(error: unknown): Response {
    if (error instanceof NotThere) return problem(404, "There is no such resource.");
    const wire = wireError(error);
    if (wire.code === "internal") this.around.log("error", "scim.failed", this.around.errorFields(error));
    this.around.meter.count("beep_http_refused_total");
    const scimType =
      error instanceof ScimFault
        ? error.scimType
        : { fix: "invalidValue", conflict: "uniqueness" }[wire.code as string];
    return problem(STATUS[wire.code] ?? 400, wire.message, { scimType, retryAfter: wire.retryAfter });
  }
}

const json = (value: unknown, status = 200, more: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: {
      ...more,
      "Content-Type": "application/scim+json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });

function problem(
  status: number,
  detail: string,
  { scimType, retryAfter }: { scimType?: string | undefined; retryAfter?: number | undefined } = {},
): Response {
  const response = json({ schemas: [ERROR], status: String(status), ...(scimType && { scimType }), detail }, status);
  if (retryAfter) response.headers.set("Retry-After", String(Math.ceil(retryAfter / 1000)));
  if (status === 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

/** As the asker dialled it. Only its own answer hangs on what it says. */
function originOf(request: Request, url: URL): string {
  const proto = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  return `${proto === "https" || proto === "http" ? proto : url.protocol.slice(0, -1)}://${url.host}`;
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new ScimFault("invalidSyntax", "The request is not valid JSON.");
  }
}

function guard(waitMs: number): void {
  if (waitMs > 0) throw new AppError("wait", "Too many requests. Wait a little.", { retryAfter: waitMs });
}
