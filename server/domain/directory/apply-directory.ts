import { headText, witnessText } from "#protocol/audit";
import type { DirectoryBody } from "#protocol/directory-body";
import { type Entry, issuedText, type ProvinceKey, provinceKeyText } from "#protocol/directory";
import { DIRECTORY_ROOM, type Origin, type Province, provinceOf } from "#protocol/ids";
import type { SignedOrder } from "#protocol/order";
import { effectOf } from "../administration/effect.ts";
import { judgeOrder } from "../administration/rights.ts";
import { momentOf } from "../administration/second-hand.ts";
import type { World } from "../administration/world.ts";
import type { Store, Tx, VerifyNow } from "../ports.ts";
import { isDirectoryBody } from "./body-shape.ts";
import { isObject } from "./entry-shape.ts";
import type { Offices } from "./ports.ts";
import { whyNot } from "./own-part.ts";
import { isSameDevice } from "./device-id.ts";
import { putEntry } from "./put-entry.ts";

/**
 * `shut-out`: taken, and a device of this province's people is shut out by it. `undone`: it shuts out a device whose home undid
 * that province's word on it, so nothing happens. `refused`: not all of it may be said.
 */
export type Heard = "taken" | "shut-out" | "undone" | "refused";

/**
 * Does what a directory event of another province says, as far as that province may say it. All
 * that is judged by comes from that province's own log, in its order, so every replica does the same.
 * @param now this node's time; null where it is read a second time: what came after it is known already, and rules 2 ask
 *   for what was there before
 */
export function applyBody(
  tx: Tx,
  body: unknown,
  from: Province,
  store: Store,
  verify: VerifyNow,
  now: number | null,
): Heard {
  if (!isDirectoryBody(body)) return "refused";
  const applier = new DirectoryApplier(tx, from, store, verify, now);
  const isSound = applier.take(body);
  return isSound ? applier.heard : "refused";
}

/**
 * As `applyBody`, of what this province had said itself and forgotten: of entries and orders alone, and only where it has said
 * nothing since. Its audit heads are of a log that is gone, and what it witnessed it may witness again.
 * @param said `wordsIn` of what it said since
 */
export function applyReturned(tx: Tx, body: unknown, store: Store, verify: VerifyNow, said: ReadonlySet<string>): void {
  if (!isDirectoryBody(body) || "head" in body || "witness" in body || "key" in body) return;
  new DirectoryApplier(tx, store.province, store, verify, null, said).take(body);
}

/** What an event says something of: one word for each entry that it puts. */
export function wordsIn(body: unknown, tx: Tx, store: Store): string[] {
  if (!isDirectoryBody(body)) return [];
  if ("issued" in body) return body.issued.entries.map(wordOf);
  if (!("order" in body)) return [];
  const world = {
    offices: tx.tables.offices,
    person: (id: string) => store.person(id),
    device: (id: string) => store.device(id),
  };
  return effectOf(body.order.act, world).map(wordOf);
}

function wordOf(entry: Entry): string {
  if ("photo" in entry) return `photo ${entry.photo.person}`;
  const [[kind, { id }]] = Object.entries(entry) as [[string, { id: string }]];
  return `${kind} ${id}`;
}

/**
 * What a new life of a province's folder says rests on its earlier lives: until they are here it waits, as a gap does, or
 * what it says of them would be refused for good.
 */
export function isEarly(tx: Tx, body: unknown, from: Province): boolean {
  if (!isObject(body) || !("key" in body) || !isDirectoryBody(body)) return false;
  return Object.entries(body.key.follows ?? {}).some(
    ([origin, n]) => provinceOf(origin) === from && tx.head(DIRECTORY_ROOM, origin).n < n,
  );
}

/** Whether a new life of a province's folder begins without what the province had said here before: it lost that. */
export function hasForgotten(body: unknown, origin: Origin, store: Store): boolean {
  if (!isObject(body) || !("key" in body) || !isDirectoryBody(body)) return false;
  const { follows = {} } = body.key;
  return [...store.heads(DIRECTORY_ROOM)].some(
    ([life, { n }]) => life !== origin && provinceOf(life) === provinceOf(origin) && n > (follows[life] ?? 0),
  );
}

