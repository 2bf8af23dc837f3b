import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person } from "#protocol/directory";
import { mintId, type Province } from "#protocol/ids";
import type { ProvinceNodes } from "#protocol/nodes";
import { ChangeProofs } from "../auth/change-proofs.ts";
import { nodeLists } from "../auth/node-list.ts";
import { openSigner } from "../auth/province-key.ts";
import { QueueProofs } from "../auth/queue-proofs.ts";
import { SignIn } from "../auth/sign-in.ts";
import { verifyNow, verifySignature } from "../auth/verify.ts";
import { Ways } from "../auth/ways/ways.ts";
import { Administration } from "../domain/administration/administration.ts";
import { csvReader } from "../domain/administration/csv.ts";
import { Contacts } from "../domain/contact/contacts.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { Entrance } from "../domain/enrolment/entrance.ts";
import type { Messengers } from "../domain/enrolment/messenger.ts";
import { openEnrolment } from "../domain/enrolment/open.ts";
import { WaveBook } from "../domain/enrolment/wave-book.ts";
import { Messaging } from "../domain/messaging.ts";
import type { Store } from "../domain/ports.ts";
import { Reading } from "../domain/reading.ts";
import { Rooms } from "../domain/rooms.ts";
import { Succession } from "../domain/succession.ts";
import { errorFields } from "../log.ts";
import { Metrics } from "../metrics.ts";
import type { OidcSettings } from "../oidc.ts";
import { openStore } from "../store/open.ts";
import { ClientUnderTest } from "./client-under-test.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import type { Calls, Neighbours, Personnel } from "./ports.ts";

export interface Logged {
  level: string;
  event: string;
  fields: Record<string, unknown> | undefined;
}

/** An entry of the fleet's file. */
export const fleetProvince = (code: Province, ...nodes: string[]): ProvinceNodes => ({
  code,
  name: { en: code, ur: code },
  nodes,
});

/** A whole node of province `is` on a free port, with its own folder, for tests of its door. */
export class NodeUnderTest {
  readonly folder = mkdtempSync(join(tmpdir(), "beep-gateway-"));
  readonly logged: Logged[] = [];
  readonly metrics = new Metrics();
  /** added to the clock of the door and of sign-in */
  ahead = 0;
  readonly store;
  readonly gateway: Gateway;
  readonly services;
  /** what the waves' gates read; a test turns them */
  readonly readings = { failedPart: () => 0, signInP99Ms: () => 0, diskFree: () => 1e12 };
  readonly waves: WaveBook;
  readonly arrivals: ReturnType<typeof openEnrolment>;
  readonly administration: Administration;
  readonly proven: ChangeProofs;
  readonly entrance: Entrance;
  private readonly succession: Succession;

  /** @param options `calls` is told the node's store and clock, as it is made before the door */
  constructor(
    options: Partial<Omit<GatewayOptions, "fleet">> & {
      fleet?: { provinces: readonly ProvinceNodes[] };
      messengers?: Messengers;
      neighbours?: Neighbours;
      calls?: (node: { store: Store; now: () => number }) => Calls;
      oidc?: OidcSettings;
      /** how long invitations of people who are inside are held; a moment unless a test says otherwise */
      heldMs?: number;
      personnel?: (node: { store: Store; directory: Directory; now: () => number }) => Personnel;
    } = {},
  ) {
    const now = () => Date.now() + this.ahead;
    const fleet = options.fleet ?? { provinces: [fleetProvince("pb", "https://pb.example")] };
    const store = openStore({ folder: this.folder, province: "is" });
    const clock = new HybridClock(Date.now);
    const signer = openSigner(store.secrets);
    const directory = new Directory(store, clock, Date.now, () => ["is"], signer);
    this.store = store;
    this.waves = new WaveBook(store, now, this.readings);
    const entrance = new Entrance(store, directory, now, this.waves);
    this.entrance = entrance;
    const ways = new Ways({ ...{ store, entrance, now, oidc: options.oidc }, nodes: () => [this.url] });
    this.proven = new ChangeProofs({
      ...{ store, ways, now, verify: verifySignature },
      isOwn: (origin) => this.gateway.isOwn(origin),
    });
    this.arrivals = openEnrolment({
      ...{
        store,
        directory,
        now,
        entrance,
        ways,
        proven: this.proven,
        verify: verifySignature,
        messengers: options.messengers,
      },
      waves: this.waves,
      heldMs: options.heldMs ?? 0,
      origin: () => this.url,
      online: (person) => this.gateway.online(person),
      failed: (error) => this.logged.push({ level: "error", event: "enrolment.failed", fields: errorFields(error) }),
    });
    this.administration = new Administration({
      ...{ store, directory, now, waves: this.waves, verify: verifyNow },
      invitations: this.arrivals.desk,
      sessions: () => this.gateway.sessions(),
      online: (person) => this.gateway.online(person),
      secured: (person) => ways.secured(person),
      readCsv: csvReader({ store, now, verify: verifyNow }),
    });
    const rooms = new Rooms(store, clock, verifySignature, Date.now);
    this.succession = new Succession(store, rooms, now, (what, error) =>
      this.services.log("error", what, errorFields(error)),
    );
    this.services = {
      store,
      administration: this.administration,
      directory,
      messaging: new Messaging(store, clock),
      reading: new Reading(store),
      rooms,
      succession: this.succession,
      enrolment: this.arrivals.enrolment,
      ownAffairs: this.arrivals.ownAffairs,
      contacts: new Contacts(store, rooms, now),
      door: this.arrivals.door,
      lastSeen: this.arrivals.lastSeen,
      proofs: new SignIn(store, verifySignature, now),
      queueProofs: new QueueProofs(store, verifySignature),
      nodes: nodeLists({ secrets: store.secrets, signer, now, keyOf: () => undefined }, "is", fleet.provinces),
      ways,
      neighbours: options.neighbours,
      calls: options.calls?.({ store, now }),
      personnel: options.personnel?.({ store, directory, now }),
      log: (level: string, event: string, fields?: Record<string, unknown>) => {
        this.logged.push({ level, event, fields });
      },
      errorFields,
      meter: this.metrics,
      now,
    };
    this.gateway = new Gateway(this.services, {
      host: "127.0.0.1",
      port: 0,
      web: join(this.folder, "web"),
      rateFactor: 1,
      behindProxy: false,
      ticketV1: false,
      ...options,
      fleet,
    });
    this.gateway.start();
    this.succession.start();
    this.administration.dated.start((what, error) => this.services.log("error", what, errorFields(error)));
  }

  get url(): string {
    return `http://127.0.0.1:${this.gateway.port}`;
  }

  async person(name = "Ayesha Khan", province = "is"): Promise<Person> {
    const words = { en: name, ur: "عائشہ" };
    const person: Person = { id: mintId(Date.now()), province, name: words, post: words, unit: words };
    if (province === "is") await this.services.directory.put(person);
    return person;
  }

  /** A new person with an enrolled device, connected and current. */
  async client(name?: string): Promise<ClientUnderTest> {
    const person = await this.person(name);
    const client = await ClientUnderTest.enrol(this, person);
    await client.connect();
    return client;
  }

  /** True errors of the node; a test that expects none says so. */
  get errors(): Logged[] {
    return this.logged.filter(({ level }) => level === "error");
  }

  async stop(): Promise<void> {
    await this.gateway.drain(1500);
    await this.arrivals.stop();
    await this.succession.stop();
    await this.administration.dated.stop();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
