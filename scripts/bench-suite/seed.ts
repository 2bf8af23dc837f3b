import { encodeClear } from "#protocol/clear";
import type { Entry } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import type { ControlBody, Member, RoomKind } from "#protocol/room";
import { applyChange } from "../../server/domain/apply.ts";
import { openSigner } from "../../server/auth/province-key.ts";
import { HybridClock } from "../../server/domain/clock.ts";
import { deviceIdOf } from "../../server/domain/directory/device-id.ts";
import { Directory } from "../../server/domain/directory/directory.ts";
import { Enrolment } from "../../server/domain/enrolment/enrolment.ts";
import type { Store } from "../../server/domain/ports.ts";
import type { Accounts } from "./load/beep.ts";

/** Fills a data folder through the store, as the domain would have left it, without a node or signatures. */
export class Seed {
  readonly clock = new HybridClock(Date.now);
  readonly accounts: Accounts = { key: "", people: [], pairs: [], rooms: {} };
  private publicKey = "";
  private readonly directory: Directory;

  constructor(
    readonly store: Store,
    provinces: readonly Province[],
  ) {
    this.clock.restore(store.newestStamp());
    this.directory = new Directory(store, this.clock, Date.now, () => provinces, openSigner(store.secrets));
  }

  /** A one-time code, as an operator hands it to a person. */
  code(person: PersonId): Promise<string> {
    return new Enrolment(this.store, this.directory, Date.now).issueCode(person, 3_600_000);
  }

  /** One key pair stands in for everybody's: what a signature costs does not depend on whose it is. */
  async keys(pair?: { key: string; publicKey: string }): Promise<{ key: string; publicKey: string }> {
    if (!pair) {
      const made = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
        "sign",
        "verify",
      ])) as CryptoKeyPair;
      const base64 = async (format: "pkcs8" | "spki", key: CryptoKey) =>
        Buffer.from((await crypto.subtle.exportKey(format, key)) as ArrayBuffer).toString("base64");
      pair = { key: await base64("pkcs8", made.privateKey), publicKey: await base64("spki", made.publicKey) };
    }
    this.accounts.key = pair.key;
    this.publicKey = pair.publicKey;
    return pair;
  }

  async people(count: number): Promise<void> {
    const { directory } = this;
    const province = this.store.province;
    for (let from = 0; from < count; from += 500) {
      const entries: Entry[] = [];
      for (let i = from; i < Math.min(count, from + 500); i++) {
        const person = mintId(Date.now());
        const device = deviceIdOf({ person, key: this.publicKey });
        const name = { en: `Officer ${i}`, ur: `افسر ${i}` };
        const post = { en: "Section Officer", ur: "سیکشن افسر" };
        entries.push(
          { person: { id: person, province, name, post, unit: { en: "Wing", ur: "ونگ" } } },
          { device: { id: device, person, key: this.publicKey, label: "bench", revoked: false } },
        );
        this.accounts.people.push({ person, device });
      }
      await this.store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "import", entries));
    }
  }

  /** A room as its creation and additions would have left it; the one event names no more people than one may. */
  room(kind: RoomKind, people: readonly { person: PersonId; province?: Province }[], name = "Room"): Promise<RoomId> {
    const id = mintId(Date.now());
    const stamp = this.clock.next();
    const { province } = this.store;
    const members: Member[] = people.map(({ person, province: at }, i) => ({
      person,
      province: at ?? province,
      role: i === 0 || kind === "direct" ? "owner" : "member",
      since: stamp,
    }));
    const by = (members[0] as Member).person;
    const first = members.slice(0, 100);
    const title = kind === "direct" ? "" : name;
    const body: ControlBody = {
      change: { op: "create", kind, name: title, history: "all", members: first.map(({ person }) => person) },
      cseq: 1,
      by,
      room: { kind, name: title, home: province, history: "all" },
      members: first,
      removed: [],
    };
    const device = this.accounts.people.find(({ person }) => person === by)?.device ?? by;
    return this.store.write(id, (tx) => {
      const record = encodeRecord({
        id: mintId(Date.now()),
        room: id,
        sender: by,
        device,
        kind: KIND.control,
        scheme: SCHEME.control,
        body: new TextEncoder().encode(JSON.stringify(body)),
      });
      tx.append(record, stamp, []);
      applyChange(tx, id, body, stamp, this.store);
      if (members.length > first.length) tx.putMembers(id, members.slice(first.length));
      return id;
    });
  }

  /** A direct room for each two people in turn. */
  async pairs(count = this.accounts.people.length >> 1): Promise<void> {
    const { people } = this.accounts;
    const made: Promise<RoomId>[] = [];
    for (let i = 0; i < count; i++) {
      const [a, b] = [people[2 * i], people[2 * i + 1]];
      if (a && b) made.push(this.room("direct", [a, b]));
    }
    this.accounts.pairs = await Promise.all(made);
  }

  /** Messages of about `bytes` each, spread over the rooms in turn, written by their first people. */
  async messages(rooms: readonly RoomId[], count: number, bytes: number): Promise<void> {
    const body = encodeClear({ text: "The summary was put up this morning. ".repeat(bytes / 37) });
    const writers = rooms.map((room) => {
      const owner = [...(this.store.room(room)?.members.keys() ?? [])][0] as PersonId;
      return { room, sender: owner, device: owner };
    });
    const step = 256;
    for (let from = 0; from < count; from += step * 8) {
      const batch: Promise<void>[] = [];
      for (let at = from; at < Math.min(count, from + step * 8); at += step) {
        const writer = writers[(at / step) % writers.length] as (typeof writers)[number];
        batch.push(
          this.store.write(writer.room, (tx) => {
            for (let i = 0; i < Math.min(step, count - at); i++) {
              const record = encodeRecord({
                ...writer,
                id: mintId(Date.now()),
                kind: KIND.message,
                scheme: SCHEME.clear,
                body,
              });
              tx.append(record, this.clock.next(), []);
            }
          }) as Promise<void>,
        );
      }
      await Promise.all(batch);
    }
  }
}
