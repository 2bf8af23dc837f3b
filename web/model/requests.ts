import type { Person } from "#protocol/directory";
import type { Down } from "#protocol/down";
import { mintId, type RoomId } from "#protocol/ids";
import { type ControlOp, directRoomId } from "#protocol/room";
import type { Identity } from "../net/link.ts";
import { Refusal } from "../net/refusal.ts";
import type { DeviceKey } from "../platform/ports.ts";
import type { AppModel } from "./contract.ts";
import type { Parts } from "./parts.ts";

export const notMember = () => new Refusal("forbidden", "You are not a member of this conversation.");

/** What a person asks of the nodes besides writing: to find people, and to make and change rooms. */
export class Requests {
  constructor(
    private readonly parts: Parts,
    private readonly who: () => Identity & { key: DeviceKey },
    private readonly now: () => number,
  ) {}

  async find(text: string): Promise<Person[]> {
    const answer = (await this.parts.link.request({ t: "find", text: text.slice(0, 200) })) as Extract<
      Down,
      { t: "people" }
    >;
    this.parts.people.learn(answer.people);
    return answer.people;
  }

  async create(wanted: Parameters<AppModel["createRoom"]>[0]): Promise<RoomId> {
    const { controls, house, link } = this.parts;
    const { kind, name, history } = wanted;
    const who = this.who();
    const members = wanted.members.filter((id) => id !== who.person);
    const now = this.now();
    const room = kind === "direct" ? await directRoomId(who.person, members[0] || "") : mintId(now);
    if (house.get(room)) return room;
    await controls.ask(who, { id: mintId(now), room, change: { op: "create", kind, name, history, members } });
    // The node brings the new room by itself; this makes sure that it is here when the promise settles.
    if (!house.get(room)) await link.request({ t: "room", room }).catch(() => {});
    return room;
  }

  async change(id: RoomId, change: Exclude<ControlOp, { op: "create" }>): Promise<void> {
    const { controls, house, link } = this.parts;
    for (let tries = 0; ; tries++) {
      const room = house.get(id);
      if (!room) throw notMember();
      const what = { id: mintId(this.now()), room: id, change, expect: room.summary.cseq };
      try {
        await controls.ask(this.who(), what);
        return;
      } catch (error) {
        // Somebody else's change came first. The wish is the same on the room as it is now: once more.
        if ((error as Refusal).code !== "conflict" || tries > 1) throw error;
        await link.request({ t: "room", room: id });
      }
    }
  }
}
