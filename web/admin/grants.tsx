import { useState } from "preact/hooks";
import type { AdminRole, Grant, Person } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { called, provinceName } from "../view/who.ts";
import { useAsked } from "./asked.ts";
import { Choice, Moment, momentIn, wall } from "./fields.tsx";
import { adminWords } from "./furnish.ts";
import { unitChoices, useUnits } from "./offices/tree.ts";
import { useScope } from "./overview.tsx";
import { PersonPicker } from "./people/picker.tsx";
import { address } from "./place.ts";
import { Proposal } from "./proposal.tsx";
import { Empty, Pending, Screen } from "./screen.tsx";
import { may } from "./sections.ts";
import { Sheet } from "./sheet.tsx";
import { dateOf } from "./time.ts";
import { Who } from "./who.tsx";
import { steadyNow } from "../platform/clock.ts";

function GrantForm({ onClose, onAct }: { onClose: () => void; onAct: (act: OrderAct) => void }) {
  const app = useModel();
  const w = adminWords.value;
  const province = app.me.value?.province ?? "";
  const { units } = useUnits();
  const [person, setPerson] = useState<Person | null>(null);
  const [role, setRole] = useState<AdminRole>("nodal");
  const [unit, setUnit] = useState("");
  const [to, setTo] = useState(() => wall(null));
  const [trouble, setTrouble] = useState("");
  const roles: AdminRole[] = [
    "nodal",
    ...(province === "is" ? [] : (["provincial"] as const)),
    ...(province === "is" ? (["federal"] as const) : []),
    "auditor",
    "custodian",
  ];
  const next = () => {
    const end = momentIn(to);
    if (!person) return setTrouble(w.needPerson);
    if (role === "nodal" && !unit) return setTrouble(w.needUnit);
    if (Number.isNaN(end ?? 0)) return setTrouble(w.badMoment);
    const now = steadyNow() + app.skew;
    const scope: Grant["scope"] = role === "nodal" ? { unit } : { province };
    onAct({ do: "grant", grant: { id: mintId(now), person: person.id, role, scope, from: now, to: end } });
  };
  return (
    <Sheet
      title={w.grantRole}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="primary" onClick={next}>
            {w.preview}
          </button>
          <button type="button" class="secondary" onClick={onClose}>
            {w.cancel}
          </button>
        </>
      }
    >
      <PersonPicker label={w.person} value={person} onChange={setPerson} />
      <Choice
        label={w.role}
        value={role}
        choices={roles.map((each) => [each, w.roles[each]] as const)}
        onChange={setRole}
        hint={w.roleHints[role]}
      />
      {role === "nodal" ? (
        <Choice label={w.scope} value={unit} choices={[["", "—"], ...unitChoices(units, unit)]} onChange={setUnit} />
      ) : (
        <p class="hint admin-subject">{w.wholeProvince(provinceName(app, province))}</p>
      )}
      <Moment label={w.to} value={to} onChange={setTo} hint={w.untilFurther} />
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
    </Sheet>
  );
}

/** Who may do what, where and until when. Each grant and its end is a second administrator's matter too. */
export function Grants() {
  const app = useModel();
  const w = adminWords.value;
  const asked = useAsked({ ask: "grants" });
  const scope = useScope();
  const [form, setForm] = useState(false);
  const [act, setAct] = useState<OrderAct | null>(null);
  const now = steadyNow() + app.skew;
  const past = ({ ended, to }: Grant) => ended || (to !== null && to <= now);
  const grants = [...(asked.data?.grants ?? [])].sort((a, b) => Number(past(a.grant)) - Number(past(b.grant)));
  const done = () => {
    setAct(null);
    setForm(false);
  };
  return (
    <Screen
      title={w.sections.grants}
      note={w.grantsNote}
      tools={
        may(app.roles.value, "grant") && (
          <button type="button" class="primary" onClick={() => setForm(true)}>
            {w.grantRole}
          </button>
        )
      }
    >
      <Pending asked={asked} />
      {asked.data && grants.length === 0 && <Empty text={w.noGrants} hint={w.noGrantsHint} />}
      <ul class="admin-rows">
        {grants.map(({ grant, person }) => (
          <li key={grant.id} class="admin-device">
            <div>
              <a href={address("people", grant.person)}>
                {person ? <bdi class="name">{called(person)}</bdi> : <Who id={grant.person} />}
              </a>{" "}
              <span class={`badge${past(grant) ? " bad" : ""}`}>{w.roles[grant.role]}</span>
              <p class="hint">
                <bdi>{scope(grant.scope)}</bdi>
                {" · "}
                {grant.ended ? w.ended : w.period(dateOf(grant.from), grant.to === null ? null : dateOf(grant.to))}
              </p>
            </div>
            {!past(grant) && may(app.roles.value, "ungrant") && (
              <button type="button" class="secondary" onClick={() => setAct({ do: "ungrant", grant: grant.id })}>
                {w.endGrant}
              </button>
            )}
          </li>
        ))}
      </ul>
      {form && !act && <GrantForm onClose={done} onAct={setAct} />}
      {act && (
        <Proposal
          title={act.do === "grant" ? w.grantRole : w.endGrant}
          acts={[act]}
          danger={act.do === "ungrant"}
          onClose={done}
        />
      )}
    </Screen>
  );
}
