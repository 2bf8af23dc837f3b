import { CLOSE } from "#protocol/close";
import { downFrame } from "#protocol/frame";
import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { Notice } from "#protocol/notice";
import { isActive } from "../domain/administration/reach.ts";
import type { Committed } from "../domain/ports.ts";
import { Audience } from "./audience.ts";
import { CardNews } from "./card-news.ts";
import { FanOut } from "./fan-out.ts";
import { MarkNews } from "./marks.ts";
import { Openness } from "./openness.ts";
import type { Services } from "./ports.ts";
import { Presence } from "./presence.ts";
import { ResumeQueue } from "./resume.ts";
import type { Session } from "./session.ts";

/** Sessions of one person at once; the oldest gives way. */
const MAX_SESSIONS = 16;

/** Everything that reaches sessions without their asking: commits, marks, presence, links, outcomes. */
export class Hub {
  readonly audience = new Audience();
  readonly presence: Presence;
  readonly resumes: ResumeQueue;
  private readonly fanOut: FanOut;
  readonly marks: MarkNews;
  private readonly cards: CardNews;
  private awake: Session[] = [];
  private linksTold = "[]";
  private stops: (() => void)[] = [];

  constructor(
    private readonly services: Services,
    failed: (session: Session, error: unknown) => void,
  ) {
    const { store, reading, directory, neighbours, now } = services;
    const openness = new Openness(store, this.audience);
    this.presence = new Presence(store, this.audience, openness, neighbours, now);
    this.marks = new MarkNews(store, this.audience, openness, (error) => this.unexpected("marks", error));
    const unexpected = (error: unknown) => this.unexpected("cards", error);
    this.cards = new CardNews(store, directory, this.audience, this.presence, unexpected, now);
    this.resumes = new ResumeQueue(store, reading, (session) => this.presence.greet(session), failed);
    this.fanOut = new FanOut(store, reading, this.audience, openness, (work) => {
      this.resumes.admit(work).catch((error) => this.unexpected("room", error));
    });
  }

  start(): void {
    const { store, rooms, neighbours, succession } = this.services;
    this.linksTold = JSON.stringify(this.links());
    const ticking = setInterval(() => this.guarded("tick", () => this.tick()), 1000);
    this.stops = [
      store.onCommit((committed) => this.guarded("commit", () => this.committed(committed))),
      rooms.onOutcome((id, person, outcome) => {
        for (const session of this.audience.of(person)) session.send({ t: "control", id, ...outcome });
      }),
      () => clearInterval(ticking),
    ];
    const { ownAffairs } = this.services;
    if (ownAffairs)
      this.stops.push(ownAffairs.onChange((person) => this.guarded("change", () => this.changed(person))));
    if (succession) this.stops.push(succession.onPassed((post) => this.cards.post(post)));
    if (neighbours)
      this.stops.push(
        neighbours.onLive((from, message) => this.guarded("live", () => this.presence.heard(from, message))),
        neighbours.onLinks(() =>
          this.guarded("links", () => {
            this.presence.links();
            this.tellLinks();
          }),
        ),
      );
  }

  stop(): void {
    for (const stop of this.stops) stop();
    this.marks.stop();
    this.cards.stop();
  }

  links() {
    return this.services.neighbours?.links() ?? [];
  }

  join(session: Session): void {
    const others = this.audience.of(session.person);
    if (others.length >= MAX_SESSIONS) others[0]?.close(CLOSE.resume, "too many connections of one person");
    this.audience.join(session);
    this.services.lastSeen?.saw(session.device);
    this.presence.touched(session);
  }

  leave(session: Session): void {
    if (!this.audience.leave(session)) return;
    this.services.lastSeen?.saw(session.device);
    this.presence.touched(session);
    const { state } = session;
    this.services.calls?.gone(session, state.at === "closing" && state.code === CLOSE.signIn);
  }

  /** Gathers sessions with something to send; all that one turn of the event loop brings goes out as one write each. */
  wake(session: Session): void {
    if (this.awake.push(session) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const awake = this.awake;
    this.awake = [];
    for (const session of awake) session.flush();
  }

  private committed(committed: Committed): void {
    this.services.meter.count("beep_events_total", committed.records.length);
    this.services.meter.count("beep_commits_total");
    this.fanOut.committed(committed);
    this.marks.moved(committed.marks);
    for (const id of committed.rooms) {
      const room = this.services.store.room(id);
      if (room) this.presence.introduce(room);
    }
    for (const { room: id, person } of committed.regarded) {
      const room = this.services.store.room(id);
      if (room?.members.has(person)) this.presence.regarded(room, person);
    }
    for (const person of new Set(committed.regarded.map((each) => each.person))) this.tellContacts(person);
    for (const { person, notice } of committed.notices) this.tellOwn(person, notice);
    for (const id of committed.devices) this.checkDevice(id);
    for (const entry of committed.entries)
      if ("person" in entry) {
        this.checkPerson(entry.person);
        this.cards.person(entry.person.id);
      } else if ("photo" in entry) this.cards.person(entry.photo.person);
  }

  private tellContacts(person: PersonId): void {
    const sessions = this.audience.of(person);
    if (sessions.length === 0) return;
    const frame = downFrame({ t: "contacts", waiting: this.services.contacts?.waiting(person) ?? 0 });
    for (const session of sessions) session.push(frame);
  }

  private tellOwn(person: PersonId, notice: Notice): void {
    const sessions = this.audience.of(person);
    if (sessions.length === 0) return;
    const frame = downFrame({ t: "notice", notice });
    for (const session of sessions) session.push(frame);
  }

  private checkDevice(id: string): void {
    const device = this.services.store.device(id);
    if (device && !device.revoked) this.changed(device.person);
    if (!device?.revoked) return;
    for (const session of [...this.audience.of(device.person)])
      if (session.device === id) session.close(CLOSE.signIn, "this device was removed");
  }

  /** Who is inside hears of whoever came in as them, and by what one can. */
  private changed(person: PersonId): void {
    const sessions = this.audience.of(person);
    const changes = sessions.length > 0 ? (this.services.ownAffairs?.changes(person) ?? []) : [];
    if (changes.length > 0) this.tellOwn(person, { kind: "changes", changes });
  }

  /** Who is retired or removed has no session. */
  private checkPerson(person: Person): void {
    if (isActive(person)) return;
    for (const session of [...this.audience.of(person.id)]) session.close(CLOSE.signIn, "this person is not active");
  }

  private tick(): void {
    this.presence.tick();
    this.tellLinks();
  }

  private tellLinks(): void {
    const links = this.links();
    const said = JSON.stringify(links);
    if (said === this.linksTold) return;
    this.linksTold = said;
    const frame = downFrame({ t: "link", links });
    for (const session of this.audience.all()) session.push(frame);
  }

  /** What goes wrong here must neither stop the store's commit nor vanish. */
  private guarded(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.unexpected(what, error);
    }
  }

  private unexpected(what: string, error: unknown): void {
    this.services.meter.count("beep_hub_errors_total");
    this.services.log("error", "hub.failed", { what, ...this.services.errorFields(error) });
  }
}
