import type {
  Charge,
  ChargeId,
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

/** Units, posts, charges, waves, grants, photos and the provinces' keys: replicated to every province. Reading. */
export interface Offices {
  unit(id: UnitId): Unit | undefined;
  units(province: Province): Unit[];
  /** the unit and all below it */
  unitsUnder(id: UnitId): ReadonlySet<UnitId>;
  post(id: PostId): Post | undefined;
  /** by id, behind `after`; closed ones left out unless asked for by `unit` */
  posts(where: { province?: Province; unit?: UnitId; after?: PostId; limit: number }): Post[];
  charge(id: ChargeId): Charge | undefined;
  /** past, present and future, without cancelled ones; by `from` */
  chargesOfPost(post: PostId): Charge[];
  chargesOf(person: PersonId): Charge[];
  /** charges of a post that hold at a moment, the regular one first */
  holders(post: PostId, at: number): Charge[];
  /** the next moment behind `after` at which a charge begins or ends; undefined where none is known */
  nextChange(after: number): number | undefined;
  /** charges that begin or end with `from` < moment ≤ `to` */
  changing(from: number, to: number): Charge[];
  wave(id: WaveId): Wave | undefined;
  /** by place */
  waves(province: Province): Wave[];
  grant(id: GrantId): Grant | undefined;
  grantsOf(person: PersonId): Grant[];
  /** grants to people of a province */
  grants(province: Province): Grant[];
  photo(person: PersonId): Photo | undefined;
  personByNumber(province: Province, number: string): Person | undefined;
  personByContact(province: Province, contact: string): Person | undefined;
  /** people of a province by id behind `after`, whatever their state */
  peopleAfter(province: Province, after: PersonId, limit: number): Person[];
  /** SPKI, base64 */
  provinceKey(province: Province): string | undefined;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface OfficesTx extends Offices {
  putUnit(unit: Unit): void;
  putPost(post: Post): void;
  putCharge(charge: Charge): void;
  putWave(wave: Wave): void;
  putGrant(grant: Grant): void;
  putPhoto(photo: Photo): void;
  putProvinceKey(province: Province, key: string): void;
}
