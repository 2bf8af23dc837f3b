import type { DirectoryBody } from "#protocol/directory-body";
import {
  type Entry,
  type Issued,
  issuedText,
  type Person,
  type Photo,
  type PostCard,
  type PostId,
  provinceKeyText,
  type UnitId,
} from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province, provinceOf } from "#protocol/ids";
import type { SignedOrder } from "#protocol/order";
import { encodeRecord, KIND, MAX_BODY, SCHEME } from "#protocol/record";
import { effectOf } from "../administration/effect.ts";
import { momentOf } from "../administration/second-hand.ts";
import type { Opening } from "../again.ts";
import type { HybridClock, Now } from "../clock.ts";
import { AppError } from "../error.ts";
import type { Signer, Store, Tx } from "../ports.ts";
import { isDirectoryBody } from "./body-shape.ts";
import { DEVICE_ID_RULES } from "./device-id.ts";
import { withOwnTurn } from "./device-turn.ts";
import { whyNot } from "./own-part.ts";
import { putEntry, standing } from "./put-entry.ts";
import { chargesAt, inWords, unitInWords } from "./words.ts";

/** The rules by which this version judges what its own province says (R101); the newest of them. */
const RULES = DEVICE_ID_RULES;
const MAX_FOUND = 50;
/** What a body holds beside its entries: names, times and the signature. */
const AROUND = 512;

/** People, posts, units and devices: every province writes its own part, and all provinces read all of it. */
export class Directory {
  constructor(
    private readonly store: Store,
    private readonly clock: HybridClock,
    private readonly now: Now,
    /** every province of the fleet, this one included */
    private readonly provinces: () => readonly Province[],
    /** with this province's key */
    private readonly signer: Signer,
  ) {}

  person(id: PersonId): Person | undefined {
    const person = this.store.person(id);
    return person && this.inWords(person);
  }

  people(ids: readonly PersonId[]): Person[] {
    return ids.flatMap((id) => this.person(id) ?? []);
  }

  photo(id: PersonId): Photo | null {
    const photo = this.store.tables.offices.photo(id);
    return photo && photo.bytes !== "" ? photo : null;
  }

  find(text: string, limit = 20): Person[] {
    return this.store.search(text, Math.min(limit, MAX_FOUND)).map((person) => this.inWords(person));
  }

  /** Posts as they are shown: with unit and present holders; unknown ones are left out. */
  postCards(ids: readonly PostId[]): PostCard[] {
    const { offices } = this.store.tables;
    return ids.flatMap((id) => {
      const post = offices.post(id);
      const unit = post && unitInWords(post.unit, offices);
      if (!post || !unit) return [];
      const holders = offices.holders(id, this.now()).flatMap(({ person, kind }) => {
        const found = this.person(person);
        return found ? [{ person: found, kind }] : [];
      });
      return [{ post, unit, holders }];
    });
  }

  findPosts(text: string, limit = 10): PostCard[] {
    const found = this.store.tables.offices.findPosts(text, Math.min(limit, MAX_FOUND));
    return this.postCards(found.map(({ id }) => id));
  }

  /** The unit and all below it. */
  unitsUnder(unit: UnitId): ReadonlySet<UnitId> {
    return this.store.tables.offices.unitsUnder(unit);
  }

  /** The units that a person belongs to: what an administrator's scope and a wave go by. */
  scopeOf(id: PersonId): UnitId[] {
    const person = this.store.person(id);
    if (!person) return [];
    if (person.unitId !== undefined) return [person.unitId];
    const { offices } = this.store.tables;
    const units = chargesAt(person, this.now(), offices).flatMap(({ post }) => offices.post(post)?.unit ?? []);
    return [...new Set(units)];
  }

