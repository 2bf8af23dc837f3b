import type { Bilingual, Contact } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { InviteWay, IssuedInvitation } from "#protocol/order";
import { isActive } from "../administration/reach.ts";
import type { Now } from "../clock.ts";
import { AppError } from "../error.ts";
import type { Store, Tx } from "../ports.ts";
import { hashCode, inGroups } from "./code.ts";
import { goodFrom, HELD_MS } from "./held.ts";
import { closeInvitation, issueInvitation, newCode } from "./issue.ts";
import { type Messengers, type Outgoing, Undelivered } from "./messenger.ts";
import type { Invitation } from "./ports.ts";

const DAY_MS = 24 * 3600_000;
const MOST_VALID_MS = 30 * DAY_MS;
/** How often what is due is looked for, in milliseconds. */
const LOOK_MS = 5_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3600_000;
/** About a day of trying. */
const MOST_TRIES = 30;
const AT_ONCE = 4;
const MOST_CODES = 20_000;
/** Who waits for the answer to an order is told after so long at the latest; the queue goes on. */
const PATIENCE_MS = 10_000;

interface DeskOptions {
  store: Store;
  now: Now;
  /** the address of this node that people open, without a slash at its end */
  origin: () => string;
  messengers?: Messengers;
  /** how long invitations of people who are inside are held, in milliseconds */
  heldMs?: number | undefined;
}

/**
 * Issues invitations, sends them, and sends again what could not be sent. A code is kept nowhere but in this process's
 * memory until it is sent: after a restart an invitation that waits gets another one.
 */
