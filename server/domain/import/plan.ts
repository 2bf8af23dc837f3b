import type { RefusedRow } from "#protocol/admin";
import type { Bilingual, Charge, Entry, Person, Post, PostId, Unit, UnitId } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import { SECOND_NEEDED } from "../administration/second-hand.ts";
import type { Offices } from "../directory/ports.ts";
import { chargeIdOf, nameOf, personIdOf, postIdOf, unclaimed, unitIdOf } from "./ids.ts";
import type { Row } from "./row.ts";

/** What the directory holds already. */
export interface Ground {
  province: Province;
  offices: Offices;
  person(id: PersonId): Person | undefined;
  /** milliseconds since 1970 */
  now: number;
  /** rows may retire and remove people */
  removals: boolean;
  /** a row's contact is all there is: what it leaves out is taken away */
  wholeContact?: boolean;
  /** whether a charge may be given from here; absent: whoever orders it is judged later */
  mayCharge?: (charge: Charge) => boolean;
}

export interface Plan {
  /** what is new or changed, in an order in which each refers to what stands before it */
  entries: Entry[];
  /** of them, how many are new */
  fresh: number;
  refused: RefusedRow[];
  /** rows that change nothing */
  same: number;
}

/** What a file's rows would change. Changes nothing itself. */
export function planRows(rows: readonly Row[], ground: Ground): Plan {
  const planner = new Planner(ground);
  for (const row of rows) planner.take(row);
  const { fresh, refused, same } = planner;
  return { entries: planner.drain(), fresh, refused, same };
}

/** Reads rows one by one, so that a long file can be worked through in pieces. */
export class Planner {
  private entries = new Map<string, Entry>();
  readonly refused: RefusedRow[] = [];
  fresh = 0;
  same = 0;
  private readonly units: Map<string, Unit>;
  private readonly posts = new Map<UnitId, Map<string, Post>>();
  private readonly numbered = new Map<PostId, Post>();
  private readonly lines = new Map<PersonId, Row>();

  constructor(private readonly ground: Ground) {
    const open = ground.offices.units(ground.province).filter(({ closed }) => !closed);
    this.units = new Map(open.map((unit) => [unitKey(unit.parent, unit.name), unit]));
  }

  /** The entries since the last call, each after those that it refers to. */
  drain(): Entry[] {
    const entries = [...this.entries.values()];
    this.entries = new Map();
    return entries;
  }

  take(row: Row): void {
    const before = this.entries.size;
    const why = this.mistake(row);
    if (why) {
      this.refused.push({ line: row.line, ...why });
      return;
    }
    const unit = this.unit(row.unit);
    const person = this.person(row, unit);
    const given = !row.post || !unit || this.charge(row, person, this.post(row, row.post, unit));
    if (!given) this.refused.push({ line: row.line, column: "post", why: SECOND_NEEDED });
    this.lines.set(person, row);
    if (given && this.entries.size === before) this.same++;
  }

  private mistake(row: Row): Omit<RefusedRow, "line"> | undefined {
    const { offices, province, removals } = this.ground;
    const known = offices.personByNumber(province, row.number);
    const id = known?.id ?? this.newPerson(row.number);
    const earlier = this.lines.get(id);
    // With the number its former holder would come back, devices and all.
    if (!known && !removals && this.ground.person(id))
      return { column: "number", why: `The number ${row.number} was that of somebody who was removed.` };
    if (earlier && (earlier.name.en !== row.name.en || !row.post))
      return { column: "number", why: `The number ${row.number} stands in line ${earlier.line} already.` };
    if (row.state && row.state !== (known?.state ?? "active") && !removals)
      return { column: "state", why: "People are retired, removed and brought back by an order, not by an import." };
    return undefined;
  }

  private unit(path: readonly Bilingual[]): UnitId | null {
    let parent: UnitId | null = null;
    for (const [depth, name] of path.entries()) {
      const known = this.units.get(unitKey(parent, name));
      const id: UnitId = known?.id ?? this.newUnit(parent, name);
      const unit: Unit = known
        ? { ...known, name: named(known.name, name) }
        : { id, province: this.ground.province, parent, kind: kindOf(this.ground.province, depth), name };
      this.units.set(unitKey(parent, name), unit);
      this.put({ unit }, known);
      parent = id;
    }
    return parent;
  }

