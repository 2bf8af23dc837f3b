import type { Database } from "bun:sqlite";
import type {
  Charge,
  ChargeId,
  Device,
  Entry,
  Grant,
  GrantId,
  Person,
  Photo,
  Post,
  PostId,
  Unit,
  UnitId,
  Wave,
  WaveId,
} from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import type { Turns } from "../domain/directory/device-turn.ts";
import type { OfficesTx } from "../domain/directory/ports.ts";
import { officeStatements } from "./offices-statements.ts";
import { PostSearch } from "./post-search.ts";

/** Units, posts, charges, waves, roles, photos and the provinces' keys: read from the file each time. */
export class OfficeTable implements OfficesTx {
  private readonly sql: ReturnType<typeof officeStatements>;
  private readonly search: PostSearch;
  constructor(db: Database) {
    this.sql = officeStatements(db);
    this.search = new PostSearch(db);
  }

  unit(id: UnitId): Unit | undefined {
    return one(this.sql.unit.get(id));
  }
  units(province: Province): Unit[] {
    return all(this.sql.units.all(province));
  }
  unitsUnder(id: UnitId): ReadonlySet<UnitId> {
    return new Set(this.sql.unitsUnder.all(id).map((row) => row.id));
  }
  levelsUnder(id: UnitId): number {
    return this.sql.levelsUnder.get(id)?.levels ?? 0;
  }

  post(id: PostId): Post | undefined {
    return one(this.sql.post.get(id));
  }
  posts(where: { province?: Province; unit?: UnitId; after?: PostId; limit: number }): Post[] {
    const { province, unit, after = "", limit } = where;
    if (unit !== undefined) {
      const found = all<Post>(this.sql.postsOfUnit.all(unit, after, limit));
      return province === undefined ? found : found.filter((post) => post.province === province);
    }
    return all(
      province === undefined ? this.sql.posts.all(after, limit) : this.sql.postsOf.all(province, after, limit),
    );
  }

  findPosts(text: string, limit: number): Post[] {
    return this.search.find(text, limit);
  }

