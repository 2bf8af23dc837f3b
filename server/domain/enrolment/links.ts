import { randomBytes } from "node:crypto";
import type { Enrolled } from "#protocol/enrol";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import { AppError } from "../error.ts";
import { lettersOf, mintLetters } from "./code.ts";

/** Letters of a link's code: about 39 bits, for five minutes. */
const CODE_LETTERS = 8;
const VALID_MS = 5 * 60_000;
const MOST_LINKS = 5_000;

/** A device that came with a code, and must be let in by the older one. */
export interface Comer {
  key: string;
  label: string;
  /** its network address */
  address: string;
}

type State =
  | { at: "open" }
  | { at: "come"; comer: Comer }
  | { at: "let"; comer: Comer; enrolled: Enrolled }
  | { at: "refused" };

type Change = ReturnType<typeof Promise.withResolvers<void>>;

interface Link {
  code: string;
  person: PersonId;
  /** the older device */
  device: DeviceId;
  expires: number;
  state: State;
  /** of the device that came */
  ticket: string;
  /** the device is being entered: neither a second yes nor a no comes in between */
  held: boolean;
  changed: Change;
}

/**
 * Links between an older device, which shows a code, and a newer one that comes with it. They live in memory for five
 * minutes; one for each person, so many in all. What a ticket brings is bound to the key with which it was asked for.
 */
export class Links {
  /** oldest first: a Map keeps the order of insertion, and all live equally long */
  private readonly byCode = new Map<string, Link>();
  private readonly byPerson = new Map<PersonId, Link>();
  private readonly byTicket = new Map<string, Link>();

  constructor(private readonly now: Now) {}

  /** A code for the person; an earlier one is void. */
  open(person: PersonId, device: DeviceId): { code: string; expires: number } {
    this.tidy();
    const former = this.byPerson.get(person);
    if (former) this.drop(former);
    const expires = this.now() + VALID_MS;
    const link: Link = {
      code: mintLetters(CODE_LETTERS),
      person,
      device,
      expires,
      state: { at: "open" },
      ticket: randomBytes(24).toString("base64url"),
      held: false,
      changed: Promise.withResolvers(),
    };
    this.byCode.set(link.code, link);
    this.byPerson.set(person, link);
    return { code: link.code, expires };
  }

  /**
   * A newer device comes with a code. Only the first one is heard; who comes second learns no more than who guesses.
   * @returns the ticket with which it waits
   * @throws AppError forbidden
   */
  come(code: string, comer: Comer): string {
    const link = this.byCode.get(lettersOf(code));
    if (!link || link.expires <= this.now() || link.state.at !== "open")
      throw new AppError("forbidden", "This code is not valid. Ask for a new one.");
    this.byTicket.set(link.ticket, link);
    this.become(link, { at: "come", comer });
    return link.ticket;
  }

  /** Who came with the older device's code; null where nobody has within so many milliseconds. @throws AppError forbidden */
  async comer(person: PersonId, device: DeviceId, code: string, ms: number): Promise<Comer | null> {
    const link = this.own(person, device, code);
    if (link.state.at === "open") await this.change(link, ms);
    const { state } = this.own(person, device, code);
    return state.at === "come" || state.at === "let" ? state.comer : null;
  }

  /** Who waits to be let in. @throws AppError forbidden (no such code), conflict (nobody waits) */
  waiting(person: PersonId, device: DeviceId, code: string): Comer {
    const { state, held } = this.own(person, device, code);
    if (state.at !== "come" || held) throw new AppError("conflict", "No device waits to be let in with this code.");
    return state.comer;
  }

  /** Takes who waits, for one yes alone; to be followed by `let` or `release`. @throws as `waiting` */
  hold(person: PersonId, device: DeviceId, code: string): Comer {
    const comer = this.waiting(person, device, code);
    this.own(person, device, code).held = true;
    return comer;
  }

  /** It could not be entered after all, and goes on waiting. */
  release(code: string): void {
    const link = this.byCode.get(code);
    if (link) link.held = false;
  }

  /** The comer is in: its ticket answers so until the link expires. */
  let(code: string, enrolled: Enrolled): void {
    const link = this.byCode.get(code);
    if (link?.state.at === "come") this.become(link, { at: "let", comer: link.state.comer, enrolled });
  }

  /** Nobody comes in with this code any more. */
  refuse(person: PersonId, device: DeviceId, code: string): void {
    const link = this.own(person, device, code);
    if (link.held) throw new AppError("conflict", "This device is in already. Remove it from your devices.");
    this.become(link, { at: "refused" });
  }

  /** What became of a device that came: null while it must wait. @throws AppError forbidden */
  async outcome(ticket: string, ms: number): Promise<Enrolled | null> {
    const link = this.byTicket.get(ticket);
    if (link?.state.at === "come") await this.change(link, ms);
    const state = this.byTicket.get(ticket)?.state;
    if (state?.at === "let") return state.enrolled;
    if (!link || state?.at !== "come" || link.expires <= this.now())
      throw new AppError("forbidden", "You were not let in. Begin again with a new code.");
    return null;
  }

  private own(person: PersonId, device: DeviceId, code: string): Link {
    const link = this.byCode.get(lettersOf(code));
    if (link?.person !== person || link.device !== device || link.expires <= this.now())
      throw new AppError("forbidden", "This code is over. Make a new one.");
    return link;
  }

  private become(link: Link, state: State): void {
    link.state = state;
    link.changed.resolve();
    link.changed = Promise.withResolvers();
  }

  private async change(link: Link, ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, Math.max(0, Math.min(ms, link.expires - this.now())));
    });
    await Promise.race([link.changed.promise, late]);
    clearTimeout(timer);
  }

  private tidy(): void {
    for (const link of this.byCode.values()) {
      if (link.expires > this.now() && this.byCode.size < MOST_LINKS) break;
      this.drop(link);
    }
  }

  private drop(link: Link): void {
    this.byCode.delete(link.code);
    this.byTicket.delete(link.ticket);
    if (this.byPerson.get(link.person) === link) this.byPerson.delete(link.person);
    this.become(link, { at: "refused" });
  }
}