  /**
   * The operator's entry of one person.
   * @throws AppError fix for a person of another province
   */
  async put(person: Person): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) => this.issue(tx, "operator", [{ person }]));
  }

  /** Publishes this province's key where that was not done yet; to be called once at the start. */
  async publishKey(): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) => this.ensureKey(tx));
  }

  /**
   * Says again which devices of another province are shut out: its node came back from an older backup, and may have
   * forgotten it.
   */
  async remind(province: Province): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) =>
      this.issue(
        tx,
        "revocation",
        tx.tables.offices
          .shutOutOf(province)
          .filter(({ undone }) => !undone?.includes(this.store.province))
          .map((device) => ({ device })),
      ),
    );
  }

  /**
   * Puts entries without an administrator's hand on them, signed by the province, in as many events as they need.
   * @throws AppError fix for an entry that this province may not put; the whole transaction is to fail with it
   */
  issue(tx: Tx, by: Issued["by"], entries: readonly Entry[]): void {
    this.ensureKey(tx);
    const { province } = this.store;
    for (const part of inParts(entries.map((entry) => this.ownWord(tx, entry)))) {
      const content = { by, at: this.now(), entries: part };
      this.append(tx, null, { issued: { ...content, signature: this.signer.sign(issuedText(province, content)) } });
      this.place(tx, part, content.at);
    }
  }

  /**
   * Carries out an order that was judged: appends it and puts what follows from it. Devices that it shuts out or lets back
   * are issued by the province, with their turns: only it knows how often each was shut out when the order was given.
   * @returns the entries as they were before, without those that are new
   * @throws AppError fix for what cannot be put, or does not fit into one event
   */
  carryOut(tx: Tx, order: SignedOrder): Entry[] {
    this.ensureKey(tx);
    const { store } = this;
    const effect = effectOf(order.act, {
      offices: tx.tables.offices,
      person: (id) => store.person(id),
      device: (id) => store.device(id),
    });
    const before = effect.flatMap((entry) => standing(entry, tx, store) ?? []);
    this.append(tx, order.person, { order });
    const devices = effect.filter((entry) => "device" in entry);
    this.place(
      tx,
      effect.filter((entry) => !("device" in entry)),
      momentOf(order),
    );
    if (devices.length > 0) this.issue(tx, "revocation", devices);
    return before;
  }

  /** Writes any other word of this province (`head`, `witness`) into its part of the log. @param by null: the node itself */
  log(tx: Tx, by: PersonId | null, body: DirectoryBody): void {
    this.ensureKey(tx);
    this.append(tx, by, body);
  }

  private ownWord(tx: Tx, entry: Entry): Entry {
    const { store } = this;
    if (!("device" in entry) || store.person(entry.device.person)?.province !== store.province) return entry;
    const own = tx.tables.offices.turns(entry.device).get(store.province) ?? 0;
    return { device: withOwnTurn(entry.device, store.device(entry.device.id), own) };
  }

  private inWords(person: Person): Person {
    return inWords(person, this.now(), this.store.tables.offices);
  }

  private place(tx: Tx, entries: readonly Entry[], at: number): void {
    const { store } = this;
    const now = {
      offices: tx.tables.offices,
      person: (id: PersonId) => store.person(id),
      device: (id: string) => store.device(id),
    };
    for (const entry of entries) {
      const why = whyNot(entry, store.province, now);
      if (why !== undefined) throw new AppError("fix", why);
      putEntry(tx, entry, store.province, store, at);
    }
  }

  /**
   * The key stands before all that is signed with it, once in each life of the folder: what is judged by what came before
   * must not come before it at a replica that is new. It says again, with the same key, when orders are judged by newer
   * rules from here on (R101): older nodes take it as the key that they know.
   */
  private ensureKey(tx: Tx): void {
    const { offices } = tx.tables;
    const { province } = this.store;
    const { key } = this.signer;
    const known = offices.provinceKey(province);
    const isSaid = known === key && tx.head(DIRECTORY_ROOM, this.store.origin).n > 0;
    if (isSaid && offices.rules(province) >= RULES) return;
    if (known !== undefined && known !== key)
      throw new Error("The province's key in this folder is not the one that it published.");
    const earlier = [...this.store.heads(DIRECTORY_ROOM)].filter(
      ([origin, { n }]) => provinceOf(origin) === province && origin !== this.store.origin && n > 0,
    );
    const follows = Object.fromEntries(earlier.map(([origin, { n }]) => [origin, n]));
    this.append(tx, null, { key: { ...this.publicKey(), ...(earlier.length > 0 && { follows }), rules: RULES } });
    offices.putProvinceKey(province, key, RULES);
  }

  /** What stands first in the directory's log when a new life begins (R81). */
  readonly opening: Opening = (follows) => {
    const { province } = this.store;
    const { offices } = this.store.tables;
    if (offices.provinceKey(province) === undefined) return undefined;
    // A new life goes on by the rules that the former one said it goes by (R101).
    const rules = offices.rules(province);
    const record = this.record(null, {
      key: {
        ...this.publicKey(),
        ...(Object.keys(follows).length > 0 && { follows }),
        ...(rules > 1 && { rules }),
      },
    });
    return { record, stamp: this.clock.next(), dests: this.others() };
  };

  private publicKey() {
    const { province } = this.store;
    const { key } = this.signer;
    return { province, key, signature: this.signer.sign(provinceKeyText({ province, key })) };
  }

  private others(): Province[] {
    return this.provinces().filter((province) => province !== this.store.province);
  }

  private append(tx: Tx, by: PersonId | null, content: DirectoryBody): void {
    tx.append(this.record(by, content), this.clock.next(), this.others());
  }

  private record(by: PersonId | null, content: DirectoryBody): Uint8Array {
    if (!isDirectoryBody(content)) throw new AppError("fix", "Something is malformed, or something in it is too long.");
    const body = new TextEncoder().encode(JSON.stringify(content));
    if (body.length > MAX_BODY) throw new AppError("fix", "This is too much at once. Do it in several parts.");
    const event = {
      id: mintId(this.now()),
      room: DIRECTORY_ROOM,
      sender: by ?? DIRECTORY_ROOM,
      device: "order" in content ? content.order.device : DIRECTORY_ROOM,
      kind: KIND.directory,
      scheme: SCHEME.directory,
      body,
    };
    return encodeRecord(event);
  }
}

/** Entries in their order, as many together as one event holds. */
function inParts(entries: readonly Entry[]): Entry[][] {
  const parts: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (size > room) {
      parts.push([]);
      room = MAX_BODY - AROUND;
    }
    room -= size;
    parts.at(-1)?.push(entry);
  }
  return parts;
}