  charge(id: ChargeId): Charge | undefined {
    return one(this.sql.charge.get(id));
  }
  chargesOfPost(post: PostId): Charge[] {
    return all(this.sql.chargesOfPost.all(post));
  }
  chargesOf(person: PersonId): Charge[] {
    return all(this.sql.chargesOf.all(person));
  }
  holders(post: PostId, at: number): Charge[] {
    return all(this.sql.holders.all(post, at, at));
  }
  everHeld(post: PostId, person: PersonId): boolean {
    return this.sql.everHeld.get(person, post) !== null;
  }
  nextChange(after: number): number | undefined {
    const { begins, ends } = this.sql.nextChange.get(after, after) as { begins: number | null; ends: number | null };
    const next = Math.min(begins ?? Number.POSITIVE_INFINITY, ends ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(next) ? next : undefined;
  }
  changing(from: number, to: number): Charge[] {
    return all(this.sql.changing.all(from, to, from, to));
  }

  wave(id: WaveId): Wave | undefined {
    return one(this.sql.wave.get(id));
  }
  waves(province: Province): Wave[] {
    return all(this.sql.waves.all(province));
  }

  grant(id: GrantId): Grant | undefined {
    return one(this.sql.role.get(id));
  }
  grantsOf(person: PersonId): Grant[] {
    return all(this.sql.rolesOf.all(person));
  }
  grants(province: Province): Grant[] {
    return all(this.sql.roles.all(province));
  }

  photo(person: PersonId): Photo | undefined {
    return one(this.sql.photo.get(person));
  }

  personByNumber(province: Province, number: string): Person | undefined {
    return one(this.sql.byNumber.get(province, number));
  }
  personByContact(province: Province, contact: string): Person | undefined {
    const rows = contact.includes("@")
      ? this.sql.byEmail.all(province, contact)
      : this.sql.byMobile.all(province, contact);
    // An address that several share names nobody.
    return rows.length === 1 ? one(rows[0]) : undefined;
  }
  peopleAfter(province: Province, after: PersonId, limit: number): Person[] {
    return all(this.sql.peopleAfter.all(province, after, limit));
  }
  countPeople(province: Province): number {
    return this.sql.countPeople.get(province)?.n ?? 0;
  }
  countByUnit(province: Province, under: UnitId): { unit: UnitId; n: number }[] {
    return this.sql.countByUnit.all(under, province).filter(({ n }) => n > 0);
  }
  peoplePage(where: { province: Province; unit?: UnitId }, from: number, limit: number): Person[] {
    const { province, unit } = where;
    return all(
      unit === undefined
        ? this.sql.peoplePage.all(province, limit, from)
        : this.sql.peoplePageOfUnit.all(unit, province, limit, from),
    );
  }

  shutOutOf(province: Province): Device[] {
    return all(this.sql.shutOutOf.all(province));
  }
  wasGiven(post: PostId): boolean {
    return this.sql.wasGiven.get(post) !== null;
  }
  entered(kind: "person" | "post" | "device", id: string): number | undefined {
    return this.sql.entered.get(kind, id)?.at;
  }
  provinceKey(province: Province): string | undefined {
    return this.sql.provinceKey.get(province)?.key;
  }
  rules(province: Province): number {
    return this.sql.provinceKey.get(province)?.rules ?? 1;
  }
  turns({ id, person, key }: Pick<Device, "id" | "person" | "key">): Turns {
    return new Map(this.sql.turns.all(id, person, key).map(({ province, turn }) => [province, turn]));
  }

  putUnit(unit: Unit): void {
    this.sql.putUnit.run(unit.id, unit.province, unit.parent, JSON.stringify(unit));
  }
  putPost(post: Post): void {
    this.sql.putPost.run(post.id, post.province, post.unit, Number(post.closed === true), JSON.stringify(post));
    this.search.put(post);
  }
  putCharge(charge: Charge): void {
    const { id, post, person, from, to, cancelled } = charge;
    this.sql.putCharge.run(id, post, person, from, to, Number(cancelled === true), JSON.stringify(charge));
    this.sql.putHeld.run(person, post);
  }
  putWave(wave: Wave): void {
    this.sql.putWave.run(wave.id, wave.province, wave.place, JSON.stringify(wave));
  }
  putGrant(grant: Grant): void {
    this.sql.putRole.run(grant.id, grant.person, JSON.stringify(grant));
  }
  putPhoto(photo: Photo): void {
    this.sql.putPhoto.run(photo.person, JSON.stringify(photo));
  }
  putEntered(kind: "person" | "post" | "device", id: string, at: number): void {
    this.sql.putEntered.run(kind, id, at);
  }
  putProvinceKey(province: Province, key: string, rules: number): void {
    this.sql.putProvinceKey.run(province, key, rules);
  }
  putTurn({ id, person, key }: Pick<Device, "id" | "person" | "key">, province: Province, turn: number): void {
    this.sql.putTurn.run(id, person, key, province, turn);
  }
}

/** The same table within one transaction, which tells of what is put. */
export const tellingOffices = (table: OfficesTx, tell: (entry: Entry) => void): OfficesTx => {
  const put =
    <T>(work: (value: T) => void, entry: (value: T) => Entry) =>
    (value: T): void => {
      work.call(table, value);
      tell(entry(value));
    };
  return Object.assign(Object.create(table) as OfficesTx, {
    putUnit: put(table.putUnit, (unit: Unit) => ({ unit })),
    putPost: put(table.putPost, (post: Post) => ({ post })),
    putCharge: put(table.putCharge, (charge: Charge) => ({ charge })),
    putWave: put(table.putWave, (wave: Wave) => ({ wave })),
    putGrant: put(table.putGrant, (grant: Grant) => ({ grant })),
    putPhoto: put(table.putPhoto, (photo: Photo) => ({ photo })),
  });
};

type Row = { json: string } | null | undefined;
const one = <T>(row: Row): T | undefined => (row ? (JSON.parse(row.json) as T) : undefined);
const all = <T>(rows: readonly { json: string }[]): T[] => rows.map((row) => JSON.parse(row.json) as T);
