import { useState } from "preact/hooks";
import type { AdminPerson } from "#protocol/admin";
import type { PersonState } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { Avatar } from "../../view/avatar.tsx";
import { clean, told } from "../../view/names.ts";
import { langOf } from "../../view/script.ts";
import { useAsked } from "../asked.ts";
import { adminWords } from "../furnish.ts";
import { InviteSheet } from "../invitations/invite.tsx";
import { useUnits } from "../offices/tree.ts";
import { useScope } from "../overview.tsx";
import { visit } from "../place.ts";
import { Pending, Screen } from "../screen.tsx";
import { may } from "../sections.ts";
import { dateOf, momentOf } from "../time.ts";
import { Charges } from "./charges.tsx";
import { Dated } from "./dated.tsx";
import { Devices } from "./devices.tsx";
import { PhotoSheet } from "./photo.tsx";
import { StateSheet } from "./state-sheet.tsx";
import { called } from "../../view/who.ts";

function Facts({ each }: { each: AdminPerson }) {
  const w = adminWords.value;
  const { unit } = useUnits();
  const { person, lastSeen, secured, invited } = each;
  const { contact } = person;
  const own = unit(person.unitId);
  const facts: [string, string | undefined, boolean?][] = [
    [w.unit, told(own?.name) || told(person.unit)],
    [w.grade, person.grade ? `BPS-${person.grade}` : undefined, true],
    [w.number, person.number, true],
    [w.mobile, contact?.mobile, true],
    [w.email, contact?.email, true],
    [w.officePhone, contact?.office, true],
    [w.invitation, invited === null ? w.noInvitation : w.invitedUntil(momentOf(invited))],
    [w.security, secured ? w.secured : w.notSecured],
    [w.lastSeen, lastSeen === null ? w.never : momentOf(lastSeen)],
  ];
  return (
    <dl class="facts admin-facts">
      {facts.map(
        ([label, value, latin]) =>
          value && [
            <dt key={label}>{label}</dt>,
            <dd key={`${label}.`}>{latin ? <bdi dir="ltr">{value}</bdi> : <bdi>{value}</bdi>}</dd>,
          ],
      )}
    </dl>
  );
}

function Actions({ each }: { each: AdminPerson }) {
  const roles = useModel().roles.value;
  const w = adminWords.value;
  const [what, setWhat] = useState<"invite" | "photo" | PersonState | null>(null);
  const { person } = each;
  const active = (person.state ?? "active") === "active";
  const close = () => setWhat(null);
  const button = (key: "invite" | "photo" | PersonState, name: string) => (
    <button type="button" class="secondary" onClick={() => setWhat(key)}>
      {name}
    </button>
  );
  return (
    <div class="admin-actions">
      {active && may(roles, "invite") && button("invite", w.invite)}
      {active && may(roles, "put") && (
        <button type="button" class="secondary" onClick={() => visit("people", person.id, "edit")}>
          {w.edit}
        </button>
      )}
      {active && may(roles, "put-office") && button("photo", w.kind.photo)}
      {active && may(roles, "state") && button("retired", w.retire)}
      {active && may(roles, "state") && button("removed", w.remove)}
      {!active && may(roles, "state") && button("active", w.bringBack)}
      {what === "invite" && <InviteSheet people={[person]} onClose={close} />}
      {what === "photo" && <PhotoSheet person={person} onClose={close} />}
      {what && what !== "invite" && what !== "photo" && <StateSheet people={[each]} state={what} onClose={close} />}
    </div>
  );
}

export function OnePerson({ id }: { id: PersonId }) {
  const w = adminWords.value;
  const asked = useAsked({ ask: "person", person: id });
  const scope = useScope();
  const { data } = asked;
  if (!data)
    return (
      <Screen title={w.person}>
        <Pending asked={asked} />
      </Screen>
    );
  const { person } = data.person;
  const name = called(person);
  return (
    <Screen title={name}>
      <div class="admin-card">
        <Avatar id={person.id} name={name} photo={person.photo ?? ""} />
        <div>
          <p class="name" lang="en" dir="ltr">
            {clean(person.name.en)}
          </p>
          <p class="name" lang={langOf(person.name.ur)} dir="rtl">
            {clean(person.name.ur)}
          </p>
          <p class="quiet">
            <bdi>{told(person.post)}</bdi>
          </p>
          {person.state && person.state !== "active" && <span class="badge">{w.states[person.state]}</span>}
        </div>
      </div>
      {data.dated && <Dated person={person.id} orders={data.dated} />}
      <Actions each={data.person} />
      <Facts each={data.person} />
      <Charges person={data.person} posts={data.posts} />
      <Devices devices={data.devices} />
      {data.grants.length > 0 && (
        <section>
          <h2>{w.sections.grants}</h2>
          <ul class="admin-rows">
            {data.grants.map((grant) => (
              <li key={grant.id}>
                <span class="name">{w.roles[grant.role]}</span> <bdi>{scope(grant.scope)}</bdi>
                <p class="hint">
                  {grant.ended ? w.ended : w.period(dateOf(grant.from), grant.to === null ? null : dateOf(grant.to))}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Screen>
  );
}
