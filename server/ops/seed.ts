import { encodeClear } from "#protocol/clear";
import {
  type DeviceId,
  DIRECTORY_ROOM,
  type EventId,
  mintId,
  type Origin,
  type Province,
  type RoomId,
} from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { type ControlOp, directRoomId } from "#protocol/room";
import { deviceIdOf } from "../domain/directory/device-id.ts";
import { Contacts } from "../domain/contact/contacts.ts";
import { Reading } from "../domain/reading.ts";
import { openStore } from "../store/open.ts";
import { Member } from "../testing/cluster.ts";
import { MemoryNetwork } from "../testing/memory-links.ts";
import { officesOf } from "./seed-offices.ts";
import { PEOPLE, personId, seedId, type Who } from "./seed-people.ts";
import { ACROSS } from "./seed-across.ts";
import type { SeedRoom, When } from "./seed-room.ts";
import { WITHIN } from "./seed-within.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Pakistan keeps UTC+5 all year. */
const ZONE = 5 * 60 * MINUTE;

export interface SeedSite {
  province: Province;
  /** the node's data folder; no node may run on it */
  data: string;
}

type Step = { at: number; work: () => Promise<void> };

/**
 * Lets the last days of a small ministry happen in the given folders: the real rules, stores and replication, with links
 * delivered by hand and a clock held in the past. Ids follow from names. What it leaves is what a running fleet would
 * have left: nothing waits for anybody.
 * @param now the present, milliseconds since 1970
 */
export async function seed(sites: readonly SeedSite[], now: number): Promise<void> {
  const ministry = await Ministry.open(sites, now);
  try {
    await ministry.live();
  } finally {
    await ministry.close();
  }
}

class Ministry {
  private time: number;
  private readonly provinces: readonly Province[];
  private readonly network: MemoryNetwork;
  private readonly members = new Map<Province, Member>();
  private readonly devices = new Map<Who, DeviceId>();
  private readonly readers = new Map<Province, Reading>();

  private constructor(
    sites: readonly SeedSite[],
    private readonly now: number,
  ) {
    this.time = now - 8 * DAY;
    this.provinces = sites.map(({ province }) => province);
    this.network = new MemoryNetwork(this.provinces);
  }

  static async open(sites: readonly SeedSite[], now: number): Promise<Ministry> {
    const ministry = new Ministry(sites, now);
    const clock = () => ministry.time;
    for (const { province, data } of sites) {
      const store = openStore({ folder: data, province, now: clock });
      const member = new Member(store, ministry.provinces, ministry.network, clock);
      ministry.members.set(province, member);
      ministry.readers.set(province, new Reading(store));
      await member.start();
    }
    return ministry;
  }

