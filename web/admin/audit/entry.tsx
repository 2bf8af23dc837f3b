import type { AuditActor, AuditFacts } from "#protocol/audit";
import { isId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { clean, told } from "../../view/names.ts";
import { provinceName } from "../../view/who.ts";
import type { Kind } from "../../locales/admin/kinds.ts";
import { adminWords } from "../furnish.ts";
import { useUnits } from "../offices/tree.ts";
import { told as said } from "../said.ts";
import { momentOf } from "../time.ts";
import { Who } from "../who.tsx";

/** Who did it, in words. */
export function AuditActorName({ by }: { by: AuditActor }) {
  const app = useModel();
  const w = adminWords.value;
  if ("person" in by) return <Who id={by.person} />;
  if ("operator" in by)
    return (
      <>
        {w.operator} <bdi>{clean(by.operator)}</bdi>
      </>
    );
  if ("system" in by)
    return (
      <>
        {w.system} <bdi>{clean(by.system)}</bdi>
      </>
    );
  return (
    <>
      {w.node} <bdi>{provinceName(app, by.node)}</bdi>
    </>
  );
}

/** Moments among facts are milliseconds since 1970 of this century. */
const isMoment = (value: unknown): value is number => typeof value === "number" && value > 1e12 && value < 1e13;

/** Facts whose value is a person's id. */
const PEOPLE = new Set(["person", "given", "second"]);

/** What an order touched: ids, of which the people can be named; of entries each with its kind before it. */
function Touched({ ids, people }: { ids: string; people: boolean }) {
  const w = adminWords.value;
  return (
    <ul class="admin-touched">
      {ids.split(" ").map((each) => {
        const [kind, id] = each.includes(":") ? (each.split(":") as [Kind, string]) : [null, each];
        const named = isId(id) && (kind ? kind === "person" : people);
        return (
          <li key={each}>
            {kind && w.kind[kind]} {named ? <Who id={id} /> : <bdi class="code">{id}</bdi>}
          </li>
        );
      })}
    </ul>
  );
}

/** One fact's value in words where there are words for it. */
export function Fact({ name, value, facts }: { name: string; value: unknown; facts: AuditFacts }) {
  const w = adminWords.value;
  const { unit } = useUnits();
  if (name === "why") return <bdi>{said(clean(String(value)))}</bdi>;
  if (isId(value) && (PEOPLE.has(name) || (name === "by" && "invitation" in facts))) return <Who id={value} />;
  if (name === "what" && typeof value === "string" && facts.do !== "export" && !("rows" in facts))
    return <Touched ids={value} people={facts.do === "state" || facts.do === "invite"} />;
  if (name === "validMs") return <>{w.days(Math.round(Number(value) / 86_400_000))}</>;
  if (typeof value === "boolean") return <>{value ? w.yes : w.no}</>;
  if (isMoment(value)) return <>{momentOf(value)}</>;
  const text = String(value);
  const known: Record<string, Partial<Record<string, string>>> = {
    do: w.doNames,
    ask: { ...w.sections, ...w.asks },
    state: { ...w.states, ...w.waveStates },
    role: w.roles,
    way: { ...w.ways, ...w.hows },
    how: w.hows,
    did: w.dids,
    before: w.waveStates,
  };
  const office = name === "unit" || name === "scope" ? told(unit(text)?.name) : "";
  if (office) return <bdi>{office}</bdi>;
  return <bdi>{known[name]?.[text] ?? clean(text)}</bdi>;
}
