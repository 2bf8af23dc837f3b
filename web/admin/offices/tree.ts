import type { Unit, UnitId } from "#protocol/directory";
import { told } from "../../view/names.ts";
import { useAsked } from "../asked.ts";

export interface Branch {
  unit: Unit;
  depth: number;
}

/** Units in the order of their tree, each below its parent; one whose parent is not seen stands at the top. */
export function treeOf(units: readonly Unit[]): Branch[] {
  const ids = new Set(units.map(({ id }) => id));
  const below = new Map<UnitId | null, Unit[]>();
  for (const unit of units) {
    const parent = unit.parent !== null && ids.has(unit.parent) ? unit.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const branches: Branch[] = [];
  const grow = (parent: UnitId | null, depth: number) => {
    const here = [...(below.get(parent) ?? [])].sort((a, b) => told(a.name).localeCompare(told(b.name)));
    for (const unit of here) {
      branches.push({ unit, depth });
      grow(unit.id, depth + 1);
    }
  };
  grow(null, 0);
  return branches;
}

/** Choices for a field, the depth shown by what stands before the name; closed ones only where one is chosen already. */
export const unitChoices = (units: readonly Unit[], chosen?: UnitId): [string, string][] =>
  treeOf(units.filter((unit) => !unit.closed || unit.id === chosen)).map(({ unit, depth }) => [
    unit.id,
    `${"\u2003".repeat(depth)}${told(unit.name)}`,
  ]);

/** All units that the asker may see. */
export function useUnits() {
  const asked = useAsked({ ask: "units" });
  const units = asked.data?.units ?? [];
  return { asked, units, unit: (id: UnitId | undefined) => units.find((each) => each.id === id) };
}
