import type { PersonId } from "#protocol/ids";
import type { Session } from "./session.ts";

const NOBODY: readonly Session[] = [];

/** Who is here: live and resuming sessions by person. Most people have one, which is kept without a list around it. */
export class Audience {
  private readonly byPerson = new Map<PersonId, Session | Session[]>();
  size = 0;

  join(session: Session): void {
    const known = this.byPerson.get(session.person);
    if (!known) this.byPerson.set(session.person, session);
    else if (Array.isArray(known)) known.push(session);
    else this.byPerson.set(session.person, [known, session]);
    this.size++;
  }

  /** False where the session was not here. */
  leave(session: Session): boolean {
    const known = this.byPerson.get(session.person);
    if (known === session) this.byPerson.delete(session.person);
    else if (Array.isArray(known) && known.includes(session)) {
      const rest = known.filter((other) => other !== session);
      this.byPerson.set(session.person, rest.length === 1 ? (rest[0] as Session) : rest);
    } else return false;
    this.size--;
    return true;
  }

  has(person: PersonId): boolean {
    return this.byPerson.has(person);
  }

  of(person: PersonId): readonly Session[] {
    const known = this.byPerson.get(person);
    return known === undefined ? NOBODY : Array.isArray(known) ? known : [known];
  }

  people(): IterableIterator<PersonId> {
    return this.byPerson.keys();
  }

  get crowd(): number {
    return this.byPerson.size;
  }

  *all(): Generator<Session> {
    for (const known of this.byPerson.values()) {
      if (Array.isArray(known)) yield* known;
      else yield known;
    }
  }
}
