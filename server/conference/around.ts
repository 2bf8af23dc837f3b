import type { Link } from "#protocol/down";
import type { Province } from "#protocol/ids";
import { AT, isBlank, KIND, placeIn, senderIn } from "#protocol/record";
import { stampMs } from "#protocol/stamp";
import type { Evidence } from "../domain/calls/judge.ts";
import { isOpenTo } from "../domain/contact/standing.ts";
import type { Store, VerifyNow } from "../domain/ports.ts";
import type { Membership, Peers } from "./ports.ts";

/** The node around the conference, as its ports want it. */

/** The quick way between nodes, which carries other things too: those who listen know their own. */
interface LiveWay {
  links(): Link[];
  onLinks(listener: () => void): () => void;
  sendLive(to: Province, message: unknown): void;
  onLive(listener: (from: Province, message: unknown) => void): () => void;
}

export const peersOver = (way: LiveWay): Peers => ({
  links: () => way.links(),
  onLinks: (listener) => way.onLinks(listener),
  send: (to, message) => way.sendLive(to, message),
  listen: (handler) => way.onLive(handler),
});

/** A node that is alone has no others to speak to. */
export const noPeers: Peers = {
  links: () => [],
  onLinks: () => () => {},
  send: () => {},
  listen: () => () => {},
};

export const membershipIn = (store: Pick<Store, "room" | "person" | "device" | "tables">): Membership => ({
  roleOf: (room, person) => store.room(room)?.members.get(person)?.role,
  membersOf: (room) => [...(store.room(room)?.members.keys() ?? [])],
  isOpen: (room, person) => isOpenTo(store, room, person),
  blocks: (person, other) => store.tables.contacts.blocks(person, other),
  provincesOf: (room) => store.room(room)?.provinces ?? [],
  kindOf: (id) => {
    const room = store.room(id);
    if (room?.kind !== "post") return room?.kind;
    // With one holder it is a call between two people; with several, or none yet, one that each may leave.
    return room.members.size === 2 ? "direct" : "group";
  },
  provinceOf: (person) => store.person(person)?.province,
  isRevoked: (device) => store.device(device)?.revoked === true,
});

/** What the store and the directory in it say of devices and of calls that began. */
export const evidenceIn = (
  store: Pick<Store, "device" | "find" | "shown">,
  verify: VerifyNow,
  takesUnsigned: boolean,
): Evidence => ({
  verify,
  takesUnsigned,
  deviceOf: (id) => {
    const device = store.device(id);
    return device && !device.revoked ? { person: device.person, key: device.key } : undefined;
  },
  entryOf: (room, call) => {
    const place = store.find(room, call);
    if (!place) return undefined;
    const [record] = store.shown(room, place.origin, place.n - 1, place.n, 1);
    if (!record || isBlank(record) || record[AT.kind] !== KIND.message) return undefined;
    return { by: senderIn(record), at: stampMs(placeIn(record).stamp) };
  },
});
