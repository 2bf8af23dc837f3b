import type { InvitationState, WaveStatus } from "#protocol/admin";
import type { WaveId } from "#protocol/directory";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { InviteWay } from "#protocol/order";

/** What is kept of an invitation: never its code. */
export interface Invitation {
  id: string;
  person: PersonId;
  /** milliseconds since 1970, as `expires` */
  made: number;
  /** from when a device may come in with it: later than `made` where the person is inside already (R103) */
  good: number;
  expires: number;
  /** null: the operator, or the person by applying */
  by: PersonId | null;
  way: InviteWay;
  state: Exclude<InvitationState, "expired">;
  /** when it is to be sent (again); null: nothing is to be sent */
  due: number | null;
  /** how often that was tried */
  tries: number;
  /** why it could not be sent the last time */
  failed: string | null;
}

/** Somebody who asked to be let in and has not come yet: no part of the directory. */
export interface Applicant {
  person: PersonId;
  name: string;
  /** e-mail or mobile; one applicant each */
  contact: string;
  at: number;
}

/** Invitations, who came in under which wave, and when devices were last seen: of this province alone, not replicated. Reading. */
export interface Invitations {
  invitation(id: string): Invitation | undefined;
  /** @param hash SHA-256 of the code, hex */
  invitationByHash(hash: string): Invitation | undefined;
  /** the person's open invitations, newest first, expired ones left out */
  openInvitations(person: PersonId, now: number): Invitation[];
  /** newest first, behind `after` */
  invitations(where: { state?: InvitationState; after?: string; limit: number; now: number }): Invitation[];
  countOpenInvitations(now: number): number;
  /** what is to be sent now, the longest due first */
  dueInvitations(now: number, limit: number): Invitation[];
  /** people who came in under a wave */
  insideWave(wave: WaveId): number;
  /** who they are */
  peopleOfWave(wave: WaveId): PersonId[];
  lastSeen(device: DeviceId): number | null;
  lastSeenOf(devices: readonly DeviceId[]): number | null;
  waveState(wave: WaveId): WaveStatus["state"] | undefined;
  applicant(person: PersonId): Applicant | undefined;
  applicantByContact(contact: string): Applicant | undefined;
  countApplicants(): number;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface InvitationsTx extends Invitations {
  /** @param hash SHA-256 of the code, hex */
  addInvitation(invitation: Invitation, hash: string): void;
  /** everything but person, by and way */
  setInvitation(invitation: Invitation): void;
  /** another code for the same invitation */
  setCode(id: string, hash: string): void;
  /** under which wave a person came in first (null: there were none); later ones change nothing */
  cameIn(person: PersonId, wave: WaveId | null, at: number): void;
  saw(devices: Iterable<readonly [DeviceId, number]>): void;
  setWaveState(wave: WaveId, state: WaveStatus["state"]): void;
  putApplicant(applicant: Applicant): void;
  dropApplicant(person: PersonId): void;
  /** forgets applicants who asked before a moment */
  dropApplicantsBefore(at: number): void;
}

/** A WebAuthn credential of a person, as its authenticator made it. */
export interface Passkey {
  /** base64url */
  id: string;
  person: PersonId;
  /** public key as COSE_Key (RFC 9052 section 7), base64url */
  key: string;
  /** signatures that the authenticator counted when it was used last; 0 where it does not count */
  counter: number;
  transports: string[];
  label: string;
  /** milliseconds since 1970 */
  made: number;
  used: number | null;
}

/** A PIN with the authenticator beside it. */
export interface Pin {
  person: PersonId;
  /** argon2id (RFC 9106) in its usual text */
  hash: string;
  /** the authenticator's secret, sealed */
  secret: string;
  /** newest time step (RFC 6238) that was used: none up to it is taken again */
  step: number;
  made: number;
}

/** Wrong answers one behind another, and until when no answer is taken. */
export interface Misses {
  count: number;
  /** milliseconds since 1970 */
  until: number;
}

/** An account of the ministry (OIDC), bound to a person when it was used first. */
export interface Account {
  issuer: string;
  subject: string;
  person: PersonId;
  /** the value by which the person was found in the directory then */
  claim: string;
  made: number;
}

/** Passkeys, PINs, authenticators and recovery codes: of this province alone, not replicated. Reading. */
export interface Credentials {
  passkey(id: string): Passkey | undefined;
  /** oldest first */
  passkeysOf(person: PersonId): Passkey[];
  pin(person: PersonId): Pin | undefined;
  misses(person: PersonId): Misses | undefined;
  /** hashes of the codes that are left, in no order */
  recovery(person: PersonId): string[];
  account(issuer: string, subject: string): Account | undefined;
  accountOf(issuer: string, person: PersonId): Account | undefined;
  /** what the keys for secrets at rest are derived from, hex; undefined before the first one is kept */
  key(): string | undefined;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface CredentialsTx extends Credentials {
  /** @throws where the id is taken */
  addPasskey(passkey: Passkey): void;
  usePasskey(id: string, counter: number, at: number): void;
  dropPasskey(id: string): void;
  putPin(pin: Pin): void;
  dropPin(person: PersonId): void;
  putMisses(person: PersonId, misses: Misses): void;
  dropMisses(person: PersonId): void;
  /** in place of all former ones */
  putRecovery(person: PersonId, hashes: readonly string[]): void;
  /** false where there is no such code (any more) */
  takeRecovery(person: PersonId, hash: string): boolean;
  /** in place of the person's former account of that issuer */
  putAccount(account: Account): void;
  dropAccounts(person: PersonId): void;
  /** the first one stands */
  keepKey(key: string): void;
}
