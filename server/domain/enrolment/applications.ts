import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import type { Person } from "#protocol/directory";
import type { InviteWay } from "#protocol/order";
import type { Now } from "../clock.ts";
import type { Offices } from "../directory/ports.ts";
import { looksLike, mixesScripts, namesOffice, withoutUnseen } from "../directory/look-alikes.ts";
import { AppError } from "../error.ts";
import type { Store } from "../ports.ts";
import { tidyLabel } from "./entrance.ts";
import type { InvitationDesk } from "./invitations.ts";
import type { WaveBook } from "./wave-book.ts";

const HOUR_MS = 3600_000;
const VALID_MS = 7 * 24 * HOUR_MS;
/** People whose names are compared with that of somebody who applies. */
const MOST_ALIKE = 50;
/** Applications that are being dealt with; more are told to wait. */
const MOST_WAITING = 500;

/**
 * People of the public who ask for an invitation while their wave is open. Until they come in with it they stand in a
 * list of this province alone, and in no directory. The answer is the same whoever asks, and is given before anything is
 * looked up: nobody learns who is known here.
 */
export class Applications {
  private waiting = 0;
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: {
      store: Store;
      waves: WaveBook;
      desk: InvitationDesk;
      now: Now;
      /** ways by which this node can send an invitation */
      ways: ReadonlySet<InviteWay>;
      failed: (error: unknown) => void;
    },
  ) {}

  get open(): boolean {
    return this.options.ways.size > 0 && this.options.waves.publicOpen();
  }

  /** @throws AppError forbidden (the public may not come in now), fix (form), wait (too many) */
  apply(name: string, contact: string): void {
    const words = tidyLabel(withoutUnseen(name));
    const to = readContact(contact);
    if (words.length < 2 || !/\p{L}/u.test(words)) throw new AppError("fix", "Give your name.");
    if (
      /\p{N}/u.test(words) ||
      mixesScripts(words) ||
      !/^[\p{Script=Latin}\p{Script=Arabic}\p{M}\s'’.-]+$/u.test(words)
    )
      throw new AppError("fix", "Write your name in Latin or in Urdu letters, and nothing else.");
    // Offices are no secret: that somebody has such a title tells nothing.
    const titles = this.options.store.tables.offices.findPosts(words, 20).map(({ title }) => title);
    if (namesOffice(words, titles)) throw new AppError("fix", "This is an office. Give your own name.");
    if (!to || !this.options.ways.has(to.way)) throw new AppError("fix", this.wanted());
    if (!this.open) throw new AppError("forbidden", "Applications are not open now.");
    if (this.waiting >= MOST_WAITING)
      throw new AppError("wait", "Many people are applying. Try again in a minute.", { retryAfter: 60_000 });
    this.waiting++;
    this.work = this.work
      .then(() => this.take(words, to))
      .catch(this.options.failed)
      .finally(() => this.waiting--);
  }

  /** Settles when all who have applied so far have been dealt with. */
  settled(): Promise<unknown> {
    return this.work;
  }

  private async take(name: string, to: { address: string; way: Exclude<InviteWay, "show"> }): Promise<void> {
    const { store, desk, waves, now } = this.options;
    const at = now();
    const known = store.tables.offices.personByContact(store.province, to.address);
    // Of somebody in office there are not two: such a person is entered by an administrator, who sees both. Who asks learns
    // nothing of it.
    const isTwin = (one: Person) => !one.public && isInOffice(one, store.tables.offices) && looksLike(name, one.name);
    if (store.search(name, MOST_ALIKE).some(isTwin)) return;
    const former = store.tables.invitations.applicantByContact(to.address);
    // Whom the province knows is invited by it; who asks again gets another message once an hour at most.
    if (known || (former && former.at > at - HOUR_MS) || (!former && !waves.publicOpen())) return;
    const person = former?.person ?? mintId(at);
    await store.write(DIRECTORY_ROOM, (tx) => {
      tx.tables.invitations.dropApplicantsBefore(at - VALID_MS);
      tx.tables.invitations.putApplicant({ person, name, contact: to.address, at });
      desk.inviteApplicant(tx, person, VALID_MS, to.way);
    });
    await desk.sendDue();
  }

  private wanted(): string {
    const { ways } = this.options;
    if (ways.size > 1) return "Give an e-mail address or a mobile number.";
    return ways.has("sms") ? "Give a mobile number." : "Give an e-mail address.";
  }
}

const isInOffice = ({ id, post }: Person, offices: Offices): boolean =>
  post.en !== "" || offices.chargesOf(id).length > 0;

/** Of the characters that addresses of people have; nothing that a mail header or a web request could take for its own. */
const EMAIL = /^[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/;

/** An e-mail address in lower case, or a mobile number in international form (Pakistan's where it begins with 03). */
function readContact(given: string): { address: string; way: "email" | "sms" } | undefined {
  const address = given.trim().toLowerCase();
  if (address.length <= 254 && EMAIL.test(address)) return { address, way: "email" };
  const digits = address.replace(/[\s()-]/g, "").replace(/^03(?=\d{9}$)/, "+923");
  return /^\+[1-9]\d{7,14}$/.test(digits) ? { address: digits, way: "sms" } : undefined;
}