class DirectoryApplier {
  /** undefined until the province has published it */
  private readonly key: string | undefined;
  /** what came of it, where all of it may be said */
  heard: Exclude<Heard, "refused"> = "taken";

  constructor(
    private readonly tx: Tx,
    private readonly from: Province,
    private readonly store: Store,
    private readonly verify: VerifyNow,
    private readonly now: number | null,
    /** of what is said of these nothing is put */
    private readonly said: ReadonlySet<string> = new Set(),
  ) {
    this.key = tx.tables.offices.provinceKey(from);
  }

  take(body: DirectoryBody): boolean {
    if ("key" in body) return this.takeKey(body.key);
    if ("issued" in body) {
      const { issued } = body;
      return this.isSigned(issuedText(this.from, issued), issued.signature) && this.put(issued.entries, issued.at);
    }
    if ("order" in body) return this.takeOrder(body.order);
    if ("head" in body) {
      const { head } = body;
      if (head.province !== this.from || !this.isSigned(headText(head), head.signature)) return false;
      this.tx.tables.audit.putHead(head);
      return true;
    }
    if ("witness" in body) {
      const { witness } = body;
      if (witness.witness !== this.from || !this.isSigned(witnessText(witness), witness.signature)) return false;
      this.tx.tables.audit.putWitness(witness);
      return true;
    }
    // Version 0.2 signed nothing: what it wrote lies before the province's key in the log.
    return this.key === undefined && this.put([body], 0);
  }

  /** The first key of a province stands; another one must be signed with it. */
  private takeKey({ province, key, signature, rules = 1 }: ProvinceKey): boolean {
    if (province !== this.from || !this.verify(this.key ?? key, provinceKeyText({ province, key }), signature))
      return false;
    this.tx.tables.offices.putProvinceKey(province, key, rules);
    return true;
  }

  /**
   * Which devices an order shuts out or lets back stands in what its province issues with it (see `Directory.carryOut`):
   * another province may have shut one out meanwhile, and replicas may hear of the two in either order. For the same
   * reason nothing here rests on whether the administrator's device is shut out: its own province judged that.
   */
  private takeOrder(order: SignedOrder): boolean {
    const world = this.world();
    if (this.key === undefined || judgeOrder(order, world).is !== "sound") return false;
    return this.put(
      effectOf(order.act, world).filter((entry) => !("device" in entry)),
      momentOf(order),
    );
  }

  /** What may not be put is left out; the rest stands. */
  private put(entries: readonly Entry[], at: number): boolean {
    let sound = true;
    for (const entry of entries) {
      if (this.said.has(wordOf(entry))) continue;
      if (this.isUndone(entry)) this.heard = "undone";
      else if (whyNot(entry, this.from, this.world()) === undefined) this.putOne(entry, at);
      else sound = false;
    }
    return sound;
  }

  private isUndone(entry: Entry): boolean {
    if (!("device" in entry) || !entry.device.revoked) return false;
    const present = this.store.device(entry.device.id);
    return !!present?.undone?.includes(this.from) && isSameDevice(present, entry.device);
  }

  /** Who was shut out, and by whom, its home's administrators must be able to look up: only they undo it (R205). */
  private putOne(entry: Entry, at: number): void {
    const { tx, from, store } = this;
    const wasIn = "device" in entry && store.device(entry.device.id)?.revoked === false;
    putEntry(tx, entry, from, store, at);
    if (!wasIn || this.now === null) return;
    const { id, person } = entry.device;
    if (!store.device(id)?.revoked || store.person(person)?.province !== store.province) return;
    this.heard = "shut-out";
    tx.tables.audit.append({ kind: "revoked", by: { node: from }, facts: { person, device: id } }, this.now);
  }

  private isSigned(text: string, signature: string): boolean {
    return this.key !== undefined && this.verify(this.key, text, signature);
  }

  private world(): World {
    const { store, verify, from: province } = this;
    const { offices } = this.tx.tables;
    return {
      offices: this.now === null ? Object.assign(Object.create(offices) as Offices, { rules: () => 1 }) : offices,
      person: (id) => store.person(id),
      device: (id) => {
        const device = store.device(id);
        return device && { ...device, revoked: false };
      },
      wasInside: (id) => store.devicesOf(id).length > 0,
      verify,
      province,
    };
  }
}
