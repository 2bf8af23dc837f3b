import { useEffect, useState } from "preact/hooks";
import type { ContactAnswer } from "#protocol/contact";
import type { PersonId } from "#protocol/ids";
import { tell } from "../view/announce.tsx";
import { day } from "../view/format.ts";
import { isolated } from "../view/names.ts";
import { nameOf } from "../view/who.ts";
import { ask, useDeed } from "./own.ts";
import { contactWords } from "./words.ts";

type People = Extract<ContactAnswer, { answer: "blocked" }>["people"];

/** Whom one hears nothing of, to be taken back. */
export function Blocked() {
  const { app, trouble, deed } = useDeed();
  const w = contactWords.value;
  const [people, setPeople] = useState<People | null>(null);
  const online = app.connection.value.state === "online";
  const read = () => deed(async () => setPeople((await ask(app, { do: "blocked" }, "blocked")).people));
  useEffect(() => {
    if (online) void read();
  }, [online]);
  const unblock = async (person: PersonId) => {
    if (!(await deed(() => ask(app, { do: "unblock", person }, "done")))) return;
    tell(w.unblockDone(nameOf(app, person)));
    await read();
  };
  return (
    <section>
      <h3>{w.blocked}</h3>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {people && <p class="hint">{people.length > 0 ? w.blockedHint : w.blockedNone}</p>}
      <ul class="things">
        {(people || []).map(({ person, at }) => (
          <li key={person} class="thing">
            <div class="lines">
              <bdi class="name">{nameOf(app, person)}</bdi>
              <span class="quiet">{w.since(day(at))}</span>
            </div>
            <p class="deeds">
              <button type="button" class="link" onClick={() => void unblock(person)}>
                {w.unblock}
                <span class="sr"> {isolated(nameOf(app, person))}</span>
              </button>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
