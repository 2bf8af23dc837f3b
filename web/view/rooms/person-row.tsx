import type { ComponentChildren } from "preact";
import type { Person } from "#protocol/directory";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { told } from "../names.ts";
import { Standing } from "../standing.tsx";
import { called } from "../who.ts";

export function PersonFace({ person, children }: { person: Person; children?: ComponentChildren }) {
  const app = useModel();
  return (
    <>
      <Avatar id={person.id} name={called(person)} online={app.online.value.has(person.id)} />
      <span class="lines">
        <bdi class="name">{called(person)}</bdi>
        <span class="quiet cut">
          <Standing post={told(person.post)} province={person.province} />
        </span>
      </span>
      {children}
    </>
  );
}

export function PersonRow(props: { person: Person; onPick: () => void; picked?: boolean }) {
  return (
    <button type="button" class="row" aria-pressed={props.picked} onClick={props.onPick}>
      <PersonFace person={props.person} />
    </button>
  );
}
