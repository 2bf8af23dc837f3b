import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { useModel } from "../view/app-context.ts";
import { Avatar } from "../view/avatar.tsx";
import { told } from "../view/names.ts";
import { called } from "../view/who.ts";

/** A person by id, as the client's own cache knows them. */
export function Who({ id }: { id: PersonId }) {
  const person = useModel().person(id).value;
  return <bdi class="name">{called(person)}</bdi>;
}

/** Face, name and post in one line; the name in the other script is beside it where there is room. */
export function Face({ person, badge }: { person: Person; badge?: string }) {
  const name = called(person);
  return (
    <>
      <Avatar id={person.id} name={name} small />
      <span class="lines">
        <span class="line">
          <bdi class="name">{name}</bdi>
          {badge && <span class="badge">{badge}</span>}
        </span>
        <span class="quiet cut">
          <bdi>{told(person.post) || "—"}</bdi>
        </span>
      </span>
    </>
  );
}
