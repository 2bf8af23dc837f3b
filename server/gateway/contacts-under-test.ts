import { afterAll, beforeAll, expect } from "bun:test";
import type { ContactRequest } from "#protocol/contact";
import type { WireError } from "#protocol/error";
import type { RoomId } from "#protocol/ids";
import { idIn } from "#protocol/record";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import { AdministrationUnderTest } from "./administration-under-test.ts";
import type { ClientUnderTest } from "./client-under-test.ts";

export type Kind = "direct" | "group" | "added to a group" | "channel";
type Begin = (by: ClientUnderTest, whom: ClientUnderTest) => Promise<RoomId>;

/**
 * A small government for all tests of a file: `dept` with `district` and, below that, `desk`; `dept2` beside it. Each test has
 * people of its own, so that what they have in common is what it says.
 */
export class ContactsUnderTest {
  at!: AdministrationUnderTest;

  constructor() {
    beforeAll(async () => {
      this.at = await AdministrationUnderTest.open();
      const [desk, title] = [
        { en: "desk", ur: "desk" },
        { en: "Secretary", ur: "سیکریٹری" },
      ];
      await this.at.put([{ unit: { id: "desk", province: "is", parent: "district", kind: "office", name: desk } }]);
      await this.at.put([{ post: { id: "sec", province: "is", unit: "dept2", title } }]);
    });
    afterAll(async () => {
      expect(this.at.node.errors).toEqual([]);
      await this.at.stop();
    });
  }

  of(unit?: string, role?: "nodal" | "provincial"): Promise<ClientUnderTest> {
    return this.at.client("Somebody", role, undefined, unit);
  }

  /** How one comes to be in a room with another, and its id. */
  readonly begin: Record<Kind, Begin> = {
    direct: (by, whom) => by.direct(whom),
    group: (by, whom) => by.room("group", "all", [whom]),
    "added to a group": async (by, whom) => {
      const room = await by.room("group", "joined", [await this.of("dept2")]);
      await said(by, room, "before");
      expect(await by.control(room, { op: "add", members: [whom.person.id] }, 1)).toMatchObject({ state: "done" });
      return room;
    },
    channel: (by, whom) => by.room("channel", "all", [whom]),
  };
  readonly kinds = Object.keys(this.begin) as Kind[];
}

/** The list that somebody gets who connects anew. */
export async function roomsOf(client: ClientUnderTest): Promise<RoomId[]> {
  client.socket.close();
  await client.closed;
  return (await client.connect()).rooms.map(({ id }) => id);
}

export async function affair(client: ClientUnderTest, act: SelfAct): Promise<SelfAnswer | WireError> {
  const reply = await client.affair(act);
  return reply.t === "self" ? reply.answer : reply.error;
}

export async function requests(client: ClientUnderTest): Promise<ContactRequest[]> {
  const answer = await affair(client, { do: "contacts" });
  return "contacts" in answer ? answer.contacts : [];
}

/** How many requests there are, as the client was told last. */
export const waiting = (client: ClientUnderTest): number | undefined =>
  client.downs.flatMap((down) => (down.t === "contacts" ? [down.waiting] : [])).at(-1);

export async function said(client: ClientUnderTest, room: RoomId, text = "words") {
  const record = client.draft(room, text);
  client.send(record);
  await client.ack(idIn(record));
  return idIn(record);
}
