import type {
  Charge,
  ChargeId,
  Device,
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
import type { Turns } from "./device-turn.ts";

/** Units, posts, charges, waves, grants, photos and the provinces' keys: replicated to every province. Reading. */
export interface Offices {
  unit(id: UnitId): Unit | undefined;
  units(province: Province): Unit[];
  /** the unit and all below it */
  unitsUnder(id: UnitId): ReadonlySet<UnitId>;
  /** levels of units below this one */
  levelsUnder(id: UnitId): number;
  post(id: PostId): Post | undefined;
  /** by id, behind `after`; closed ones left out unless asked for by `unit` */
  posts(where: { province?: Province; unit?: UnitId; after?: PostId; limit: number }): Post[];
  /** by words of title and unit, best first; closed ones left out */
  findPosts(text: string, limit: number): Post[];
  charge(id: ChargeId): Charge | undefined;
  /** past, present and future, without cancelled ones; by `from` */
  chargesOfPost(post: PostId): Charge[];
  chargesOf(person: PersonId): Charge[];
  /** charges of a post that hold at a moment, the regular one first; of active people, and none of a closed post */
  holders(post: PostId, at: number): Charge[];
  /** whether the person was ever given charge of the post, whatever became of it: orders that were changed or cancelled count too */
  everHeld(post: PostId, person: PersonId): boolean;
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
  /** who is not removed, by personal number */
  personByNumber(province: Province, number: string): Person | undefined;
  /** who is not removed, by e-mail (whatever its case) or mobile; nobody where several share it */
  personByContact(province: Province, contact: string): Person | undefined;
  /** people of a province by id behind `after`, whatever their state */
  peopleAfter(province: Province, after: PersonId, limit: number): Person[];
  /** by the index alone, whatever people's state; so are the next two */
  countPeople(province: Province): number;
  /** people of the province in each unit from `under` on down that has any, by unit */
  countByUnit(province: Province, under: UnitId): { unit: UnitId; n: number }[];
  /** by id, without the first `from`; with `unit` those of this unit itself */
  peoplePage(where: { province: Province; unit?: UnitId }, from: number, limit: number): Person[];
  /** devices of a province's people that are shut out; reads all of them */
  shutOutOf(province: Province): Device[];
  /** whether anybody was ever given charge of the post */
  wasGiven(post: PostId): boolean;
  /**
   * When a person or a post was entered, milliseconds since 1970; undefined for what is older than rules 2 (R101). Of a device
   * whose id follows from its key, likewise: other ids tell it themselves
   */
  entered(kind: "person" | "post" | "device", id: string): number | undefined;
  /** SPKI, base64 */
  provinceKey(province: Province): string | undefined;
  /** by which rules the province's orders are judged now (R101) */
  rules(province: Province): number;
  /** what each province said of a device, also of one that its own province has not entered here yet */
  turns(device: Pick<Device, "id" | "person" | "key">): Turns;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface OfficesTx extends Offices {
  putUnit(unit: Unit): void;
  putPost(post: Post): void;
  putCharge(charge: Charge): void;
  putWave(wave: Wave): void;
  putGrant(grant: Grant): void;
  putPhoto(photo: Photo): void;
  putEntered(kind: "person" | "post" | "device", id: string, at: number): void;
  /** @param rules the higher ones stand */
  putProvinceKey(province: Province, key: string, rules: number): void;
  /** of each province the highest turn stands */
  putTurn(device: Pick<Device, "id" | "person" | "key">, province: Province, turn: number): void;
}
