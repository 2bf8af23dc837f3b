import type { Person, PostCard, UnitId } from "#protocol/directory";
import type { PersonId, RoomId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import { standingIn } from "../contact/standing.ts";
import type { Store } from "../ports.ts";
import { chargesAt, unitsAt } from "./words.ts";

/**
 * What a reader is to somebody, and sees of them (R130): `own` all of it; `near` mobile and e-mail, `far` neither; and
 * `public` no way at all of reaching them but here. The personal number is the owner's, and of administrators in reach.
 */
export type Sight = "own" | "near" | "far" | "public";

/** Rooms of up to so many make people near to each other: a channel of the whole province does not. */
const NEAR_ROOM = 50;

/** The card as it is shown to such a reader: the one place that cuts it. */
export function cardFor(sight: Sight, person: Person): Person {
  if (sight === "own") return person;
  const { number: _, contact, grade, ...card } = person;
  if (sight === "public") return card;
  const shown = sight === "near" ? contact : contact?.office !== undefined && { office: contact.office };
  return { ...card, ...(grade !== undefined && { grade }), ...(shown && { contact: shown }) };
}

export const postCardFor = (sightOf: (person: Person) => Sight, { post, unit, holders }: PostCard): PostCard => ({
  post,
  unit,
  holders: holders.map(({ person, kind }) => ({ person: cardFor(sightOf(person), person), kind })),
});

/** Whom one reader sees, and how; made for one frame, as rooms and charges change. */
export class Reader {
  readonly isPublic: boolean;
  private readonly rooms: ReadonlySet<RoomId>;
  private mine: { units: ReadonlySet<UnitId>; holds: boolean } | undefined;

  constructor(
    readonly id: PersonId,
    private readonly store: Store,
    private readonly now: Now,
  ) {
    this.isPublic = store.person(id)?.public === true;
    this.rooms = new Set(store.roomsOf(id));
  }

  /** In some room with this person, however large: then a card of theirs is no look-up. */
  shares(id: PersonId): boolean {
    return id === this.id || this.store.roomsOf(id).some((room) => this.rooms.has(room));
  }

  isIn(room: RoomId): boolean {
    return this.rooms.has(room);
  }

  sightOf(person: Person): Sight {
    if (person.id === this.id) return "own";
    if (this.isPublic) return "public";
    const { units, holds } = this.standing(person);
    const { offices } = this.store.tables;
    const rules = [...units].map((id) => offices.unit(id)?.contacts ?? "near");
    // Of several units the one that shows least decides.
    if (rules.includes("none")) return "far";
    if (rules.length > 0 && rules.every((rule) => rule === "officials")) return "near";
    this.mine ??= this.standing(this.store.person(this.id));
    const sameUnit = [...units].some((id) => this.mine?.units.has(id));
    return sameUnit || (holds && this.mine.holds) || this.isNear(person.id) ? "near" : "far";
  }

  card(person: Person): Person {
    return cardFor(this.sightOf(person), person);
  }

  postCard(card: PostCard): PostCard {
    return postCardFor((person) => this.sightOf(person), card);
  }

  /** In a small room that the person has taken: whoever adds a stranger to one does not come near to them by it (R193). */
  private isNear(id: PersonId): boolean {
    return this.store.roomsOf(id).some((each) => {
      const room = this.rooms.has(each) ? this.store.room(each) : undefined;
      return room !== undefined && room.members.size <= NEAR_ROOM && standingIn(room, id, this.store) === "open";
    });
  }

  private standing(person: Person | undefined): { units: ReadonlySet<UnitId>; holds: boolean } {
    if (!person) return { units: new Set(), holds: false };
    const { offices } = this.store.tables;
    const at = this.now();
    return { units: unitsAt(person, at, offices), holds: chargesAt(person, at, offices).length > 0 };
  }
}
