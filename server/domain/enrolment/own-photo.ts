import type { Photo } from "#protocol/directory";
import { type DeviceId, DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import { whyNoPicture } from "../directory/picture.ts";
import { AppError } from "../error.ts";
import type { Store } from "../ports.ts";

/** Changes that a person may make in a row, and how long it takes until one more is allowed: every province keeps each. */
const CHANGES = 6;
const MORE_MS = 3600_000;

/** A person's own photo in the directory: set, replaced and taken away by themselves. */
export class OwnPhotos {
  /** when the changes of those who made some lately will all be forgotten */
  private readonly spent = new Map<PersonId, number>();

  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly now: Now,
  ) {}

  /**
   * @param address the client's network address
   * @throws AppError elsewhere (not a person of this province), fix (no picture, or too large), wait
   */
  async put(who: { person: PersonId; device: DeviceId; address: string }, given: unknown): Promise<void> {
    const { store, directory, now } = this;
    const { person, device, address } = who;
    if (store.person(person)?.province !== store.province)
      throw new AppError("elsewhere", "This is done at a node of your own province.");
    const photo = { ...read(given), person };
    const why = whyNoPicture(photo);
    if (why !== undefined) throw new AppError("fix", why);
    const isSame = photo.bytes === (store.tables.offices.photo(person)?.bytes ?? "");
    if (isSame) return;
    this.spend(person);
    await store.write(DIRECTORY_ROOM, (tx) => {
      directory.issue(tx, "enrolment", [{ photo }]);
      const facts = { address, did: photo.bytes === "" ? "removed" : "set", hash: store.person(person)?.photo ?? null };
      tx.tables.audit.append({ kind: "photo", by: { person, device }, facts }, now());
    });
  }

  private spend(person: PersonId): void {
    const now = this.now();
    for (const [each, until] of this.spent) if (until <= now) this.spent.delete(each);
    const until = Math.max(this.spent.get(person) ?? 0, now) + MORE_MS;
    const wait = until - now - CHANGES * MORE_MS;
    if (wait > 0)
      throw new AppError("wait", "You have changed your photo several times. Try again later.", { retryAfter: wait });
    this.spent.set(person, until);
  }
}

function read(given: unknown): Omit<Photo, "person"> {
  if (given === null) return { type: "image/jpeg", bytes: "" };
  const { type, bytes } = (given ?? {}) as { type?: unknown; bytes?: unknown };
  if ((type !== "image/jpeg" && type !== "image/webp") || typeof bytes !== "string" || bytes === "")
    throw new AppError("fix", "A photo is a JPEG or a WebP.");
  return { type, bytes };
}
