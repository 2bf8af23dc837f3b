import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "#protocol/directory";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { sealer } from "../domain/audit/seal.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { Enrolment } from "../domain/enrolment/enrolment.ts";
import { Fleet } from "../ops/fleet.ts";
import { openStore } from "../store/open.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { FleetClient } from "./fleet-client.ts";
import { FleetDevice } from "./fleet-device.ts";
import { readPeople } from "./fleet-read.ts";
import { FleetWebClient } from "./fleet-web-client.ts";
import type { FleetMember } from "./fleet-member.ts";
import type { Fault, Random } from "./fleet-schedule.ts";

const PEOPLE = 5;
/** Of these, so many use the product's own client; the others the fleet's, which shares no code with it. */
const WEB = 2;
const HOUR = 3_600_000;

/** A running fleet with people in it, whose links and processes can be broken. Serves several runs one after another. */
export class FleetWorld {
  /** processes that ended without being asked to, since the last look */
  readonly crashes: string[] = [];
  private readonly pairs = new Set<string>();

  private constructor(
    readonly fleet: Fleet,
    readonly people: readonly Person[],
    private readonly codes: ReadonlyMap<PersonId, string>,
    private readonly devices: ReadonlyMap<PersonId, FleetDevice>,
    private readonly lines: ReadonlyMap<string, FaultProxy>,
  ) {
    for (const { node, nats } of fleet.sites)
      for (const process of [node, nats])
        if (process)
          process.onCrash = (code, signal) =>
            this.crashes.push(`${process.name} ended by itself (${signal ?? `exit ${code}`}): ${process.lastWords(4)}`);
  }

  static async start(dir: string, provinces: readonly Province[], natsServer: string): Promise<FleetWorld> {
    for (let tries = 1; ; tries++) {
      try {
        return await FleetWorld.begin(dir, provinces, natsServer);
      } catch (error) {
        // Another fleet that was laid out at the same moment may have taken the same free port.
        if (tries === 3 || !String(error).includes("is taken by another program")) throw error;
        for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true, force: true });
      }
    }
  }

  private static async begin(dir: string, provinces: readonly Province[], natsServer: string): Promise<FleetWorld> {
    const lines = new Map<string, FaultProxy>();
    const fleet = await Fleet.open({
      dir,
      provinces,
      ports: "free",
      natsServer,
      env: { BEEP_RATE_FACTOR: "1000" },
      line: async (from, to, listen, target) => {
        const proxy = await FaultProxy.start(listen, target);
        lines.set(`${from}-${to}`, proxy);
        return proxy;
      },
    });
    const people = provinces.flatMap((province) => Array.from({ length: PEOPLE }, (_, i) => personOf(province, i)));
    const codes = new Map<PersonId, string>();
    for (const { code, data } of fleet.sites)
      for (const [person, word] of await enter(data, code, provinces, people)) codes.set(person, word);
    await fleet.start();
    try {
      const devices = new Map<PersonId, FleetDevice>();
      for (const { id, province } of people.filter((one) => !usesWeb(one)))
        devices.set(id, await FleetDevice.enrol(fleet.site(province).url, codes.get(id) as string));
      await knownEverywhere(fleet, people.length, devices.size);
      return new FleetWorld(fleet, people, codes, devices, lines);
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  get provinces(): readonly Province[] {
    return this.fleet.options.provinces;
  }

  /** @param wanted the rooms of this run; what is left of earlier ones is passed over */
  client(person: Person, random: Random, wanted: (room: RoomId) => boolean): FleetMember {
    if (usesWeb(person)) {
      const home = join(this.fleet.options.dir, "clients", person.id);
      return new FleetWebClient(
        person,
        home,
        this.fleet.site(person.province).url,
        this.codes.get(person.id) as string,
        wanted,
      );
    }
    const nodes = new Map(this.fleet.sites.map(({ code, url }) => [code, url]));
    return new FleetClient(person, this.devices.get(person.id) as FleetDevice, nodes, random, wanted);
  }

  /** Two of these people, of different provinces, who had no direct room in an earlier run. */
  newPair(people: readonly Person[]): [Person, Person] | undefined {
    for (const a of people)
      for (const b of people) {
        const name = `${a.id} ${b.id}`;
        if (a.province === b.province || usesWeb(a) || this.pairs.has(name)) continue;
        this.pairs.add(name).add(`${b.id} ${a.id}`);
        return [a, b];
      }
    return undefined;
  }

  async begin(fault: Fault): Promise<void> {
    switch (fault.what) {
      case "line":
        this.line(fault.a, fault.b).set(fault.line);
        if (fault.both) this.line(fault.b, fault.a).set(fault.line);
        return;
      case "delay":
        this.line(fault.a, fault.b).delay(fault.ms, fault.jitterMs);
        this.line(fault.b, fault.a).delay(fault.ms, fault.jitterMs);
        return;
      case "kill":
        return this.process(fault)?.kill();
      case "freeze":
        return this.process(fault)?.freeze();
      case "restart":
        await this.process(fault)?.stop();
    }
  }

  /** Ends one fault. A process that has to start again may take its time: it is not waited for here. */
  end(fault: Fault): void {
    switch (fault.what) {
      case "line":
      case "delay":
        this.line(fault.a, fault.b).heal();
        this.line(fault.b, fault.a).heal();
        return;
      case "freeze":
        this.process(fault)?.thaw();
        return;
      default:
        this.process(fault)?.launch();
    }
  }

  /** Takes away all that is left of any fault, and starts what is down. */
  heal(): void {
    for (const line of this.lines.values()) line.heal();
    for (const { node, nats } of this.fleet.sites)
      for (const process of [nats, node]) {
        process?.thaw();
        process?.launch();
      }
  }

  stop(): Promise<void> {
    return this.fleet.stop();
  }

  private line(from: Province, to: Province): FaultProxy {
    return this.lines.get(`${from}-${to}`) as FaultProxy;
  }

  private process(fault: Extract<Fault, { who: unknown }>) {
    return this.fleet.site(fault.province)[fault.who];
  }
}

export const usesWeb = ({ id, province }: Person): boolean =>
  Array.from({ length: WEB }, (_, i) => personOf(province, i).id).includes(id);

function personOf(province: Province, i: number): Person {
  const name = `Person ${i} of ${province}`;
  const id = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return { id, province, name: { en: name, ur: name }, post: { en: "", ur: "" }, unit: { en: "", ur: "" } };
}

/** Enters a province's people and issues their codes before its node first starts. */
async function enter(data: string, province: Province, provinces: readonly Province[], people: readonly Person[]) {
  const store = openStore({ folder: data, province });
  const clock = new HybridClock(Date.now);
  const signer = openSigner(store.secrets);
  const directory = new Directory(store, clock, Date.now, () => provinces, signer);
  store.tables.audit.sealWith(sealer(province, signer, verifyNow));
  const enrolment = new Enrolment(store, directory, Date.now);
  const codes: [PersonId, string][] = [];
  for (const person of people.filter((one) => one.province === province)) {
    await directory.put(person);
    codes.push([person.id, await enrolment.issueCode(person.id, HOUR)]);
  }
  await store.close();
  return codes;
}

async function knownEverywhere(fleet: Fleet, people: number, devices: number): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    const counts = fleet.sites.map(({ data }) => readPeople(join(data, "directory.db")));
    if (counts.every((count) => count.people === people && count.devices === devices)) return;
    if (performance.now() > end)
      throw new Error(
        `The directory did not reach every province in 15 s: ${JSON.stringify(counts)} of ${people} people and ${devices} devices.`,
      );
    await Bun.sleep(50);
  }
}
