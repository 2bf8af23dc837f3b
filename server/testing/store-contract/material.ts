import { type EventId, mintId, type Origin, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, placeIn, SCHEME } from "#protocol/record";
import type { Member } from "#protocol/room";
import { type Stamp, stampOf } from "#protocol/stamp";
import type { Store, Tx } from "../../domain/ports.ts";

/** Opens an empty store of a province with so many shard files beside the directory; `done` closes and removes it. */
export type OpenStore = (province: Province, files: number) => { store: Store; done: () => Promise<void> };
/** Opens a store for one test, closed behind it: of `is` and with one shard file unless told. */
export type Fresh = (province?: Province, files?: number) => Store;

/** Ids that are easy to tell apart: 32 digits that end in the number. */
export const id = (n: number): string => n.toString(16).padStart(32, "a");
export const ROOM: RoomId = id(1);
export const [AYESHA, BILAL, SANA]: [PersonId, PersonId, PersonId] = [id(0xa1), id(0xb1), id(0xc1)];
export const PUNJAB: Origin = "pb-000000001";
export const SINDH: Origin = "sd-000000001";
/** Stamp of the nth tick of the tests. */
export const at = (n: number): Stamp => stampOf(Date.UTC(2026, 0, 1)) + n;

interface Words {
  room?: RoomId;
  id?: EventId;
  sender?: PersonId;
  kind?: number;
  text?: string;
}

export function draft({
  room = ROOM,
  id = mintId(Date.now()),
  sender = AYESHA,
  kind = KIND.message,
  text = "salam",
}: Words = {}) {
  return encodeRecord({
    id,
    room,
    sender,
    device: sender,
    kind,
    scheme: SCHEME.clear,
    body: new TextEncoder().encode(text),
  });
}

/** A record as another province stamped it. */
export function foreign(origin: Origin, n: number, stamp: Stamp, words: Words = {}): Uint8Array {
  const { id = mintId(Date.now()), room = ROOM, sender = BILAL, kind = KIND.message, text = `${origin} ${n}` } = words;
  const body = new TextEncoder().encode(text);
  return encodeRecord({ id, room, sender, device: sender, kind, scheme: SCHEME.clear, body, origin, n, stamp });
}

export const member = (person: PersonId, province: Province, since: Stamp = 0): Member => ({
  person,
  province,
  role: "member",
  since,
});

/** Makes the room with one member of each province. */
export function makeRoom(store: Store, provinces: readonly Province[], room = ROOM): Promise<void> {
  return store.write(room, (tx) => putRoom(tx, provinces, room));
}

export function putRoom(tx: Tx, provinces: readonly Province[], room = ROOM): void {
  tx.putRoom({ id: room, kind: "group", name: "Flood cell", home: "is", history: "all", cseq: 1 });
  tx.putMembers(
    room,
    provinces.map((province, i) => member([AYESHA, BILAL, SANA][i] as PersonId, province)),
  );
}

export const placesOf = (records: readonly Uint8Array[]): string[] =>
  records.map((record) => {
    const { origin, n } = placeIn(record);
    return `${origin.slice(0, 2)}${n}`;
  });

/** A room id that lies in the given file. */
export function roomIn(store: Store, file: number, but: readonly RoomId[] = []): RoomId {
  for (let n = 1; ; n++) if (store.fileOf(id(n)) === file && !but.includes(id(n))) return id(n);
}
