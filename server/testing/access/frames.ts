import { UP } from "#protocol/up";
import { mintId, type RoomId } from "#protocol/ids";
import { recordsFrame } from "#protocol/frame";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { postRoomId } from "#protocol/room";
import type { ClientUnderTest } from "../../gateway/client-under-test.ts";
import { ALL, type Deed, proven, requested } from "./deeds.ts";
import { PROOF_DEEDS } from "./proofs.ts";
import type { World } from "./world.ts";
import { smallJpeg } from "../small-picture.ts";

const ofRooms = (name: string, make: (room: RoomId, world: World) => Record<string, unknown> & { t: string }): Deed[] =>
  ["group", "direct", "post"].map((kind, i) => ({
    name: `${name} ${kind}`,
    who: ALL,
    make: (world) => make(world.rooms[i] as RoomId, world),
  }));

/** Drafts into rooms that are not theirs, as themselves and as somebody else, and events that only nodes write. */
const drafts: Deed[] = (
  [
    ["as oneself", (_w, actor) => ({ sender: actor.person.id, device: actor.device })],
    ["as a member", (w) => ({ sender: w.victim.person.id, device: w.victim.device })],
    ["with a member's device", (w, actor) => ({ sender: actor.person.id, device: w.victim.device })],
    ["of control", (_w, actor) => ({ sender: actor.person.id, device: actor.device, kind: KIND.control })],
    ["of the directory", (_w, actor) => ({ sender: actor.person.id, device: actor.device, kind: KIND.directory })],
  ] as [string, (world: World, actor: ClientUnderTest) => object][]
).flatMap(([name, over]): Deed[] =>
  [0, 1, 2].map((i) => ({
    name: `send ${name}`,
    who: ALL,
    make: (world, actor) => {
      const record = encodeRecord({
        ...{ id: mintId(Date.now()), room: world.rooms[i] as RoomId, kind: KIND.message, scheme: SCHEME.clear },
        ...{ sender: actor.person.id, device: actor.device, body: new TextEncoder().encode("intruder") },
        ...over(world, actor),
      });
      return recordsFrame(UP.send, [record]);
    },
  })),
);

const photo = { type: "image/jpeg", bytes: smallJpeg() };

/** Everybody may ask it, and no answer may hold what is not theirs. */
const open: Deed[] = (
  [
    ["people", (w) => ({ t: "people", ids: [w.victim.person.id, ...w.rooms] })],
    ["find", (w) => ({ t: "find", text: w.canaries[0] })],
    ["photo", (w) => ({ t: "photo", person: w.victim.person.id })],
    ["posts", (w) => ({ t: "posts", ids: ["dc", w.victim.person.id] })],
    ["outcome", (w) => ({ t: "outcome", ids: [...w.events, w.waiting.id] })],
    ["ping", () => ({ t: "ping" })],
    ["hello again", (w) => ({ ...hello, have: each(w.rooms, {}), rooms: each(w.rooms, 1) })],
    ["overview", () => ({ t: "admin", ask: { ask: "overview" } })],
    ["own devices", () => ({ t: "self", act: { do: "devices" } })],
    ["own proof", () => ({ t: "self", act: { do: "prove" } })],
    ["own ways", () => ({ t: "self", act: { do: "ways" } })],
    ["own requests", () => ({ t: "self", act: { do: "contacts" } })],
    ["own blocks", () => ({ t: "self", act: { do: "blocked" } })],
    // Whom one will not hear is one's own affair, and changes nothing for the other.
    ["block", (w) => ({ t: "self", act: { do: "block", person: w.victim.person.id } })],
    ["unblock", (w) => ({ t: "self", act: { do: "unblock", person: w.victim.person.id } })],
  ] as [string, (world: World) => Record<string, unknown> & { t: string }][]
).map(([name, make]) => ({ name, who: [...ALL, "local", "alone"], open: true, make }));

const hello = { t: "hello", version: 1, capabilities: ["rooms.v1"], app: "probe" };
const each = <T>(rooms: readonly RoomId[], value: T) => Object.fromEntries(rooms.map((room) => [room, value]));

/** A nodal officer of one unit asks of all; a preview is of what they could not do. */
const within: Deed[] = (
  [
    () => ({ ask: "people", text: "Victim", limit: 50 }),
    () => ({ ask: "people", unit: "district", limit: 50 }),
    () => ({ ask: "sessions", limit: 50 }),
    () => ({ ask: "invitations", limit: 50 }),
    () => ({ ask: "orders", state: "waiting", limit: 50 }),
    (w) => ({ ask: "preview", act: { do: "revoke", devices: [w.victim.device] } }),
    (w) => ({ ask: "preview", act: { do: "ungrant", grant: w.waiting.id } }),
    (w) => ({ ask: "preview", act: { do: "uninvite", invitations: [w.invitation] } }),
    () => ({ ask: "csv", csv: "number,name_en\nP-1,x" }),
  ] as ((world: World) => object)[]
).map((ask) => ({
  name: "ask within one's units",
  who: ["nodal"],
  open: true,
  make: (world) => ({ t: "admin", ask: ask(world) }),
}));

/** A post's conversation with somebody else, claimed or opened by who is neither the person nor the holder. */
const posts: Deed[] = [
  {
    name: "control create another's post room",
    who: ALL,
    make: async (world, actor) =>
      requested(actor, await postRoomId(world.admin.person.id, "dc"), {
        ...{ op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dc"] },
      }),
  },
  {
    name: "control create a post room of no post",
    who: ALL,
    make: (_world, actor) =>
      requested(actor, mintId(Date.now()), {
        ...{ op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dc"] },
      }),
  },
];

/** What a person does in their own province alone, asked for by somebody of another. */
const abroad: Deed[] = (
  [
    { do: "passkey" },
    { do: "pin" },
    { do: "recovery" },
    { do: "link" },
    { do: "contacts" },
    { do: "blocked" },
    { do: "forget", way: "pin" },
    { do: "photo", photo },
    { do: "photo", photo: null },
  ] as object[]
).map((act) => ({ name: "self abroad", who: ["foreign"], make: (world, actor) => proven(world, actor, act) }));

const invitations: Deed[] = (["invitation-stop", "invitation-allow"] as const).map((act) => ({
  name: `self ${act} of another's invitation`,
  who: [...ALL, "local", "alone"],
  make: ({ invitation }) => ({ t: "self", act: { do: act, invitation } }),
}));

const links: Deed[] = (["link-wait", "link-let", "link-refuse"] as const).map((act) => ({
  name: `self ${act} of another's code`,
  who: ALL,
  make: (world, actor) =>
    proven(world, actor, {
      ...{ do: act, code: world.linkCode },
      ...(act === "link-let" && { signature: "A".repeat(88) }),
    }),
}));

export const FRAME_DEEDS: readonly Deed[] = [
  ...ofRooms("read", (room, world) => ({ t: "read", room, upto: { [world.at.node.store.origin]: 5 } })),
  ...ofRooms("delivered", (room) => ({ t: "delivered", rooms: { [room]: {} } })),
  ...ofRooms("typing", (room) => ({ t: "typing", room, on: true })),
  ...[...drafts, ...open, ...within, ...posts, ...abroad, ...invitations, ...links, ...PROOF_DEEDS],
];
