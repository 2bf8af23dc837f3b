import type { AuditActor } from "#protocol/audit";
import { useModel } from "../../view/app-context.ts";
import { clean } from "../../view/names.ts";
import { provinceName } from "../../view/who.ts";
import { adminWords } from "../furnish.ts";
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

/** One fact's value in words where there are words for it. */
export function Fact({ name, value }: { name: string; value: unknown }) {
  const w = adminWords.value;
  if (typeof value === "boolean") return <>{value ? w.yes : w.no}</>;
  if (isMoment(value)) return <>{momentOf(value)}</>;
  const text = String(value);
  const known = name === "do" || name === "act" ? w.doNames[text] : undefined;
  return <bdi>{known ?? clean(text)}</bdi>;
}
