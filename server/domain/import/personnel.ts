import type { Bilingual, Charge, Entry, Person, PersonState, Scope, UnitId } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import { holdsRole } from "../administration/reach.ts";
import { chargeOpens } from "../administration/second-hand.ts";
import { worldOf } from "../administration/surroundings.ts";
import { TAKEN, takesContact } from "../administration/taken-contact.ts";
import type { Now } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import { AppError } from "../error.ts";
import type { Store, Tx } from "../ports.ts";
import { shutOut } from "../directory/device-turn.ts";
import { personIdOf } from "./ids.ts";
import { planRows } from "./plan.ts";
import { type Column, readRow } from "./row.ts";

/** Who shows a token that holds: a personnel system, and whose people it keeps. */
export interface TokenHolder {
  id: string;
  name: string;
  scope: Scope;
}

interface ScopeCount {
  units: readonly { unit: UnitId; n: number }[];
  total: number;
}

/** The directory as a personnel system keeps it, one person at a time, within the scope of its token. */
export class Personnel {
  /** by scope: as many as there are tokens */
  private readonly counts = new Map<string, ScopeCount>();

  constructor(
    private readonly store: Store,
    private readonly directory: Pick<Directory, "issue">,
    private readonly now: Now,
    /** the token's holder while it holds */
    readonly holder: (token: string) => TokenHolder | undefined,
  ) {
    store.onCommit(({ entries }) => {
      if (entries.some((entry) => "person" in entry || "unit" in entry)) this.counts.clear();
    });
  }

  /** Undefined for anybody outside the scope as well. */
  person(id: PersonId, { scope }: TokenHolder): Person | undefined {
    const person = this.store.person(id);
    return person && this.inScope(person, scope) ? person : undefined;
  }

  /** By unit and id; `total` counts all of the scope. What is not on the page is counted by the index, and not read. */
  list(from: number, count: number, { scope }: TokenHolder): { people: Person[]; total: number } {
    const { province, tables } = this.store;
    if ("province" in scope) {
      if (scope.province !== province) return { people: [], total: 0 };
      return { people: tables.offices.peoplePage({ province }, from, count), total: this.count(scope).total };
    }
    const { units, total } = this.count(scope);
    const people: Person[] = [];
    let before = 0;
    for (const { unit, n } of units) {
      const wanted = count - people.length;
      const skip = Math.max(0, from - before);
      if (wanted > 0 && skip < n) people.push(...tables.offices.peoplePage({ province, unit }, skip, wanted));
      before += n;
    }
    return { people, total };
  }

  /** How many people the scope has, and where; known until somebody of the directory changes. */
  private count(scope: Scope): ScopeCount {
    const { province, tables } = this.store;
    const key = JSON.stringify(scope);
    const known = this.counts.get(key);
    if (known) return known;
    const units = "unit" in scope ? tables.offices.countByUnit(province, scope.unit) : [];
    const total =
      "unit" in scope ? units.reduce((sum, { n }) => sum + n, 0) : tables.offices.countPeople(scope.province);
    const counted = { units, total };
    this.counts.set(key, counted);
    return counted;
  }

  match(attribute: string, value: string, { scope }: TokenHolder): { people: Person[]; total: number } {
    const { province, tables } = this.store;
    const found =
      attribute === "id"
        ? this.store.person(value.toLowerCase())
        : attribute.startsWith("emails")
          ? tables.offices.personByContact(province, value.toLowerCase())
          : tables.offices.personByNumber(province, value.toUpperCase());
    const people = found && this.inScope(found, scope) ? [found] : [];
    return { people, total: people.length };
  }

  /** The regular post and the unit of a person, in words. */
  words(person: Person): { title?: Bilingual; unit?: Bilingual } {
    const { offices } = this.store.tables;
    const now = this.now();
    const charge = offices
      .chargesOf(person.id)
      .find(({ kind, from, to }) => kind === "regular" && from <= now && (to === null || to > now));
    const post = charge && offices.post(charge.post);
    const steps: Bilingual[] = [];
    for (let id: UnitId | null | undefined = post?.unit ?? person.unitId; id && steps.length < 12; ) {
      const unit = offices.unit(id);
      if (unit) steps.unshift(unit.name);
      id = unit?.parent;
    }
    const path = (language: "en" | "ur") => steps.map((step) => step[language]).join(" > ");
    return {
      ...(post && { title: post.title }),
      ...(steps.length > 0 && { unit: { en: path("en"), ur: path("ur") } }),
    };
  }