export class InvitationDesk {
  private readonly codes = new Map<string, string>();
  private readonly sending = new Set<string>();
  private queue: Promise<void> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: DeskOptions) {}

  start(failed: (error: unknown) => void): void {
    this.looking = setInterval(() => void this.sendDue().catch(failed), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.looking);
  }

  /**
   * Makes one invitation for each person; earlier ones of theirs are void. One for somebody who is inside is held. Those that are to be sent stand in the queue;
   * `send` hurries them once the transaction has committed.
   * @throws AppError fix (validity, somebody of another province or not active): then nothing was written
   */
  invite(
    tx: Tx,
    people: readonly PersonId[],
    validMs: number,
    way: InviteWay,
    by: PersonId | null,
    hands: 1 | 2,
  ): IssuedInvitation[] {
    const { store, now, heldMs = HELD_MS } = this.options;
    if (!(validMs > 0 && validMs <= MOST_VALID_MS))
      throw new AppError("fix", "An invitation is good for at most 30 days.");
    for (const id of people) {
      const person = store.person(id);
      if (person?.province !== store.province || !isActive(person))
        throw new AppError("fix", "Only active people of this province can be invited here.");
    }
    const actor = by === null ? { operator: "beep" } : { node: store.province };
    return people.map((person): IssuedInvitation => {
      const failed = way === "show" ? undefined : this.unreachable(person, way);
      // Nothing is void and nothing made: the earlier invitation may be the one that works.
      if (failed) return { id: "", person, expires: now(), sent: { failed } };
      const good = goodFrom(store, person, { now: now(), hands, heldMs });
      return this.issued(issueInvitation(tx, { person, way, now: now(), good, validMs, by, actor }));
    });
  }

  /** The invitation of somebody who applied. */
  inviteApplicant(tx: Tx, person: PersonId, validMs: number, way: Exclude<InviteWay, "show">): void {
    const { store, now } = this.options;
    const actor = { node: store.province };
    this.issued(issueInvitation(tx, { person, way, now: now(), good: now(), validMs, by: null, actor }));
  }

  /** Tries at once to send what was issued, and says how it went; the rest stays in the queue. */
  async send(issued: readonly IssuedInvitation[]): Promise<IssuedInvitation[]> {
    const ids = issued.filter(({ sent }) => sent === "email" || sent === "sms").map(({ id }) => id);
    await Promise.race([this.deliverAll(ids), Bun.sleep(ids.length > 0 ? PATIENCE_MS : 0)]);
    const { invitations } = this.options.store.tables;
    return issued.map((one) => {
      const failed = ids.includes(one.id) ? invitations.invitation(one.id)?.failed : undefined;
      return failed ? { ...one, sent: { failed } } : one;
    });
  }

  /** Sends what is due. While that goes on, nothing more is begun: a server that hangs is not called ever more often. */
  sendDue(): Promise<void> {
    const { store, now } = this.options;
    this.queue ??= (async () => {
      const due = store.tables.invitations.dueInvitations(now(), 100);
      await this.deliverAll(due.map(({ id }) => id));
    })().finally(() => {
      this.queue = undefined;
    });
    return this.queue;
  }

  /** Open ones among them are void from now on; others are as they were. */
  uninvite(tx: Tx, ids: readonly string[], by: PersonId | null): void {
    const { store, now } = this.options;
    for (const id of ids) {
      const invitation = store.tables.invitations.invitation(id);
      if (invitation?.state !== "open") continue;
      closeInvitation(tx, invitation, "cancelled");
      const facts = { invitation: id, person: invitation.person, cancelled: true, by };
      const actor = by === null ? { operator: "beep" } : { node: store.province };
      tx.tables.audit.append({ kind: "invited", by: actor, facts }, now());
      this.codes.delete(id);
    }
  }

  private issued({ invitation, code }: { invitation: Invitation; code: string }): IssuedInvitation {
    const { id, person, made, good, expires, way } = invitation;
    const issued = { id, person, expires, ...(good > made && { from: good }), sent: way };
    if (way === "show") return { ...issued, code: inGroups(code), url: this.urlOf(code) };
    this.keep(id, code);
    return issued;
  }

  private urlOf(code: string): string {
    return `${this.options.origin()}/#/join/${code}`;
  }

  private unreachable(person: PersonId, way: Exclude<InviteWay, "show">): string | undefined {
    if (!this.options.messengers?.[way]) return `This node is not set up to send by ${WAY_WORDS[way]}.`;
    if (!addressFor(this.recipient(person)?.contact, way)) return `No ${WAY_WORDS[way]} address is known.`;
    return undefined;
  }

  private recipient(person: PersonId): { name: Bilingual; contact: Contact } | undefined {
    const { store } = this.options;
    const known = store.person(person);
    if (known) return { name: known.name, contact: known.contact ?? {} };
    const applicant = store.tables.invitations.applicant(person);
    if (!applicant) return undefined;
    const { name, contact } = applicant;
    return { name: { en: name, ur: name }, contact: contact.includes("@") ? { email: contact } : { mobile: contact } };
  }

  private async deliverAll(ids: readonly string[]): Promise<void> {
    const waiting = [...ids];
    const work = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await this.deliver(id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  private async deliver(id: string): Promise<void> {
    const { store, now } = this.options;
    const invitation = store.tables.invitations.invitation(id);
    if (!invitation || !isWaiting(invitation, now()) || this.sending.has(id)) return;
    this.sending.add(id);
    try {
      const code = this.codes.get(id) ?? (await this.renewCode(id));
      const failure = await this.attempt(invitation, code);
      await this.note(id, failure);
      if (!failure || failure.forGood) this.codes.delete(id);
    } finally {
      this.sending.delete(id);
    }
  }

  /** What failed; undefined where the message was taken. */
  private async attempt(invitation: Invitation, code: string): Promise<Undelivered | undefined> {
    const way = invitation.way as Exclude<InviteWay, "show">;
    const unreachable = this.unreachable(invitation.person, way);
    const to = this.recipient(invitation.person);
    if (unreachable || !to) return new Undelivered(unreachable ?? "This person is not known.", true);
    const { id, expires } = invitation;
    const outgoing: Outgoing = { id, name: to.name, code: inGroups(code), url: this.urlOf(code), expires };
    try {
      await this.options.messengers?.[way]?.send(to.contact, outgoing);
      return undefined;
    } catch (error) {
      if (!(error instanceof Undelivered)) return new Undelivered("The message could not be handed over.", false);
      // Whatever the other side says back: the code in it is for one person alone.
      const words = error.words.replaceAll(code, "…").replaceAll(inGroups(code), "…").slice(0, 200);
      return new Undelivered(words, error.forGood);
    }
  }

  private note(id: string, failure: Undelivered | undefined): Promise<void> {
    const { store, now } = this.options;
    return store.write(DIRECTORY_ROOM, (tx) => {
      const { invitations } = tx.tables;
      const invitation = invitations.invitation(id);
      // Used or cancelled meanwhile: that stands.
      if (invitation?.state !== "open") return;
      const tries = invitation.tries + 1;
      const again = failure && !failure.forGood && tries < MOST_TRIES;
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
      const due = again ? now() + pause : null;
      invitations.setInvitation({ ...invitation, tries, due, failed: failure?.words ?? null });
    });
  }

  private async renewCode(id: string): Promise<string> {
    const code = newCode();
    await this.options.store.write(DIRECTORY_ROOM, (tx) => tx.tables.invitations.setCode(id, hashCode(code)));
    this.keep(id, code);
    return code;
  }

  private keep(id: string, code: string): void {
    this.codes.set(id, code);
    // Of those that were cancelled meanwhile nobody takes the code away.
    if (this.codes.size > MOST_CODES) this.codes.delete(this.codes.keys().next().value as string);
  }
}

const WAY_WORDS = { email: "e-mail", sms: "mobile" } as const;

const addressFor = (contact: Contact | undefined, way: Exclude<InviteWay, "show">): string | undefined =>
  way === "email" ? contact?.email : contact?.mobile;

const isWaiting = ({ state, expires, due }: Invitation, now: number): boolean =>
  state === "open" && expires > now && due !== null;
