import type { PostId } from "#protocol/directory";
import type { Down } from "#protocol/down";
import { mintId, type RoomId } from "#protocol/ids";
import { type ControlOp, directRoomId, postRoomId } from "#protocol/room";
import { stampOf } from "#protocol/stamp";
import type { Identity } from "../net/link.ts";
import { away, notMember, type Refusal } from "../net/refusal.ts";
import type { DeviceKey } from "../platform/ports.ts";
import type { AppModel, Found } from "./contract.ts";
import type { Parts } from "./parts.ts";

type Wanted = Parameters<AppModel["createRoom"]>[0];

/** What a person asks of the nodes besides writing: to find people, and to make and change rooms. */
export class Requests {
  constructor(
    private readonly parts: Parts,
    private readonly who: () => Identity & { key: DeviceKey },
    private readonly now: () => number,
  ) {}

  async search(text: string): Promise<Found> {
    const answer = await this.parts.link.request({ t: "find", text: text.slice(0, 200) });
    const { people, posts = [] } = answer as Extract<Down, { t: "people" }>;
    this.parts.people.learn(people);
    this.parts.posts.learn(posts);
    return { people, posts };
  }

  /** @param begun see `AppModel.createRoom` */
  async create(wanted: Wanted, begun: (room: RoomId) => void = () => {}): Promise<RoomId> {
    const { controls, house, link } = this.parts;
    const { kind, name, history, posts = [] } = wanted;
    const who = this.who();
    const members = wanted.members.filter((id) => id !== who.person);
    const now = this.now();
    const [post = ""] = posts;
    const room =
      kind === "post"
        ? await postRoomId(who.person, post)
        : kind === "direct"
          ? await directRoomId(who.person, members[0] || "")
          : mintId(now);
    if (house.get(room)) {
      begun(room);
      return room;
    }
    const change = { op: "create", kind, name, history, members, ...(post && { posts }) } as const;
    const asked = controls.ask(who, { id: mintId(now), room, change });
    if (link.online && (kind === "post" || kind === "direct")) {
      this.plan(room, wanted, who);
      begun(room);
    }
    const state = await asked.catch((error) => {
      if (house.get(room)?.planned) house.leave(room);
      throw error;
    });
    // The node brings the new room by itself; this makes sure that it is here when the promise settles.
    const isMade = () => house.get(room)?.planned === false;
    if (state === "done" && !isMade()) await link.request({ t: "room", room }).catch(() => {});
    if (state === "waiting") await this.soon(isMade);
    if (!isMade()) this.plan(room, wanted, who);
    return room;
  }

  /** Mostly the home can be reached, and the room is here in a moment. */
  private async soon(isMade: () => boolean): Promise<void> {
    for (let tries = 0; tries < 30 && !isMade(); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** A room that its home has yet to make: it can be written in, and what is written waits with it. */
  private plan(id: RoomId, { kind, name, history, members, posts = [] }: Wanted, { person, province }: Identity): void {
    const everyone = [person, ...members.filter((other) => other !== person)];
    const { house, people, controls } = this.parts;
    const room = house.enter({
      ...{ id, kind, name, history, home: controls.waitsFor(id) || province, cseq: 0, size: everyone.length },
      members: everyone.map((other) => ({
        person: other,
        province: people.get(other).peek()?.province || province,
        role: other === person || kind === "direct" ? "owner" : "member",
        since: 0,
      })),
      ...{ provinces: [], heads: {}, read: {}, unread: 0, latest: stampOf(this.now()) },
      ...(kind === "post" && { post: posts[0] as PostId }),
    });
    room.waitingFor = controls.waitsFor(id);
    room.touch();
  }

  async change(id: RoomId, change: Exclude<ControlOp, { op: "create" }>): Promise<void> {
    const { controls, house, link } = this.parts;
    for (let tries = 0; ; tries++) {
      const room = house.get(id);
      if (!room) throw notMember();
      if (!house.shared(id)) throw away();
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
