import type { Photo } from "#protocol/directory";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Answer, Ask } from "../net/wire.ts";
import type { Vault } from "../platform/ports.ts";

/** Questions to the node at a time: photos wait for everything else. */
const AT_ONCE = 3;
const IN_MEMORY = 200;
/** on the device, 20 KiB each at most */
const KEPT = 400;
const LIST = "photos";

/** What an album needs of the model. */
interface Owner {
  readonly device: DeviceId | null;
  readonly platform: { vault: Vault };
  request(ask: Ask): Promise<Answer>;
}
type Picture = Omit<Photo, "person">;

/** Photos by the hash of their bytes, as addresses that hold the bytes themselves: nothing has to be given back. */
class Album {
  private readonly addresses = new Map<string, Promise<string | null>>();
  private readonly queue: (() => void)[] = [];
  private asking = 0;
  private keeping: Promise<unknown> = Promise.resolve();

  constructor(
    readonly device: DeviceId | null,
    private readonly owner: Owner,
  ) {}

  address(person: PersonId, hash: string): Promise<string | null> {
    const { addresses } = this;
    const found = addresses.get(hash) ?? this.find(person, hash);
    // The ones looked at last stand at the end.
    addresses.delete(hash);
    addresses.set(hash, found);
    for (const [oldest] of addresses) {
      if (addresses.size <= IN_MEMORY) break;
      addresses.delete(oldest);
    }
    return found;
  }

  private async find(person: PersonId, hash: string): Promise<string | null> {
    const { vault } = this.owner.platform;
    const kept = (await vault.get("meta", `photo ${hash}`).catch(() => undefined)) as Picture | undefined;
    const picture = kept ?? (await this.ask(person, hash).catch(() => null));
    if (picture) return `data:${picture.type};base64,${picture.bytes}`;
    // No node was there, or the photo is another one by now: the next look asks again.
    this.addresses.delete(hash);
    return null;
  }

  /** The last one wanted is the first one asked for: it is the one on the screen. */
  private async ask(person: PersonId, hash: string): Promise<Picture | null> {
    if (this.asking >= AT_ONCE) await new Promise<void>((go) => this.queue.push(go));
    this.asking++;
    try {
      const answer = await this.owner.request({ t: "photo", person });
      const photo = "t" in answer && answer.t === "photo" ? answer.photo : null;
      if (!photo || (await hashOf(photo.bytes)) !== hash) return null;
      const picture = { type: photo.type, bytes: photo.bytes };
      this.keeping = this.keeping.then(() => this.keep(hash, picture)).catch(() => {});
      return picture;
    } finally {
      this.asking--;
      this.queue.pop()?.();
    }
  }

  /** The oldest make room. What a vault refuses is asked for again another day. */
  private async keep(hash: string, picture: Picture): Promise<void> {
    const { device, platform } = this.owner;
    if (device !== this.device) return;
    const list = (((await platform.vault.get("meta", LIST)) ?? []) as string[]).filter((each) => each !== hash);
    list.push(hash);
    const gone = list.splice(0, Math.max(0, list.length - KEPT));
    await platform.vault.write([
      { table: "meta", key: `photo ${hash}`, value: picture },
      ...gone.map((each) => ({ table: "meta" as const, key: `photo ${each}`, value: undefined })),
      { table: "meta", key: LIST, value: list },
    ]);
  }
}

async function hashOf(bytes: string): Promise<string> {
  const file = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const albums = new WeakMap<Owner, Album>();

/** The photo's address; null where it cannot be had now. Whoever signs in next begins an album of their own. */
export function photoOf(owner: Owner, person: PersonId, hash: string): Promise<string | null> {
  let album = albums.get(owner);
  if (album?.device !== owner.device || !album) {
    album = new Album(owner.device, owner);
    albums.set(owner, album);
  }
  return album.address(person, hash);
}
