import { useState } from "preact/hooks";
import type { Unit } from "#protocol/directory";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { adminWords } from "../furnish.ts";
import { address, place } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { Empty, Pending, Screen } from "../screen.tsx";
import { may } from "../sections.ts";
import { Sheet } from "../sheet.tsx";
import { treeOf, useUnits } from "./tree.ts";
import { UnitForm } from "./unit-form.tsx";

/** The tree of units; a click opens one, to rename, to close, or to add one below it. */
export function Units() {
  const roles = useModel().roles.value;
  const w = adminWords.value;
  const { asked, units } = useUnits();
  const [form, setForm] = useState<{ unit?: Unit; parent: string | null } | null>(null);
  const [closing, setClosing] = useState<Unit | null>(null);
  const chosen = units.find(({ id }) => id === place.value.rest[0]);
  const can = may(roles, "put-office");
  return (
    <Screen
      title={w.sections.units}
      tools={
        can && (
          <button type="button" class="primary" onClick={() => setForm({ parent: chosen?.id ?? null })}>
            {w.addUnit}
          </button>
        )
      }
    >
      <Pending asked={asked} />
      {asked.data && units.length === 0 && <Empty text={w.noUnits} hint={w.noUnitsHint} />}
      <ul class="admin-tree" aria-label={w.sections.units}>
        {treeOf(units).map(({ unit, depth }) => (
          <li key={unit.id} class={`depth${Math.min(depth, 6)}${unit.closed ? " closed" : ""}`}>
            <a
              class="row"
              href={chosen?.id === unit.id ? address("units") : address("units", unit.id)}
              aria-expanded={chosen?.id === unit.id}
            >
              <span class="lines">
                <span class="line">
                  <bdi class="name">{told(unit.name)}</bdi>
                  {unit.closed && <span class="badge">{w.closed}</span>}
                </span>
                <span class="quiet cut">{w.unitKinds[unit.kind]}</span>
              </span>
            </a>
            {chosen?.id === unit.id && (
              <div class="admin-actions">
                <a class="link" href={address("posts", unit.id)}>
                  {w.postsHere}
                </a>
                {can && !unit.closed && (
                  <>
                    <button type="button" class="secondary" onClick={() => setForm({ unit, parent: unit.parent })}>
                      {w.edit}
                    </button>
                    <button type="button" class="secondary" onClick={() => setForm({ parent: unit.id })}>
                      {w.addBelow}
                    </button>
                    <button type="button" class="secondary" onClick={() => setClosing(unit)}>
                      {w.closeUnit}
                    </button>
                  </>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {form && (
        <Sheet title={form.unit ? w.editUnit : w.addUnit} onClose={() => setForm(null)}>
          <UnitForm unit={form.unit} parent={form.parent} units={units} onClose={() => setForm(null)} />
        </Sheet>
      )}
      {closing && (
        <Proposal
          title={w.closeUnit}
          acts={[{ do: "put", entries: [{ unit: { ...closing, closed: true } }] }]}
          danger
          onClose={() => setClosing(null)}
        />
      )}
    </Screen>
  );
}
