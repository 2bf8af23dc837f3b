import { downFrame } from "#protocol/frame";
import type { PostId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
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
    const posts = readers.size > 0 ? this.directory.postCards([id]) : [];
    if (posts.length > 0) this.push(readers, downFrame({ t: "posts", ref: 0, posts }));
  }

  private tellPerson(id: PersonId): void {
    const readers = new Set<PersonId>([id, ...this.presence.readersOf(id)].filter((each) => this.audience.has(each)));
    const person = readers.size > 0 ? this.directory.person(id) : undefined;
    if (person) this.push(readers, downFrame({ t: "people", ref: 0, people: [person] }));
  }

  private push(readers: ReadonlySet<PersonId>, frame: Uint8Array): void {
    for (const reader of readers) for (const session of this.audience.of(reader)) session.push(frame);
  }
}

function* take<T>(from: Set<T>): Generator<T> {
  let most = AT_ONCE;
  for (const one of from) {
    if (most-- === 0) return;
    from.delete(one);
    yield one;
  }
}
