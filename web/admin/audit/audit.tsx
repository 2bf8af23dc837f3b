import { useState } from "preact/hooks";
import type { AuditEntry, AuditKind } from "#protocol/audit";
import type { Person } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { PeopleSearch } from "../../view/sheet/people-choice.tsx";
import { usePages } from "../asked.ts";
import { deskOf } from "../desk.ts";
import { Choice, Moment, momentIn, wall } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { PersonPicker } from "../people/picker.tsx";
import { Proposal } from "../proposal.tsx";
import { Empty, More, Pending, Screen } from "../screen.tsx";
import { may } from "../sections.ts";
import { momentOf } from "../time.ts";
import { AuditActorName, Fact } from "./entry.tsx";

const KINDS: readonly AuditKind[] = [
  "enrolled",
  "linked",
  "sign-in",
  "sign-in-refused",
  "credential",
  "photo",
  "revoked",
  "invited",
  "order",
  "order-waiting",
  "order-dated",
  "order-refused",
  "read",
  "exported",
  "reported",
  "operator",
  "wave",
  "node",
];

function Line({ entry }: { entry: AuditEntry }) {
  const w = adminWords.value;
  const facts = Object.entries(entry.facts).filter(([, value]) => value !== null && value !== "");
  return (
    <li>
      <span class="name">{w.auditKinds[entry.kind] ?? entry.kind}</span>{" "}
      <span class="quiet" dir="ltr">
        #{entry.n}
      </span>
      <p class="hint">
        {momentOf(entry.at)} · <AuditActorName by={entry.by} />
      </p>
      {facts.length > 0 && (
        <dl class="facts admin-audit-facts">
          {facts.map(([key, value]) => [
            <dt key={key}>{w.facts[key] ?? key}</dt>,
            <dd key={`${key}.`}>
              <Fact name={key} value={value} facts={entry.facts} />
            </dd>,
          ])}
        </dl>
      )}
    </li>
  );
}

/** The province's audit log, for the auditor. That it was read is in it too. */
export function Audit() {
  const app = useModel();
  const w = adminWords.value;
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<AuditKind | "">("");
  const [person, setPerson] = useState<Person | null>(null);
  const [from, setFrom] = useState(() => wall(null));
  const [to, setTo] = useState(() => wall(null));
  const [find, setFind] = useState<Record<string, unknown>>({});
  const [act, setAct] = useState<OrderAct | null>(null);
  const [narrow, setNarrow] = useState(false);
  const pages = usePages(JSON.stringify(find), async (before) => {
    const page = await deskOf(app).ask({
      ask: "audit",
      find: { ...find, ...(before !== undefined && { before: Number(before) }), limit: 50 },
    });
    return { items: page.entries, next: page.next, total: page.size };
  });
  const search = () => {
    const [begin, end] = [momentIn(from), momentIn(to)];
    setFind({
      ...(typed.trim() && { text: typed.trim() }),
      ...(kind && { kind }),
      ...(person && { person: person.id }),
      ...(begin !== null && !Number.isNaN(begin) && { from: begin }),
      ...(end !== null && !Number.isNaN(end) && { to: end }),
    });
  };
  return (
    <Screen
      title={w.sections.audit}
      note={w.auditNote}
      tools={
        may(app.roles.value, "export") && (
          <button type="button" class="secondary" onClick={() => setAct({ do: "export", what: "audit" })}>
            {w.exportAudit}
          </button>
        )
      }
    >
      <form
        class="admin-form"
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <div class="admin-filters">
          <PeopleSearch label={w.findInAudit} typed={typed} onTyped={setTyped} />
          <Choice
            label={w.auditKind}
            value={kind}
            choices={[["", w.allKinds], ...KINDS.map((each) => [each, w.auditKinds[each]] as [AuditKind, string])]}
            onChange={setKind}
          />
        </div>
        {narrow ? (
          <>
            <PersonPicker label={w.person} value={person} onChange={setPerson} />
            <div class="admin-pair">
              <Moment label={w.from} value={from} onChange={setFrom} />
              <Moment label={w.to} value={to} onChange={setTo} />
            </div>
          </>
        ) : (
          <button type="button" class="link" onClick={() => setNarrow(true)}>
            {w.narrow}
          </button>
        )}
        <div class="admin-actions">
          <button type="submit" class="primary">
            {w.find}
          </button>
        </div>
      </form>
      <Pending asked={pages} />
      {pages.data?.length === 0 && !pages.more && !pages.busy && <Empty text={w.noEntries} hint={w.noEntriesHint} />}
      <ol class="admin-rows">
        {(pages.data ?? []).map((entry) => (
          <Line key={entry.n} entry={entry} />
        ))}
      </ol>
      <More pages={pages} />
      <p class="hint">
        {w.verifyNote} <code dir="ltr">beep audit verify</code>
      </p>
      {act && <Proposal title={w.exportAudit} acts={[act]} onClose={() => setAct(null)} />}
    </Screen>
  );
}
