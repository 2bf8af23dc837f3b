import type { AdminAnswer, SessionInfo, WaveStatus } from "#protocol/admin";
import type { Person } from "#protocol/directory";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { InvitationDesk } from "../enrolment/invitations.ts";
import type { Store, VerifyNow } from "../ports.ts";
import type { World } from "./world.ts";

/** A signed-in device. */
export interface Actor {
  person: PersonId;
  device: DeviceId;
}

/** What administration needs of the node around it. */
export interface Surroundings {
  store: Store;
  directory: Pick<Directory, "carryOut" | "issue" | "person" | "find" | "postCards">;
  verify: VerifyNow;
  now: Now;
  invitations: Pick<InvitationDesk, "invite" | "send" | "uninvite">;
  waves: { statuses(): Promise<WaveStatus[]> };
  /** sessions that are open at this node */
  sessions: () => Iterable<SessionInfo>;
  /** devices of a person with an open session here */
  online: (person: PersonId) => ReadonlySet<DeviceId>;
  /** the person has a passkey or a PIN */
  secured: (person: PersonId) => boolean;
  /** reads people from CSV, of those within the asker's reach; changes nothing. Absent where this node does not import */
  readCsv?:
    | ((csv: string, within: (person: Person) => boolean) => Omit<Extract<AdminAnswer, { answer: "csv" }>, "answer">)
    | undefined;
}

/** The directory as it stands; inside a transaction of DIRECTORY_ROOM with what that has changed. */
export const worldOf = ({ store, verify }: Pick<Surroundings, "store" | "verify">): World => ({
  offices: store.tables.offices,
  person: (id) => store.person(id),
  device: (id) => store.device(id),
  wasInside: (id) => store.devicesOf(id).length > 0,
  isWrittenTo: (post) => store.roomsWithPost(post).length > 0,
  verify,
  province: store.province,
});
