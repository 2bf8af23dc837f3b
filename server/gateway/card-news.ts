import { downFrame } from "#protocol/frame";
import type { Person, PostCard, PostId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import { cardFor, postCardFor, Reader, type Sight } from "../domain/directory/cards.ts";
import type { Directory } from "../domain/directory/directory.ts";
import type { Store } from "../domain/ports.ts";
import type { Audience } from "./audience.ts";
import type { Presence } from "./presence.ts";

/** How long changes are gathered before they go out, in milliseconds. */
const GATHER_MS = 50;
/** Cards looked after in one turn: an import brings tens of thousands. */
const AT_ONCE = 100;

/**
 * Tells of cards that changed: of a person those who share a small room with them, of a post those in whose rooms it has
 * a place. A room's change may come before the order that it follows from, as the two cross on ways of their own: who
 * asked for the card in between has an old one.
 */
export class CardNews {
  private readonly people = new Set<PersonId>();
  private readonly posts = new Set<PostId>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly directory: Pick<Directory, "person" | "postCards">,
    private readonly audience: Audience,
    private readonly presence: Pick<Presence, "readersOf">,
    private readonly failed: (error: unknown) => void,
    private readonly now: Now,
  ) {}

  person(id: PersonId): void {
    this.people.add(id);
    this.later();
  }

  /** The post may be held by others than before, or have another title. */
  post(id: PostId): void {
    this.posts.add(id);
    this.later();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.people.clear();
    this.posts.clear();
  }

  private later(): void {
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  private flush(): void {
    this.timer = undefined;
    try {
      for (const id of take(this.posts)) this.tellPost(id);
      for (const id of take(this.people)) this.tellPerson(id);
    } catch (error) {
      this.failed(error);
    }
    if (this.people.size + this.posts.size > 0) this.later();
  }

  private tellPost(id: PostId): void {
    const readers = new Set<PersonId>();
    for (const room of this.store.roomsWithPost(id))
      for (const person of this.store.room(room)?.members.keys() ?? [])
        if (this.audience.has(person)) readers.add(person);
    // Whose card says which posts they hold has another one, too.
    for (const { person } of this.store.tables.offices.chargesOfPost(id)) this.people.add(person);
    const [card] = readers.size > 0 ? this.directory.postCards([id]) : [];
    if (!card) return;
    // Holders may be near to one reader and far from another: as many frames as there are such classes, not readers.
    const frameFor = once((sights: string) =>
      downFrame({ t: "posts", ref: 0, posts: [postCardFor(sightsIn(card, sights.split(" ") as Sight[]), card)] }),
    );
    for (const reader of readers) {
      const known = this.readerOf(reader);
      const sights = card.holders.map(({ person }) => known.sightOf(person)).join(" ");
      this.push(reader, frameFor(sights));
    }
  }

  private tellPerson(id: PersonId): void {
    const readers = new Set<PersonId>([id, ...this.presence.readersOf(id)].filter((each) => this.audience.has(each)));
    const person = readers.size > 0 ? this.directory.person(id) : undefined;
    if (!person) return;
    const frameFor = once((sight: Sight) => downFrame({ t: "people", ref: 0, people: [cardFor(sight, person)] }));
    for (const reader of readers) this.push(reader, frameFor(this.readerOf(reader).sightOf(person)));
  }

  private readerOf(id: PersonId): Reader {
    return new Reader(id, this.store, this.now);
  }

  private push(reader: PersonId, frame: Uint8Array): void {
    for (const session of this.audience.of(reader)) session.push(frame);
  }
}

/** Encodes a card once for each class of readers. */
function once<K extends string>(make: (key: K) => Uint8Array): (key: K) => Uint8Array {
  const made = new Map<K, Uint8Array>();
  return (key) => {
    const frame = made.get(key) ?? make(key);
    made.set(key, frame);
    return frame;
  };
}

const sightsIn =
  (card: PostCard, sights: readonly Sight[]) =>
  (person: Person): Sight =>
    sights[card.holders.findIndex((holder) => holder.person === person)] ?? "far";

function* take<T>(from: Set<T>): Generator<T> {
  let most = AT_ONCE;
  for (const one of from) {
    if (most-- === 0) return;
    from.delete(one);
    yield one;
  }
}
