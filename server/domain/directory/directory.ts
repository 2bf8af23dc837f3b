import type { DirectoryBody } from "#protocol/directory-body";
import type { Person, PostCard, PostId } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { putDirectory } from "../apply.ts";
import type { HybridClock, Now } from "../clock.ts";
import { AppError } from "../error.ts";
import type { Store, Tx } from "../ports.ts";

const MAX_FOUND = 50;

/** People, posts, units and devices: every province writes its own part, and all provinces read all of it. */
export class Directory {
  constructor(
    private readonly store: Store,
    private readonly clock: HybridClock,
    private readonly now: Now,
    /** every province of the fleet, this one included */
    private readonly provinces: () => readonly Province[],
  ) {}

  person(id: PersonId): Person | undefined {
    return this.store.person(id);
  }

  people(ids: readonly PersonId[]): Person[] {
    return ids.flatMap((id) => this.store.person(id) ?? []);
  }

  find(text: string, limit = 20): Person[] {
    return this.store.search(text, Math.min(limit, MAX_FOUND));
  }

  /** Posts as they are shown: with unit and present holders; unknown ones are left out. */
  postCards(ids: readonly PostId[]): PostCard[] {
    const { offices } = this.store.tables;
    return ids.flatMap((id) => {
      const post = offices.post(id);
      const unit = post && offices.unit(post.unit)?.name;
      if (!post || !unit) return [];
      const holders = offices.holders(id, this.now()).flatMap(({ person, kind }) => {
        const found = this.store.person(person);
        return found ? [{ person: found, kind }] : [];
      });
      return [{ post, unit, holders }];
    });
  }

  /** @throws AppError fix for a person of another province */
  async put(person: Person): Promise<void> {
    if (person.province !== this.store.province)
      throw new AppError("fix", `People of ${person.province} are entered in ${person.province}.`);
    await this.store.write(DIRECTORY_ROOM, (tx) => this.record(tx, person.id, { person }));
  }

  /** Writes one directory event inside a transaction of the directory's file. */
  record(tx: Tx, by: PersonId, content: DirectoryBody): void {
    const dests = this.provinces().filter((province) => province !== this.store.province);
    const body = new TextEncoder().encode(JSON.stringify(content));
    const id = mintId(this.now());
    const device = "device" in content ? content.device.id : DIRECTORY_ROOM;
    const event = {
      id,
      room: DIRECTORY_ROOM,
      sender: by,
      device,
      kind: KIND.directory,
      scheme: SCHEME.directory,
      body,
    };
    tx.append(encodeRecord(event), this.clock.next(), dests);
    putDirectory(tx, content);
  }
}
