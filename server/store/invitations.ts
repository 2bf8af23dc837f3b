import type { Database } from "bun:sqlite";
import type { InvitationState, WaveStatus } from "#protocol/admin";
import type { WaveId } from "#protocol/directory";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Applicant, Invitation, InvitationsTx } from "../domain/enrolment/ports.ts";

type Row = Omit<Invitation, "by"> & { inviter: PersonId | null };

const COLUMNS = "id, person, made, good, expires, inviter, way, state, due, tries, failed";
const NEWEST_FIRST = "ORDER BY id DESC LIMIT ?2";

const statements = (db: Database) => ({
  add: db.prepare(
    `INSERT INTO invitations (id, person, made, good, expires, inviter, way, state, due, tries, failed, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  set: db.prepare(
    "UPDATE invitations SET good = ?, expires = ?, state = ?, due = ?, tries = ?, failed = ? WHERE id = ?",
  ),
  setHash: db.prepare("UPDATE invitations SET hash = ? WHERE id = ?"),
  byId: db.prepare<Row, [string]>(`SELECT ${COLUMNS} FROM invitations WHERE id = ?`),
  byHash: db.prepare<Row, [string]>(`SELECT ${COLUMNS} FROM invitations WHERE hash = ?`),
  openOf: db.prepare<Row, [string, number]>(
    // Told which index, as the planner would read all open ones in order of their ids.
    `SELECT ${COLUMNS} FROM invitations INDEXED BY invitations_person
     WHERE person = ? AND state = 'open' AND expires > ? ORDER BY id DESC`,
  ),
  all: db.prepare<Row, [string, number]>(`SELECT ${COLUMNS} FROM invitations WHERE id < ?1 ${NEWEST_FIRST}`),
  inState: db.prepare<Row, [string, number, string]>(
    `SELECT ${COLUMNS} FROM invitations WHERE id < ?1 AND state = ?3 ${NEWEST_FIRST}`,
  ),
  open: db.prepare<Row, [string, number, number]>(
    `SELECT ${COLUMNS} FROM invitations WHERE id < ?1 AND state = 'open' AND expires > ?3 ${NEWEST_FIRST}`,
  ),
  expired: db.prepare<Row, [string, number, number]>(
    `SELECT ${COLUMNS} FROM invitations WHERE id < ?1 AND state = 'open' AND expires <= ?3 ${NEWEST_FIRST}`,
  ),
  countOpen: db.prepare<{ n: number }, [number]>(
    "SELECT count(*) AS n FROM invitations WHERE state = 'open' AND expires > ?",
  ),
  due: db.prepare<Row, [number, number]>(
    `SELECT ${COLUMNS} FROM invitations INDEXED BY invitations_due WHERE due <= ? AND state = 'open' ORDER BY due LIMIT ?`,
  ),
  cameIn: db.prepare("INSERT INTO came_in (person, wave, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
  insideWave: db.prepare<{ n: number }, [string]>("SELECT count(*) AS n FROM came_in WHERE wave = ?"),
  peopleOfWave: db.prepare<{ person: string }, [string]>("SELECT person FROM came_in WHERE wave = ?"),
  saw: db.prepare("INSERT INTO seen (device, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at"),
  seen: db.prepare<{ at: number }, [string]>("SELECT at FROM seen WHERE device = ?"),
  waveState: db.prepare<{ state: string }, [string]>("SELECT state FROM wave_states WHERE wave = ?"),
  setWaveState: db.prepare(
    "INSERT INTO wave_states (wave, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state",
  ),
  putApplicant: db.prepare(
    `INSERT INTO applicants (person, name, contact, at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, at = excluded.at`,
  ),
  applicant: db.prepare<Applicant, [string]>("SELECT person, name, contact, at FROM applicants WHERE person = ?"),
  applicantByContact: db.prepare<Applicant, [string]>(
    "SELECT person, name, contact, at FROM applicants WHERE contact = ?",
  ),
  countApplicants: db.prepare<{ n: number }, []>("SELECT count(*) AS n FROM applicants"),
  dropApplicant: db.prepare("DELETE FROM applicants WHERE person = ?"),
  dropApplicantsBefore: db.prepare("DELETE FROM applicants WHERE at < ?"),
});

/** Behind every id. */
const END = "~";

/** Invitations, waves as they were last seen, and when devices were: the tables that stay in the province. */
export class InvitationTable implements InvitationsTx {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  invitation(id: string): Invitation | undefined {
    const row = this.sql.byId.get(id);
    return row ? read(row) : undefined;
  }

  invitationByHash(hash: string): Invitation | undefined {
    const row = this.sql.byHash.get(hash);
    return row ? read(row) : undefined;
  }

  openInvitations(person: PersonId, now: number): Invitation[] {
    return this.sql.openOf.all(person, now).map(read);
  }

  invitations(where: { state?: InvitationState; after?: string; limit: number; now: number }): Invitation[] {
    const { state, after = END, limit, now } = where;
    if (state === undefined) return this.sql.all.all(after, limit).map(read);
    if (state === "open") return this.sql.open.all(after, limit, now).map(read);
    if (state === "expired") return this.sql.expired.all(after, limit, now).map(read);
    return this.sql.inState.all(after, limit, state).map(read);
  }

  countOpenInvitations(now: number): number {
    return this.sql.countOpen.get(now)?.n ?? 0;
  }

  dueInvitations(now: number, limit: number): Invitation[] {
    return this.sql.due.all(now, limit).map(read);
  }

  insideWave(wave: WaveId): number {
    return this.sql.insideWave.get(wave)?.n ?? 0;
  }

  peopleOfWave(wave: WaveId): PersonId[] {
    return this.sql.peopleOfWave.all(wave).map(({ person }) => person);
  }

  lastSeen(device: DeviceId): number | null {
    return this.sql.seen.get(device)?.at ?? null;
  }

  lastSeenOf(devices: readonly DeviceId[]): number | null {
    const times = devices.flatMap((device) => this.lastSeen(device) ?? []);
    return times.length > 0 ? Math.max(...times) : null;
  }

  waveState(wave: WaveId): WaveStatus["state"] | undefined {
    return this.sql.waveState.get(wave)?.state as WaveStatus["state"] | undefined;
  }

  applicant(person: PersonId): Applicant | undefined {
    return this.sql.applicant.get(person) ?? undefined;
  }

  applicantByContact(contact: string): Applicant | undefined {
    return this.sql.applicantByContact.get(contact) ?? undefined;
  }

  countApplicants(): number {
    return this.sql.countApplicants.get()?.n ?? 0;
  }

  addInvitation(invitation: Invitation, hash: string): void {
    const { id, person, made, good, expires, by, way, state, due, tries, failed } = invitation;
    this.sql.add.run(id, person, made, good, expires, by, way, state, due, tries, failed, hash);
  }

  setInvitation({ id, good, expires, state, due, tries, failed }: Invitation): void {
    this.sql.set.run(good, expires, state, due, tries, failed, id);
  }

  setCode(id: string, hash: string): void {
    this.sql.setHash.run(hash, id);
  }

  cameIn(person: PersonId, wave: WaveId | null, at: number): void {
    this.sql.cameIn.run(person, wave, at);
  }

  saw(devices: Iterable<readonly [DeviceId, number]>): void {
    for (const [device, at] of devices) this.sql.saw.run(device, at);
  }

  setWaveState(wave: WaveId, state: WaveStatus["state"]): void {
    this.sql.setWaveState.run(wave, state);
  }

  putApplicant({ person, name, contact, at }: Applicant): void {
    this.sql.putApplicant.run(person, name, contact, at);
  }

  dropApplicant(person: PersonId): void {
    this.sql.dropApplicant.run(person);
  }

  dropApplicantsBefore(at: number): void {
    this.sql.dropApplicantsBefore.run(at);
  }
}

const read = ({ inviter, ...rest }: Row): Invitation => ({ ...rest, by: inviter });
