import { expect, test } from "bun:test";
import type { Province, RoomId } from "#protocol/ids";
import { MemoryStore } from "../memory-store.ts";
import { House } from "./house.ts";

/** A store with a mistake in it: whatever is written to one room throws, as long as it is named. */
class MistakenStore extends MemoryStore {
  mistaken: RoomId | undefined;
  override write: MemoryStore["write"] = (room, job) => {
    if (room === this.mistaken) return Promise.reject(new TypeError("undefined is not a function"));
    return super.write(room, job);
  };
}

test("a mistake of our own in one frame does not stop those behind it, and loses nothing", async () => {
  const house = await House.open((province: Province) => new MistakenStore({ province }));
  const store = house.is.store as MistakenStore;
  const [one, two] = [await house.sharedRoom(), await house.sharedRoom()];
  store.mistaken = one;
  const missed = house.record(one, 2, "written while it could not be taken in");
  house.log("is", missed, house.record(two, 2, "behind it"));
  await house.quiet();
  expect(house.is.log(two)).toHaveLength(2);
  expect(house.is.log(one)).toHaveLength(1);
  expect(house.is.alarms.filter((alarm) => alarm.startsWith("failed"))).toHaveLength(1);
  store.mistaken = undefined;
  house.say("is", { t: "owed", room: one, origin: house.origin, n: 2 });
  await house.quiet();
  expect(house.heard.some(({ message }) => message.t === "want" && message.room === one)).toBe(true);
  house.say("is", { t: "fill", room: one, origin: house.origin, base: 0, hash: "" }, [missed]);
  await house.quiet();
  expect(house.is.log(one)).toHaveLength(2);
  await house.stop();
});