  private person(row: Row, unit: UnitId | null): PersonId {
    const { offices, province } = this.ground;
    const { number, name, grade, contact, state } = row;
    const known = offices.personByNumber(province, number);
    const id = known?.id ?? this.newPerson(number);
    if (this.lines.has(id)) return id;
    const none = { en: "", ur: "" };
    const { contact: knownContact, ...before } = known ?? { id, province, post: none, unit: none };
    const whole = this.ground.wholeContact ? contact : { ...knownContact, ...contact };
    const person: Person = {
      ...before,
      name: known ? named(known.name, name) : name,
      // Where somebody sits follows from the regular post, not from a charge held beside it.
      ...(unit && (row.charge === "regular" || !known?.unitId) && { unitId: unit }),
      ...(grade !== undefined && { grade }),
      number,
      ...(Object.keys(whole).length > 0 && { contact: whole }),
      ...(state && (state !== "active" || known?.state) && { state }),
    };
    this.put({ person }, known);
    return id;
  }

  private post(row: Row, title: Bilingual, unit: UnitId): Post {
    // Posts of one title are told apart by a number that their ids alone know.
    const { offices, province } = this.ground;
    const id = unclaimed(postIdOf(unit, title, row.postNumber), province, (post) => offices.post(post)?.province);
    const titled = row.postNumber ? undefined : this.postsOf(unit).get(nameOf(title));
    const known = titled ?? this.numbered.get(id) ?? this.ground.offices.post(id);
    const { grade } = row;
    const post: Post = known
      ? { ...known, title: named(known.title, title) }
      : { id, province: this.ground.province, unit, title, ...(grade !== undefined && { grade }) };
    if (row.postNumber) this.numbered.set(id, post);
    else this.postsOf(unit).set(nameOf(title), post);
    this.put({ post }, known);
    return post;
  }

  /**
   * A post that is held already stays held; another regular one is handed over on the day on which this one begins.
   * @returns false where it may not be given from here: nothing of it is
   */
  private charge(row: Row, person: PersonId, post: Post): boolean {
    const { offices, now, province } = this.ground;
    const from = row.from ?? now;
    const { to, charge: kind, order } = row;
    const fresh = unclaimed(chargeIdOf(person, post.id, from), province, (charge) => {
      const taken = offices.charge(charge);
      return taken && offices.post(taken.post)?.province;
    });
    const held = offices.chargesOf(person).filter((charge) => charge.to === null || charge.to > from);
    const known =
      held.find((charge) => charge.post === post.id && (row.from === null || charge.from === row.from)) ??
      offices.charge(fresh);
    const id = known?.id ?? fresh;
    const words = order || known?.order;
    const charge: Charge = {
      ...{ id, post: post.id, person, kind },
      from: known?.from ?? from,
      to,
      ...(words && { order: words }),
    };
    if ((!known || !isSame(known, charge)) && this.ground.mayCharge?.(charge) === false) return false;
    if (kind === "regular")
      for (const other of held)
        if (other.kind === "regular" && other.post !== post.id && other.from < charge.from)
          this.put({ charge: { ...other, to: charge.from } }, other);
    this.put({ charge }, known);
    return true;
  }

  private newPerson(number: string): PersonId {
    const { person, province } = this.ground;
    return unclaimed(personIdOf(province, number), province, (id) => person(id)?.province);
  }

  private newUnit(parent: UnitId | null, name: Bilingual): UnitId {
    const { offices, province } = this.ground;
    return unclaimed(unitIdOf(province, parent, name), province, (id) => offices.unit(id)?.province);
  }

  private postsOf(unit: UnitId): Map<string, Post> {
    let posts = this.posts.get(unit);
    if (!posts) {
      const open = this.ground.offices.posts({ unit, limit: 100_000 }).filter(({ closed }) => !closed);
      posts = new Map(open.map((post) => [nameOf(post.title), post]));
      this.posts.set(unit, posts);
    }
    return posts;
  }

  /** Keeps an entry that differs from what is known. */
  private put(entry: Entry, known: object | undefined): void {
    const [[kind, thing] = ["", undefined]] = Object.entries(entry) as [string, { id: string }][];
    if (!thing || (known && isSame(known, thing))) return;
    const key = `${kind} ${thing.id}`;
    if (!known && !this.entries.has(key)) this.fresh++;
    this.entries.set(key, entry);
  }
}

const unitKey = (parent: UnitId | null, name: Bilingual): string => `${parent ?? ""} ${nameOf(name)}`;

/** A file without Urdu repeats the English: that is no reason to lose the Urdu that is known. */
const named = (known: Bilingual, given: Bilingual): Bilingual =>
  given.en === given.ur && known.en === given.en ? known : given;

const kindOf = (province: Province, depth: number): Unit["kind"] =>
  province === "is"
    ? ((["ministry", "wing", "section"] as const)[depth] ?? "office")
    : ((["department", "division", "district"] as const)[depth] ?? "office");

function isSame(known: object, thing: object): boolean {
  const sorted = (value: object) =>
    JSON.stringify(value, (_key, item) =>
      item && typeof item === "object" && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    );
  return sorted(known) === sorted(thing);
}
