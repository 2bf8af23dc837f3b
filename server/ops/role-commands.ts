import type { OrderInfo } from "#protocol/admin";
import type { Grant, Person, Scope } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import type { Token } from "../domain/administration/ports.ts";
import { type Command, family } from "./command.ts";
import { dateIn, numberIn, onePerson, oneOf, required, scopeIn } from "./given.ts";

const ROLES = ["nodal", "provincial", "federal", "auditor", "custodian"] as const;
const DAY_MS = 24 * 3600_000;
const TOKEN_DAYS = 365;
const scoped = (scope: Scope): string => ("unit" in scope ? `unit ${scope.unit}` : scope.province);
const until = (to: number | null): string => (to === null ? "" : `  until ${new Date(to).toISOString().slice(0, 10)}`);

const name: Command = async (context) => {
  const { desk, words, values, out } = context;
  const grant: Grant = {
    ...{ id: mintId(Date.now()), person: await onePerson(desk, words.join(" ")) },
    role: oneOf(required(values, "role"), ROLES, "--role"),
    ...{ scope: await scopeIn(context), from: Date.now(), to: dateIn(values, "to") ?? null },
  };
  await desk.act({ do: "grant", grant });
  out.done({ grant }, `${grant.id}  ${grant.role} for ${scoped(grant.scope)}`);
};

const grants: Record<string, Command> = {
  async list({ desk, out }) {
    out.list(
      await desk.list<{ grant: Grant; person?: Person }>({ list: "grants" }),
      ({ grant: { id, role, scope, to, ended }, person }) =>
        `${id}  ${role}  ${scoped(scope)}  ${person?.name.en ?? ""}${until(to)}${ended ? "  (ended)" : ""}`,
    );
  },
  add: name,
  async end({ desk, words: [id = ""], out }) {
    await desk.act({ do: "ungrant", grant: id });
    out.done({ ended: id }, "The role is ended.");
  },
};

const tokens: Record<string, Command> = {
  async list({ desk, out }) {
    const at = (ms: number | null) => (ms === null ? "never" : new Date(ms).toISOString().slice(0, 16));
    out.list(
      await desk.list<Token>({ list: "tokens" }),
      ({ id, name: holder, scope, expires, used }) =>
        `${id}  ${holder}  ${scoped(scope)}  until ${at(expires)}  last used ${at(used)}`,
    );
  },
  async add(context) {
    const validMs = (numberIn(context.values, "days") ?? TOKEN_DAYS) * DAY_MS;
    const scope = await scopeIn(context);
    const { token } = await context.desk.act({ do: "token", name: required(context.values, "name"), scope, validMs });
    context.out.done({ token }, token ?? "");
  },
  async end({ desk, words: [id = ""], out }) {
    await desk.act({ do: "untoken", token: id });
    out.done({ ended: id }, "The token is void.");
  },
};

const orders: Command = async ({ desk, words: [state = "waiting"], out }) => {
  const wanted = oneOf(state, ["waiting", "dated", "done"], "What to list");
  out.list(await desk.list<OrderInfo>({ list: "orders", state: wanted }), ({ order, state: is, at, second, ...more }) =>
    [
      order.id,
      new Date(at).toISOString().slice(0, 16),
      is,
      order.act.do,
      ...(order.act.do === "state" ? [order.act.state] : []),
      ...(order.act.do === "state" && order.act.from !== undefined
        ? [`from ${new Date(order.act.from).toISOString().slice(0, 16)}`]
        : []),
      more.operator === undefined ? `by ${order.person}` : `by the operator ${more.operator}`,
      ...(second ? [`and ${second}`] : []),
      ...(more.why ? [more.why] : []),
    ].join("  "),
  );
};

const cancel: Command = async ({ desk, words: [id = ""], out }) => {
  await desk.act({ do: "refuse", order: id });
  out.done({ cancelled: id }, "It will not be done.");
};

export const ROLE_USAGE = `  beep admin name PERSON --role ROLE [--unit UNIT] [--to DATE]
                                                   ROLE: nodal provincial federal auditor custodian. While the province has
                                                   fewer than two administrators; after that they give roles themselves
  beep grant list | add PERSON --role ROLE [--unit UNIT] [--to DATE] | end GRANT
  beep token list | add --name NAME [--unit UNIT] [--days N] | end TOKEN
                                                   for a personnel system (SCIM 2.0); its secret is shown once
  beep order list [waiting|dated|done]             what administrators ordered, and what is put off to a day
  beep order cancel ORDER                          calls off what the operator put off to a day`;

export const admin = family("admin", { name });
export const grant = family("grant", grants);
export const token = family("token", tokens);
export const order = family("order", { list: orders, cancel });
