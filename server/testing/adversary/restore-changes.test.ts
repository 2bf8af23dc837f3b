import { describe, expect, test } from "bun:test";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import type { ControlOp, HistoryPolicy } from "#protocol/room";
import { random } from "../cluster-fuzz.ts";
import { person } from "./house.ts";
import type { Provinces } from "./provinces.ts";
import { provincesOnDisk } from "./provinces-on-disk.ts";

const CODES: Province[] = ["is", "pb", "sd"];
const disk = provincesOnDisk();
let all: Provinces;

/** A home changes a room at random; its folder falls back, it goes on changing it cut off, and then hears what it lost. */
async function run(seed: number, history: HistoryPolicy, when: "meanwhile" | "from the start") {
  const rng = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T;
  all = await disk.open();
  const people: PersonId[] = [];
  for (const code of CODES)
    for (let i = 0; i < 2; i++) {
      const id = all.id();
      await all.at(code).enter(person(id, code));
      people.push(id);
    }
  await all.quiet();
  const room = await all.room("is", ["pb"], history);
  const change = async (name: string): Promise<void> => {
    const members = [...(all.at("is").store.room(room)?.members.keys() ?? [])];
    // Who came in late under `joined` holds no beginning: one that holds all of it stays.
    const stays = history === "joined" ? [all.of("is"), all.of("pb")] : [all.of("is")];
    const present = members.filter((id) => !stays.includes(id));
    const absent = [...people, all.of("sd"), all.of("pb")].filter((id) => !members.includes(id));
    const ops: ControlOp[] = [{ op: "rename", name }];
    if (absent.length > 0) ops.push({ op: "add", members: [pick(absent)] });
    if (present.length > 1)
      ops.push(
        { op: "remove", members: [pick(present)] },
        { op: "role", person: pick(present), role: pick(["owner", "member"]) },
      );
    await all.change("is", room, pick(ops));
    await all.say("is", room, name);
  };
  for (let i = 0; i < 3; i++) await change(`before ${i}`);
  await all.quiet();
  disk.backUp();
  for (let i = 0; i < 4; i++) await change(`lost ${i}`);
  await all.quiet();
  const crossed = CODES.slice(1).flatMap((code) => all.words(code, room));
  if (when === "from the start") for (const code of ["pb", "sd"]) all.network.cut("is", code);
  await disk.putBack();
  if (when === "from the start") for (let i = 0; i < 3; i++) await change(`apart ${i}`);
  await all.quiet();
  for (const code of ["pb", "sd"]) all.network.heal("is", code);
  await all.quiet(60);
  for (let i = 0; i < 2; i++) await change(`together ${i}`);
  await all.quiet(60);
  return { room, crossed: new Set(crossed.filter((words) => words !== "*")) };
}

/** Who is in the room, and its name, as a province knows them. */
function stateOf(code: Province, room: RoomId) {
  const { name, members, cseq } = all.at(code).store.room(room) ?? {};
  const roles = [...(members?.values() ?? [])].map(({ person, role }) => `${person} ${role}`).sort();
  return { name, cseq, roles };
}

describe("a room's changes that come back take their place beneath those since (R168, R201)", () => {
  for (const when of ["meanwhile", "from the start"] as const)
    for (const history of ["all", "joined"] as const)
      test.each(Array.from({ length: 8 }, (_, seed) => seed))(
        `heard ${when === "meanwhile" ? "at once" : "after others were made"}, history ${history}, seed %d`,
        async (seed) => {
          const { room, crossed } = await run(seed, history, when);
          const home = stateOf("is", room);
          for (const code of all.at("is").store.room(room)?.provinces ?? [])
            expect({ code, ...stateOf(code, room) }).toEqual({ code, ...home });
          const said = all.words("is", room).filter((words) => words !== "*");
          for (const words of crossed) expect(said).toContain(words);
          expect(new Set(said).size).toBe(said.length);
          for (const code of CODES) expect(all.at(code).alarms).toEqual([]);
          expect(all.at("is").store.waiting()).toEqual({});
        },
      );
});
