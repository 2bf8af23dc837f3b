import { DIRECTORY_ROOM, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import type { ControlOp } from "#protocol/room";
import { MemoryStore } from "./memory-store.ts";
import { openSigner } from "../auth/province-key.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { Enrolment } from "../domain/enrolment/enrolment.ts";
import { Messaging } from "../domain/messaging.ts";
import { Reading } from "../domain/reading.ts";
import { Rooms } from "../domain/rooms.ts";

/** The rules over a store in memory, with a wall clock that stands still until it is moved. */
export function openHouse(province = "is", provinces = ["is", "pb", "sd"]) {
  const wall = { ms: Date.UTC(2026, 10, 22, 9) };
  const now = () => wall.ms;
  const store = new MemoryStore({ province });
  const clock = new HybridClock(now);
  const directory = new Directory(store, clock, now, () => provinces, openSigner(store.secrets));
  const messaging = new Messaging(store, clock);
  const rooms = new Rooms(store, clock, async (_key, _text, signature) => signature === "good", now);
  const house = {
    wall,
    tick: () => clock.next(),
    store,
    directory,
    messaging,
    rooms,
    reading: new Reading(store),
    enrolment: new Enrolment(store, directory, now),
    /** A person with a device of the same id; of another province as its log would have brought them. */
    async enter(home: string, name: string): Promise<PersonId> {
      const id = mintId(now());
      const words = { en: name, ur: "" };
      const device = { id, person: id, key: "-", label: "", revoked: false };
      await store.write(DIRECTORY_ROOM, (tx) => {
        tx.putPerson({ id, province: home, name: words, post: words, unit: words });
        tx.putDevice(device);
      });
      return id;
    },
    draft(person: PersonId, room: RoomId, text: string, id = mintId(now())): Uint8Array {
      const body = new TextEncoder().encode(text);
      return encodeRecord({ id, room, sender: person, device: person, kind: KIND.message, scheme: SCHEME.clear, body });
    },
    say(person: PersonId, room: RoomId, text: string, id?: string) {
      return messaging.send({ person, device: person }, house.draft(person, room, text, id));
    },
    change(person: PersonId, room: RoomId, change: ControlOp, over: { signature?: string; id?: string } = {}) {
      const expect = store.room(room)?.cseq;
      const request = { id: mintId(now()), room, change, person, device: person, signature: "good", ...over };
      return rooms.control(change?.op === "create" || expect === undefined ? request : { ...request, expect });
    },
    async group(owner: PersonId, members: PersonId[], history: "all" | "joined" = "all"): Promise<RoomId> {
      const room = mintId(now());
      await house.change(owner, room, { op: "create", kind: "group", name: "Room", history, members });
      return room;
    },
  };
  return house;
}

/** The code of the AppError that a promise is refused with. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );
