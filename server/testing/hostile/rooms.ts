import type { Person } from "#protocol/directory";
import { mintId, type Province, type RoomId } from "#protocol/ids";
import { type ControlOp, directRoomId, type HistoryPolicy, postRoomId, type RoomKind } from "#protocol/room";
import { until } from "../until.ts";
import type { HostileProvince } from "./hostile-province.ts";
import type { Official } from "./official.ts";
import { postOf, WHO } from "./people.ts";

/** Where the hostile province stands in a room. */
export const STANDINGS = ["shared", "reader", "removed", "closed", "direct", "post"] as const;
export type Standing = (typeof STANDINGS)[number];

/** What a field has for its rooms. */
interface Grounds {
  readonly honest: readonly Province[];
  readonly here: Province;
  readonly there: Province;
  readonly hostile: HostileProvince;
  person(province: Province, who: number): Person;
  official(province: Province, who?: number): Official;
}

/**
 * Rooms that the honest make, each of an official here and one there. `shared`: with one of the hostile province; `reader`: a
 * channel that theirs only reads; `removed`: theirs was taken out; the others they have no part in.
 */
export class Rooms {
  /** where the hostile province's own person writes, to see that what came before was dealt with */
  private readonly beacons = new Map<Province, { room: RoomId; origin: string; n: number }>();

  constructor(private readonly field: Grounds) {}

  make(standing: Standing): Promise<RoomId> {
    switch (standing) {
      case "direct":
        return this.direct();
      case "post":
        return this.post();
      case "reader":
        return this.group("channel", true);
      case "closed":
        return this.group("group", false);
      case "removed":
        return this.removed();
      default:
        return this.group("group", true);
    }
  }

  async group(kind: RoomKind, hostileToo: boolean, history: HistoryPolicy = "all"): Promise<RoomId> {
    const { here, there, hostile } = this.field;
    const room = mintId(Date.now());
    const [b, e] = [this.field.person(there, WHO.clerk), this.field.person(hostile.province, WHO.clerk)];
    const members = [b.id, ...(hostileToo ? [e.id] : [])];
    await this.field.official(here).control(room, { op: "create", kind, name: "Canals", history, members });
    return this.known(room);
  }

  /** Settles when everything that the hostile province put into its log before has been dealt with at this province. */
  async caughtUp(at: Province): Promise<void> {
    const { hostile } = this.field;
    const beacon = this.beacons.get(at) ?? (await this.light(at));
    const { id } = this.field.person(hostile.province, WHO.clerk);
    const text = `beacon ${++beacon.n}`;
    await hostile.log([at], [hostile.record(beacon.room, id, text, { origin: beacon.origin, n: beacon.n })]);
    const official = this.field.official(at);
    await until(async () => {
      const newest = await official.newest(beacon.room, 5);
      return newest.some(({ body }) => new TextDecoder().decode(body).includes(text));
    }, `the honest words of the hostile province at ${at}: the probe cannot judge without them`);
  }

  async caughtUpEverywhere(): Promise<void> {
    await Promise.all(this.field.honest.map((code) => this.caughtUp(code)));
    await Promise.all(this.field.honest.map((code) => this.field.hostile.heardOut(code)));
  }

  private async light(at: Province) {
    const { hostile } = this.field;
    const room = mintId(Date.now());
    const members = [this.field.person(hostile.province, WHO.clerk).id];
    await this.field
      .official(at)
      .control(room, { op: "create", kind: "group", name: "Beacon", history: "all", members });
    const beacon = { room, origin: hostile.life(), n: 0 };
    this.beacons.set(at, beacon);
    return beacon;
  }

  private async direct(): Promise<RoomId> {
    const { here, there } = this.field;
    const [a, b] = [this.field.person(here, WHO.clerk), this.field.person(there, WHO.clerk)];
    const room = await directRoomId(a.id, b.id);
    const members = [b.id];
    await this.field.official(here).control(room, { op: "create", kind: "direct", name: "", history: "all", members });
    return this.known(room);
  }

  private async post(): Promise<RoomId> {
    const { here, there } = this.field;
    const post = postOf(there);
    const room = await postRoomId(this.field.person(here, WHO.clerk).id, post);
    const posts = [post];
    const change: ControlOp = { op: "create", kind: "post", name: "", history: "all", members: [], posts };
    await this.field.official(here).control(room, change);
    await until(async () => {
      await this.field.official(there, WHO.holder).open();
      return this.field.official(there, WHO.holder).rooms.has(room) && this.field.official(here).rooms.has(room);
    }, "a conversation with a post");
    return room;
  }

  private async removed(): Promise<RoomId> {
    const { here, there, hostile } = this.field;
    const room = await this.group("group", true);
    const members = [this.field.person(hostile.province, WHO.clerk).id];
    await this.field.official(here).control(room, { op: "remove", members }, 1);
    const other = this.field.official(there);
    await until(async () => (await other.detail(room)).members.length === 2, "a removal at the other province");
    return room;
  }

  private async known(room: RoomId): Promise<RoomId> {
    const other = this.field.official(this.field.there);
    await other.open();
    await until(() => other.rooms.has(room), "a room at the other province");
    return room;
  }
}
