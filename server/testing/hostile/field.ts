import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import { Fleet, type Site } from "../../ops/fleet.ts";
import { readPeople } from "../fleet-read.ts";
import { pick, type Random, randomOf } from "../fleet-schedule.ts";
import { until } from "../until.ts";
import { HostileProvince } from "./hostile-province.ts";
import { DeviceKey } from "./key.ts";
import { Official } from "./official.ts";
import { addressOf, enter, PEOPLE, personOf, WHO } from "./people.ts";
import { Rooms } from "./rooms.ts";

export interface FieldOptions {
  dir: string;
  provinces: readonly Province[];
  seed: number;
  natsServer: string;
  /** without it there are no calls */
  janus?: string | undefined;
  /** more of the nodes' environment */
  env?: Record<string, string>;
}

/** A fleet of real processes of which one province is the attacker's, with people in all of them. */
export class Field {
  /** processes that ended without being asked to */
  readonly crashes: string[] = [];
  readonly rooms: Rooms;

  private constructor(
    readonly fleet: Fleet,
    readonly seed: number,
    readonly random: Random,
    readonly hostile: HostileProvince,
    /** the honest ones */
    readonly honest: readonly Province[],
    readonly people: readonly Person[],
    private readonly codes: ReadonlyMap<PersonId, string>,
    private readonly keys: ReadonlyMap<PersonId, DeviceKey>,
    readonly hasCalls: boolean,
  ) {
    for (const { node, nats, code } of fleet.sites)
      for (const process of code === hostile.province ? [] : [node, nats])
        if (process)
          process.onCrash = (exit, signal) =>
            this.crashes.push(`${process.name} ended by itself (${signal ?? `exit ${exit}`}): ${process.lastWords(4)}`);
    this.rooms = new Rooms(this);
  }

  static async open(options: FieldOptions): Promise<Field> {
    for (let tries = 1; ; tries++) {
      try {
        return await Field.begin(options);
      } catch (error) {
        // Another fleet that was laid out at the same moment may have taken the same free port.
        if (tries === 3 || !String(error).includes("is taken by another program")) throw error;
        for (const name of readdirSync(options.dir)) rmSync(join(options.dir, name), { recursive: true, force: true });
      }
    }
  }

  private static async begin({ dir, provinces, seed, natsServer, janus, env }: FieldOptions): Promise<Field> {
    const random = randomOf(seed);
    const evil = pick(random, provinces);
    const honest = provinces.filter((code) => code !== evil);
    const fleet = await Fleet.open({
      ...{ dir, provinces, natsServer, ports: "free", detached: true, ...(janus && { janus }) },
      env: { BEEP_BEHIND_PROXY: "1", ...env },
    });
    const people = provinces.flatMap((province) => Array.from({ length: PEOPLE }, (_, i) => personOf(province, i)));
    const codes = new Map<PersonId, string>();
    for (const { code, data } of fleet.sites)
      for (const [person, word] of await enter(data, code, provinces, people)) codes.set(person, word);
    started.add(fleet);
    await fleet.start();
    const keys = new Map<PersonId, DeviceKey>();
    for (const { id, province } of people) {
      const at = WHO.load.map((i) => personOf(province, i).id);
      // Those who go on writing are enrolled by the process in which they write, the visitor by their own client.
      if (province !== evil && (at.includes(id) || id === personOf(province, WHO.visitor).id)) continue;
      keys.set(id, await DeviceKey.enrol(fleet.site(province).url, codes.get(id) as string, addressOf(id)));
    }
    await until(
      () =>
        fleet.sites.every(({ data }) => {
          const count = readPeople(join(data, "directory.db"));
          return count.people === people.length && count.devices === keys.size;
        }),
      "the directory in every province",
    );
    await fleet.site(evil).node.stop();
    const hostile = await HostileProvince.takeOver(fleet.site(evil), honest, random);
    hostiles.set(fleet, hostile);
    return new Field(fleet, seed, random, hostile, honest, people, codes, keys, janus !== undefined);
  }

  /** Two honest provinces: the first is home of what is made, the second hears of it. */
  get here(): Province {
    return this.honest[0] as Province;
  }
  get there(): Province {
    return this.honest[1] as Province;
  }

  site(code: Province): Site {
    return this.fleet.site(code);
  }

  person(province: Province, who: number): Person {
    return this.people.find(({ id }) => id === personOf(province, who).id) as Person;
  }

  keyOf(person: Person): DeviceKey {
    return this.keys.get(person.id) as DeviceKey;
  }

  codeOf(person: Person): string {
    return this.codes.get(person.id) as string;
  }

  private readonly signedIn = new Map<string, Official>();
  /** @param at whose node they are at; their own unless told */
  official(province: Province, who: number = WHO.clerk, at: Province = province): Official {
    const { id } = this.person(province, who);
    const name = `${id} ${at}`;
    const official = this.signedIn.get(name) ?? new Official(this.site(at).url, this.keys.get(id) as DeviceKey);
    this.signedIn.set(name, official);
    return official;
  }

  /** A text that stands nowhere else. */
  canary(): string {
    return `canary${Array.from({ length: 4 }, () => Math.floor(this.random() * 36 ** 5).toString(36)).join("")}`;
  }

  pick<T>(from: readonly T[]): T {
    return pick(this.random, from);
  }

  close(): void {
    for (const official of this.signedIn.values()) official.close();
  }
}

const started = new Set<Fleet>();
const hostiles = new Map<Fleet, HostileProvince>();
/** Stops whatever was started, also where it was not ready yet. */
export async function stopAll(): Promise<void> {
  for (const fleet of [...started]) {
    started.delete(fleet);
    await hostiles.get(fleet)?.stop();
    await fleet.stop();
  }
}
