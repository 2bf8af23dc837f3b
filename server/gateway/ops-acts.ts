import type { Operator, OperatorList } from "../domain/administration/operator.ts";
import { AppError } from "../domain/error.ts";
import type { Importer } from "../domain/import/importer.ts";
import { COLUMNS, type RawRow } from "../domain/import/row.ts";

type Fields = Record<string, unknown>;

const LISTS: readonly OperatorList["list"][] = [
  ...(["units", "waves", "grants", "sessions", "tokens", "people"] as const),
  ...(["posts", "charges", "devices", "orders", "invitations"] as const),
];
const MAX_NAME = 60;

/** What `beep` has a running node do, look up and import. Each request names the machine's user who asks. */
export class OperatorRoutes {
  constructor(
    private readonly operator: Operator,
    private readonly importer: Importer,
  ) {}

  /** Undefined where it is none of these routes. @throws AppError */
  answer(route: string, fields: Fields): Promise<unknown> | undefined {
    switch (route) {
      case "POST /ops/act":
        return this.operator.act(nameIn(fields), fields.act);
      case "POST /ops/list":
        return this.list(nameIn(fields), fields.wanted);
      case "POST /ops/import":
        return this.import(nameIn(fields), fields);
      default:
        return undefined;
    }
  }

  private async list(name: string, wanted: unknown): Promise<unknown> {
    const { list, ...where } = (wanted ?? {}) as Fields;
    const texts = Object.values(where).every((value) => typeof value === "string" && value.length <= 200);
    if (!LISTS.includes(list as never) || !texts) throw new AppError("fix", "There is no such list.");
    return { list: await this.operator.list(name, wanted as OperatorList) };
  }

  private async import(operator: string, { rows, dry, removals }: Fields): Promise<unknown> {
    if (!Array.isArray(rows)) throw new AppError("fix", 'The request needs "rows".');
    const taken = rows.map((row: Fields): RawRow => {
      const raw: RawRow = { line: Number(row.line) || 0 };
      for (const column of COLUMNS) if (row[column] !== undefined) raw[column] = String(row[column]);
      return raw;
    });
    const how = { dry: dry === true, removals: removals === true, by: "import" as const, actor: { operator } };
    return this.importer.take(taken, how);
  }
}

function nameIn({ operator }: Fields): string {
  if (typeof operator !== "string" || !operator) throw new AppError("fix", 'The request needs "operator".');
  return operator.slice(0, MAX_NAME);
}
