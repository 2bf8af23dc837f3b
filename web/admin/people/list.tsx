import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { AdminPerson } from "#protocol/admin";
import type { PersonState } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { words } from "../../locales/language.ts";
import { useModel } from "../../view/app-context.ts";
import { PeopleSearch } from "../../view/sheet/people-choice.tsx";
import { usePages } from "../asked.ts";
import { deskOf } from "../desk.ts";
import { Choice } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { unitChoices, useUnits } from "../offices/tree.ts";
import { address, visit } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { Empty, More, Pending, Screen } from "../screen.tsx";
import { may } from "../sections.ts";
import { momentOf } from "../time.ts";
import { Face } from "../who.tsx";
import { Bulk, MOST } from "./bulk.tsx";

/** What the list shows; kept while one looks at a person and comes back. */
const filter = signal<{ text: string; unit: string; state: PersonState }>({ text: "", unit: "", state: "active" });

const PAGE = 50;

function Row(props: { each: AdminPerson; ticked: boolean; onTick: (() => void) | null }) {
  const { each, ticked, onTick } = props;
  const w = adminWords.value;
  const { person, invited, devices, lastSeen } = each;
  const standing =
    person.state === "retired" || person.state === "removed"
      ? w.states[person.state]
      : devices > 0
        ? lastSeen === null
          ? w.cameIn
          : w.seen(momentOf(lastSeen))
        : invited !== null
          ? w.invitedUntil(momentOf(invited))
          : w.notInvited;
  return (
    <li class="admin-person">
      {onTick && (
        <input
          type="checkbox"
          aria-label={w.tick(words.value.lang === "ur" ? person.name.ur : person.name.en)}
          checked={ticked}
          onChange={onTick}
        />
      )}
      <a class="row" href={address("people", person.id)}>
        <Face person={person} />
        <span class="admin-standing quiet">{standing}</span>
      </a>
    </li>
  );
}

function Filters() {
  const w = adminWords.value;
  const { units } = useUnits();
  const [typed, setTyped] = useState(filter.value.text);
  useEffect(() => {
    const id = setTimeout(() => {
      if (filter.value.text !== typed.trim()) filter.value = { ...filter.value, text: typed.trim() };
    }, 250);
    return () => clearTimeout(id);
  }, [typed]);
  return (
    <div class="admin-filters">
      <PeopleSearch label={w.findPeople} typed={typed} onTyped={setTyped} />
      <Choice
        label={w.unit}
        value={filter.value.unit}
        choices={[["", w.allUnits], ...unitChoices(units, filter.value.unit)]}
        onChange={(unit) => (filter.value = { ...filter.value, unit })}
      />
      <Choice
        label={w.state}
        value={filter.value.state}
        choices={(["active", "retired", "removed"] as const).map((each) => [each, w.states[each]] as const)}
        onChange={(state) => (filter.value = { ...filter.value, state })}
      />
    </div>
  );
}

export function PeopleList() {
  const app = useModel();
  const w = adminWords.value;
  const roles = app.roles.value;
  const [ticked, setTicked] = useState<ReadonlyMap<PersonId, AdminPerson>>(new Map());
  const [exporting, setExporting] = useState(false);
  const { text, unit, state } = filter.value;
  const find = { ask: "people" as const, ...(text && { text }), ...(unit && { unit }), state };
  const load = async (after: string | number | undefined, limit: number) => {
    const page = await deskOf(app).ask({ ...find, ...(after !== undefined && { after: String(after) }), limit });
    return { items: page.people, next: page.next, total: page.total };
  };
  const pages = usePages(JSON.stringify(find), (after) => load(after, PAGE));
  useEffect(() => setTicked(new Map()), [JSON.stringify(find)]);
  const toggle = (each: AdminPerson) => {
    const next = new Map(ticked);
    if (!next.delete(each.person.id)) next.set(each.person.id, each);
    setTicked(next);
  };
  /** ticks all that the filter finds, up to as many as go into one act */
  const all = async () => {
    const found = new Map<PersonId, AdminPerson>();
    let after: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof load>> = await load(after, 100);
      for (const each of page.items) if (found.size < MOST) found.set(each.person.id, each);
      after = page.next;
    } while (after !== undefined && found.size < MOST);
    setTicked(found);
  };
  const canTick = may(roles, "invite") || may(roles, "state");
  const people = pages.data ?? [];
  return (
    <Screen
      title={w.sections.people}
      tools={
        may(roles, "put") && (
          <button type="button" class="primary" onClick={() => visit("people", "new")}>
            {w.addPerson}
          </button>
        )
      }
    >
      <Filters />
      {canTick && people.length > 0 && (
        <Bulk
          people={Array.from(ticked.values())}
          found={pages.total ?? people.length}
          onAll={() => void all().catch(() => pages.again())}
          onNone={() => setTicked(new Map())}
        />
      )}
      <Pending asked={pages} />
      {pages.data?.length === 0 && (
        <Empty text={w.nobodyFound} hint={text || unit || state !== "active" ? w.nobodyFoundHint : w.nobodyYetHint} />
      )}
      <ul class="admin-people" aria-label={w.sections.people}>
        {people.map((each) => (
          <Row
            key={each.person.id}
            each={each}
            ticked={ticked.has(each.person.id)}
            onTick={canTick ? () => toggle(each) : null}
          />
        ))}
      </ul>
      <More pages={pages} />
      {may(roles, "export") && (
        <p>
          <button type="button" class="link" onClick={() => setExporting(true)}>
            {w.exportPeople}
          </button>
        </p>
      )}
      {exporting && (
        <Proposal
          title={w.exportPeople}
          acts={[{ do: "export", what: "people" }]}
          onClose={() => setExporting(false)}
        />
      )}
    </Screen>
  );
}
