import type { Entry, Person, Post, PostId, Unit, UnitId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { World } from "./world.ts";

/** The world as an order's own entries change it, one after the other: a post may stand in a unit of the same order. */
export class DraftWorld {
  private readonly units = new Map<UnitId, Unit>();
  private readonly posts = new Map<PostId, Post>();
  private readonly people = new Map<PersonId, Person>();
  private readonly numbers = new Map<string, PersonId>();

  constructor(private readonly world: World) {}

  unit(id: UnitId): Unit | undefined {
    return this.units.get(id) ?? this.world.offices.unit(id);
  }

  post(id: PostId): Post | undefined {
    return this.posts.get(id) ?? this.world.offices.post(id);
  }

  person(id: PersonId): Person | undefined {
    return this.people.get(id) ?? this.world.person(id);
  }

  /** whose personal number it is */
  holderOf(number: string): PersonId | undefined {
    return this.numbers.get(number.toUpperCase()) ?? this.world.offices.personByNumber(this.world.province, number)?.id;
  }

  put(entry: Entry): void {
    if ("unit" in entry) this.units.set(entry.unit.id, entry.unit);
    else if ("post" in entry) this.posts.set(entry.post.id, entry.post);
    else if ("person" in entry) {
      this.people.set(entry.person.id, entry.person);
      if (entry.person.number !== undefined) this.numbers.set(entry.person.number.toUpperCase(), entry.person.id);
    }
  }
}
