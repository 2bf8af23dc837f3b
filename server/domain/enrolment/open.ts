import type { DeviceId, PersonId } from "#protocol/ids";
import type { InviteWay } from "#protocol/order";
import type { Now } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Store, VerifySignature } from "../ports.ts";
import { Applications } from "./applications.ts";
import { Enrolment } from "./enrolment.ts";
import type { Entrance } from "./entrance.ts";
import { InvitationDesk } from "./invitations.ts";
import { LastSeen } from "./last-seen.ts";
import { Links } from "./links.ts";
import type { Messengers } from "./messenger.ts";
import { OwnAffairs, type OwnWays, type ProvenChanges } from "./own-affairs.ts";
import type { WaveBook } from "./wave-book.ts";

export interface EnrolmentOptions {
  store: Store;
  directory: Directory;
  waves: WaveBook;
  entrance: Entrance;
  ways?: OwnWays | undefined;
  proven: ProvenChanges;
  messengers?: Messengers | undefined;
  verify: VerifySignature;
  now: Now;
  /** the address of this node that people open, without a slash at its end */
  origin: () => string;
  /** devices of a person with an open session here */
  online: (person: PersonId) => ReadonlySet<DeviceId>;
  /** how long invitations of people who are inside are held, in milliseconds; absent: a day */
  heldMs?: number | undefined;
  /** hears of what went wrong in the background */
  failed: (error: unknown) => void;
}

/** All that lets people in, wired together. */
export function openEnrolment(options: EnrolmentOptions) {
  const {
    store,
    directory,
    waves,
    entrance,
    ways,
    proven,
    messengers = {},
    verify,
    now,
    origin,
    online,
    failed,
    heldMs,
  } = options;
  const desk = new InvitationDesk({ store, now, origin, messengers, heldMs });
  const links = new Links(now);
  const lastSeen = new LastSeen(store, now);
  const offered = (["email", "sms"] as const).filter((way) => messengers[way] !== undefined);
  const applications = new Applications({ store, waves, desk, now, ways: new Set<InviteWay>(offered), failed });
  return {
    desk,
    waves,
    lastSeen,
    enrolment: new Enrolment(store, directory, now, entrance, heldMs),
    door: { links, applications },
    ownAffairs: new OwnAffairs({ store, directory, entrance, links, ways, proven, verify, now, origin, online }),
    start(): void {
      desk.start(failed);
      waves.start(failed);
      lastSeen.start(failed);
    },
    async stop(): Promise<void> {
      desk.stop();
      waves.stop();
      await applications.settled();
      await lastSeen.stop();
    },
  };
}