  /**
   * Enters a person, or changes what the texts say of one.
   * @param fresh nobody may have this number yet
   * @throws AppError fix (with the column), conflict (the number is taken), forbidden (outside the scope)
   */
  async put(texts: Partial<Record<Column, string>>, fresh: boolean, holder: TokenHolder): Promise<Person> {
    const row = readRow({ line: 1, ...texts });
    if ("why" in row) throw new AppError("fix", `${row.column ?? "The person"}: ${row.why}`);
    const { province, tables } = this.store;
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const known = tables.offices.personByNumber(province, row.number);
      if (fresh && known) throw new AppError("conflict", "Somebody has this number already.");
      if (known && !this.inScope(known, holder.scope)) throw outside();
      const former = known ? undefined : this.store.person(personIdOf(province, row.number));
      if (former?.province === province && former.state === "removed")
        this.takeOnAgain(tx, former, row.name.en, holder);
      const world = worldOf({ store: this.store, verify: () => false });
      const mayCharge = (charge: Charge) => !chargeOpens(charge, this.now(), world);
      const ground = { province, offices: tables.offices, person: (id: PersonId) => this.store.person(id), mayCharge };
      const plan = planRows([row], { ...ground, now: this.now(), removals: !fresh, wholeContact: true });
      if (plan.refused[0]) throw new AppError("fix", plan.refused[0].why);
      this.issue(tx, plan.entries, holder, known ? "changed" : "entered");
      const person = tables.offices.personByNumber(province, row.number) as Person;
      // Judged by what it has become: the transaction is taken back with the refusal.
      if (!this.inScope(person, holder.scope)) throw outside();
      return person;
    });
  }

  /**
   * Somebody who was removed comes back under the old number and name: the same person, with their conversations, but
   * no device of before comes in again. Under another name the number may be a successor's, who must not find them.
   */
  private takeOnAgain(tx: Tx, former: Person, name: string, holder: TokenHolder): void {
    if (!this.inScope(former, holder.scope)) throw outside();
    if (former.name.en !== name)
      throw new AppError("conflict", "Somebody of another name, who was removed, had this number. Give a new number.");
    const { state: _, ...person } = former;
    const devices = this.store
      .devicesOf(former.id)
      .filter(({ revoked }) => !revoked)
      .map((device) => ({ device: shutOut(device) }));
    this.issue(tx, [{ person }, ...devices], holder, "active");
  }

  /** @throws AppError forbidden for somebody who administers: that takes an order */
  state(person: Person, state: PersonState, holder: TokenHolder): Promise<Person> {
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const changed: Person = { ...person, state };
      this.issue(tx, [{ person: changed }], holder, state);
      return changed;
    });
  }

  private issue(tx: Tx, entries: readonly Entry[], holder: TokenHolder, act: string): void {
    if (entries.length === 0) return;
    const now = this.now();
    if ("unit" in holder.scope) this.judgeWithin(entries, holder.scope.unit);
    const people = entries.flatMap((entry) => ("person" in entry ? [entry.person] : []));
    const { province, tables } = this.store;
    const world = { province, offices: tables.offices };
    // A role that is yet to begin counts as well: whoever could say where the invitation goes could have it.
    if (people.some(({ id }) => holdsRole(id, now, world)))
      throw new AppError("forbidden", "Who holds a role of administration is changed by an order.");
    if (takesContact(entries, now, world)) throw new AppError("forbidden", TAKEN);
    this.directory.issue(tx, "scim", entries);
    const facts = { act, entries: entries.length, ...(people[0] && { person: people[0].id }) };
    tx.tables.audit.append({ kind: "operator", by: { system: holder.name }, facts }, now);
  }

  /**
   * A token of a unit changes nothing beyond it on the way: not the words of a unit above, nor somebody who was removed
   * elsewhere and is known by the same number. What ends beyond it, such as a charge that is handed over, may end.
   */
  private judgeWithin(entries: readonly Entry[], unit: UnitId): void {
    const { offices } = this.store.tables;
    const under = new Set(offices.unitsUnder(unit));
    for (const entry of entries) {
      if ("unit" in entry) {
        const { id, parent } = entry.unit;
        if (!under.has(id) && !(parent !== null && under.has(parent) && !offices.unit(id))) throw outside();
        under.add(id);
      } else if ("post" in entry && !under.has(entry.post.unit)) throw outside();
      else if ("person" in entry) {
        const known = this.store.person(entry.person.id);
        if (known && !this.inScope(known, { unit })) throw outside();
      }
    }
  }

  private inScope(person: Person, scope: Scope): boolean {
    const { province, tables } = this.store;
    if (person.province !== province) return false;
    if ("province" in scope) return scope.province === province;
    // From the person up: a scope may have thousands of units below it.
    const passed = new Set<UnitId>();
    for (let at = person.unitId ?? null; at !== null && !passed.has(at); at = tables.offices.unit(at)?.parent ?? null) {
      if (at === scope.unit) return true;
      passed.add(at);
    }
    return false;
  }
}

const outside = () => new AppError("forbidden", "This person is outside the scope of the token.");