  async live(): Promise<void> {
    for (const [province, { store, directory }] of this.members) {
      const entries = officesOf(province, this.homeOf, this.now);
      await store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "operator", entries));
    }
    for (const who of Object.keys(PEOPLE) as Who[]) await this.enter(who);
    await this.spread();
    const steps = (await Promise.all([...ACROSS, ...WITHIN].map((room) => this.plan(room)))).flat();
    for (const { at, work } of steps.sort((a, b) => a.at - b.at)) {
      this.time = Math.max(this.time, at);
      await work();
      await this.spread();
    }
    this.time = this.now;
    await this.spread();
    for (const [province, { store, alarms }] of this.members) {
      const waiting = Object.values(store.waiting()).reduce((sum, n) => sum + n, 0);
      if (waiting > 0 || alarms.length > 0)
        throw new Error(`The demo's history did not settle in ${province}: ${waiting} waiting. ${alarms.join(" ")}`);
    }
  }

  async close(): Promise<void> {
    for (const member of this.members.values()) {
      await member.stop();
      await member.store.close();
    }
  }

  /** A fleet of fewer provinces takes everybody in. */
  private readonly homeOf = (province: Province): Province =>
    this.provinces.includes(province) ? province : (this.provinces[0] as Province);

  private at(who: Who): { member: Member; reading: Reading; sender: { person: string; device: string } } {
    const province = this.homeOf(PEOPLE[who].province);
    const sender = { person: personId(who), device: this.devices.get(who) as DeviceId };
    return { member: this.members.get(province) as Member, reading: this.readers.get(province) as Reading, sender };
  }

  private async enter(who: Who): Promise<void> {
    const [person, key] = [personId(who), await unusableKey()];
    const device = { id: deviceIdOf({ person, key }), person, key, label: "Desk computer", revoked: false };
    this.devices.set(who, device.id);
    const { member } = this.at(who);
    await member.store.write(DIRECTORY_ROOM, (tx) => member.directory.issue(tx, "enrolment", [{ device }]));
  }

  private async plan(room: SeedRoom): Promise<Step[]> {
    const [first, ...others] = room.members as [Who, ...Who[]];
    const id =
      room.kind === "direct"
        ? await directRoomId(personId(first), personId(others[0] as Who))
        : eventId(this.moment(room.made), `room ${room.key}`);
    const { kind, name, history, added } = room;
    const members = others.map(personId);
    const made = this.moment(room.made);
    const steps: Step[] = [
      { at: made, work: () => this.change(first, id, room.key, made, { op: "create", kind, name, history, members }) },
    ];
    if (added) {
      const [when, by, who] = added;
      const at = this.moment(when);
      steps.push({
        at,
        work: () => this.change(by, id, `${room.key} add`, at, { op: "add", members: [personId(who)] }),
      });
    }
    room.said.forEach(([when, who, text], index) => {
      const at = this.moment(when);
      const seen = index < room.said.length - room.fresh;
      steps.push({ at, work: () => this.say(who, id, `${room.key} ${index}`, at, text) });
      steps.push({ at: Math.min(at + 4 * MINUTE, this.now - MINUTE), work: () => this.see(room, id, who, at, seen) });
    });
    return steps;
  }

  private moment(when: When): number {
    if (typeof when === "number") return this.now - when * MINUTE;
    const [daysAgo, time] = when;
    const [hours, minutes] = time.split(":").map(Number) as [number, number];
    const midnight = Math.floor((this.now + ZONE) / DAY) * DAY - ZONE;
    return midnight - daysAgo * DAY + (hours * 60 + minutes) * MINUTE;
  }

  private async change(who: Who, room: RoomId, key: string, at: number, change: ControlOp): Promise<void> {
    const { member, sender } = this.at(who);
    const expect = change.op === "create" ? {} : { expect: member.store.room(room)?.cseq ?? 0 };
    await member.rooms.control({ id: eventId(at, key), room, change, ...expect, ...sender, signature: "" });
  }

  private async say(who: Who, room: RoomId, key: string, at: number, text: string): Promise<void> {
    const { member, sender } = this.at(who);
    const { person, device } = sender;
    const head = { id: eventId(at, key), room, sender: person, device, kind: KIND.message, scheme: SCHEME.clear };
    await member.messaging.send(sender, encodeRecord({ ...head, body: encodeClear({ text }) }));
  }

  /** Everybody has read it; or, where it is fresh, only its writer has, and it has come to the devices of some. */
  private async see(room: SeedRoom, id: RoomId, writer: Who, at: number, seen: boolean): Promise<void> {
    const people = room.added && this.moment(room.added[0]) <= at ? [...room.members, room.added[2]] : room.members;
    for (const [index, who] of people.entries()) {
      const { member, reading, sender } = this.at(who);
      if (member.store.room(id)?.contacts?.has(sender.person))
        await new Contacts(member.store, member.rooms, () => this.time).act(sender, { do: "accept", room: id });
      const upto: Record<Origin, number> = {};
      for (const [origin, { n }] of member.store.heads(id)) upto[origin] = n;
      if (seen || who === writer) await reading.read(sender.person, id, upto);
      else if (index % 2 === 0) await reading.delivered(sender.person, { [id]: upto });
    }
  }

  /** Turns the wheel of every province until nothing is on its way. */
  private async spread(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      this.time += 1_000;
      for (const member of this.members.values()) member.turn();
      for (let i = 0; i < 20; i++) {
        await new Promise((done) => setImmediate(done));
        while (await this.network.deliver(() => 0));
      }
      const waiting = [...this.members.values()].some(
        ({ store }) => store.requests().length > 0 || Object.values(store.waiting()).some((n) => n > 0),
      );
      quiet = waiting ? 0 : quiet + 1;
      if (this.time > this.now + DAY) throw new Error("The demo's history does not come to rest.");
    }
  }
}

/** A UUIDv7 of that moment whose random part follows from a name. */
const eventId = (at: number, key: string): EventId =>
  mintId(at, (bytes) => bytes.set(Buffer.from(seedId("event", key), "hex")));

/** A sound public key whose private half nobody has: what the seeded devices wrote stays, and nobody signs in as them. */
async function unusableKey(): Promise<string> {
  const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  return Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
}
