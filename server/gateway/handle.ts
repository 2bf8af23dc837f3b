import { CLOSE } from "#protocol/close";
import { pageFrame, readJson, readRecords } from "#protocol/frame";
import { isContactAct } from "#protocol/contact";
import type { Person, Photo, PostCard } from "#protocol/directory";
import type { Down } from "#protocol/down";
import type { EventId, PersonId } from "#protocol/ids";
import { AT, idIn, KIND, placeIn, roomIn } from "#protocol/record";
import type { ControlRequest } from "#protocol/room";
import { type Hello, type Up, UP } from "#protocol/up";
import { CAPABILITIES, MIN_VERSION, VERSION } from "#protocol/version";
import { isActive } from "../domain/administration/reach.ts";
import { Reader } from "../domain/directory/cards.ts";
import { standingNotices } from "../domain/enrolment/held.ts";
import { AppError, wireError } from "../domain/error.ts";
import type { Hub } from "./hub.ts";
import { namedIn } from "./openness.ts";
import { type Rate, take } from "./limits.ts";
import { LookingUp, STRANGERS_A_DAY } from "./looking-up.ts";
import type { Services } from "./ports.ts";
import { fit, lightened, LISTED } from "./resume.ts";
import { Searching } from "./searching.ts";
import type { Session } from "./session.ts";
import { Signalling } from "./signalling.ts";
import type { Turns } from "./turns.ts";
import { readUp } from "./validate.ts";

/** What a write of marks counts for among the bytes under way. */
const MARK_BYTES = 1024;
/** What an affair counts for: a session has at most 32 of them under way. */
const AFFAIR_BYTES = 64 * 1024;
/** The capability of clients that take their rooms in pages. */
const ROOMS_IN_PAGES = "rooms.v1";
/** Rooms of one `delivered` that are marked in one piece. */
const ROOMS_AT_ONCE = 16;

/**
 * Does what a client's frame asks. It returns a promise only where the next frame must wait for it; writes that may
 * overlap are tracked by the session, begun in the order in which they came.
 */
export class Handler {
  private readonly signalling: Signalling;
  private readonly searching: Searching;
  private readonly lookingUp: LookingUp;

  constructor(
    private readonly services: Services,
    private readonly hub: Hub,
    private readonly rates: { frames: Rate; drafts: Rate; signals: Rate; affairs: Rate; searching: Rate },
    private readonly turns: Turns,
    private readonly opened: (session: Session) => void,
    factor = 1,
  ) {
    this.lookingUp = new LookingUp(
      services.store,
      services.now,
      (error) => services.log("error", "looking-up.not-counted", services.errorFields(error)),
      Math.ceil(STRANGERS_A_DAY * factor),
    );
    this.searching = new Searching(rates.searching, services.now);
    this.signalling = new Signalling(services, rates.signals, (session, message, error) =>
      this.refuse(session, message, error),
    );
  }

  take(session: Session, frame: Uint8Array): void | Promise<void> {
    if (frame[0] === UP.send) return this.drafts(session, frame);
    const message = frame[0] === UP.json ? parse(frame) : undefined;
    if (!message) return session.strike();
    const wait = take(session.frames, this.rates.frames, this.services.now());
    if (wait > 0) return session.close(CLOSE.wait, "too many requests");
    if ((message.t === "hello") !== (session.state.at === "opening")) return session.strike();
    if (message.t === "hello") return this.hello(session, message);
    try {
      const work = this.answer(session, message);
      return work?.catch((error) => this.refuse(session, message, error));
    } catch (error) {
      this.refuse(session, message, error);
    }
  }

  /** Tells the client, with the request's `ref` or the event's `id`; what is our own fault goes to the log as well. */
  refuse(session: Session, message: object, error: unknown): void {
    const wire = wireError(error);
    if (wire.code === "internal") {
      this.services.meter.count("beep_session_errors_total");
      this.services.log("error", "session.failed", { device: session.device, ...this.services.errorFields(error) });
    }
    const { ref, id } = message as { ref?: number; id?: EventId };
    session.send({ t: "error", ...(ref !== undefined && { ref }), ...(id !== undefined && { id }), error: wire });
  }

  private hello(session: Session, hello: Hello): void | Promise<void> {
    this.opened(session);
    const { directory } = this.services;
    const person = directory.person(session.person);
    if (hello.version < MIN_VERSION) {
      const message = "This version of Beep is too old for the node. Reload to update.";
      session.send({ t: "error", error: { code: "update", message } });
      session.close(CLOSE.update, "update");
    } else if (!person || !isActive(person)) session.close(CLOSE.signIn, "this person is not known");
    else
      return this.prepare(session, hello).then(() =>
        this.hub.resumes.admit(() => this.welcome(session, person, hello)),
      );
  }

  /** Brings what a welcome looks at into memory, some of it at a time: that is most of its work where rooms are many. */
  private prepare(session: Session, hello: Hello): Promise<void> {
    const { store } = this.services;
    const rooms = new Set([...store.roomsOf(session.person), ...Object.keys(hello.have)]);
    return this.inPieces(session, [...rooms], (room) => store.latest(room));
  }

  private welcome(session: Session, person: Person, hello: Hello): void {
    if (session.state.at !== "opening") return;
    // Revoked while it waited for its turn: nobody could tell it, as it had not joined.
    const { reading, store, log, now } = this.services;
    const present = store.person(session.person);
    if (store.device(session.device)?.revoked !== false || !present || !isActive(present)) {
      session.close(CLOSE.signIn, "this device is not known");
      return;
    }
    const own = reading.newest(person.id);
    const pages = hello.capabilities.includes(ROOMS_IN_PAGES);
    const rooms = pages
      ? reading.rooms(person.id, hello.rooms, own.slice(0, LISTED))
      : lightened(reading.rooms(person.id, hello.rooms, own), person.id);
    const roles = this.services.administration?.rolesOf(person.id) ?? [];
    const notices = standingNotices(store, person.id, now());
    if (person.province !== store.province) session.named = namedIn(hello.have, hello.rooms);
    const waiting = this.services.contacts?.waiting(person.id) ?? 0;
    this.hub.join(session);
    session.send({
      t: "welcome",
      version: VERSION,
      capabilities: [...CAPABILITIES],
      person,
      ...(roles.length > 0 && { roles }),
      device: session.device,
      province: store.province,
      origin: store.origin,
      now: now(),
      rooms,
      ...(rooms.length < own.length && { more: true as const }),
      links: this.hub.links(),
    });
    for (const notice of notices) session.send({ t: "notice", notice });
    if (waiting > 0) session.send({ t: "contacts", waiting });
    this.services.calls?.greet(session);
    this.hub.resumes.begin(session, own, rooms.length, hello);
    log("debug", "session.hello", { device: session.device, app: hello.app.slice(0, 60), version: hello.version });
  }

  private drafts(session: Session, frame: Uint8Array): void {
    const records = readRecords(frame);
    const count = records?.length ?? 0;
    const wait = count > 0 ? take(session.drafts, this.rates.drafts, this.services.now(), count) : 0;
    if (session.state.at === "opening" || !records || count === 0) session.strike();
    else if (wait > 0) {
      const words = "Too many messages at once. They are sent again in a moment.";
      const error = new AppError("wait", words, { retryAfter: wait });
      for (const record of records) this.refuse(session, { id: idIn(record) }, error);
    } else {
      const from = performance.now();
      for (const record of records) session.track(this.draft(session, record, from), record.length);
    }
  }

  /** The hub acknowledges what is committed; an ack from here is the first one again. */
  private async draft(session: Session, record: Uint8Array, from: number): Promise<void> {
    try {
      const ack = await this.services.messaging.send(session, record);
      this.services.meter.observe("beep_ack_seconds", (performance.now() - from) / 1000);
      if (placeIn(record).n !== ack.n) session.ackAgain(ack);
    } catch (error) {
      this.refuse(session, { id: idIn(record) }, error);
    }
  }

  private answer(session: Session, message: Exclude<Up, Hello>): void | Promise<void> {
    const { reading, directory } = this.services;
    const { person } = session;
    switch (message.t) {
      case "read":
        this.write(session, message, reading.read(person, message.room, message.upto));
        break;
      case "delivered":
        return this.delivered(session, message);
      case "page": {
        const { ref, room, before, limit } = message;
        const page = reading.page(person, room, before, limit);
        const { records, cut } = fit(page.records);
        session.push(pageFrame({ ref, room, more: page.more || cut, gap: false }, records));
        break;
      }
      case "room": {
        const { ref, room } = message;
        session.send({ t: "room", room: reading.summary(person, room) });
        session.send({ t: "detail", ref, room, ...reading.detail(person, room) });
        break;
      }
      case "people":
        session.send({ t: "people", ref: message.ref, people: this.people(this.readerOf(person), message.ids) });
        break;
      case "find": {
        const { ref, text } = message;
        const { people, posts } = this.searching.do(person, () => this.find(this.readerOf(person), text));
        session.send({ t: "people", ref, people, ...(posts.length > 0 && { posts }) });
        break;
      }
      case "photo":
        session.send({ t: "photo", ref: message.ref, photo: this.photo(this.readerOf(person), message.person) });
        break;
      case "posts":
        session.send({
          ...{ t: "posts", ref: message.ref },
          posts: this.searching.do(person, () => this.posts(this.readerOf(person), directory.postCards(message.ids))),
        });
        break;
      case "self":
      case "admin":
      case "order":
        this.affair(session, message);
        break;
      case "typing":
        this.hub.presence.typing(session, message.room, message.on);
        break;
      case "control":
        return this.control(session, message.request);
      case "outcome":
        // An id costs as much as a look into each file: what many cost is counted, and others have their turn between.
        return this.inPieces(session, message.ids, (id) => this.outcome(session, id));
      case "call":
        this.signalling.take(session, message);
        break;
      case "ping":
        session.send({ t: "pong" });
        break;
    }
  }

  private inPieces<T>(session: Session, items: readonly T[], work: (item: T) => void): Promise<void> {
    return this.turns.inPieces(session.person, items, work, () => session.state.at === "closing");
  }

  /** A client that was away confirms hundreds of rooms in one frame. */
  private delivered(session: Session, message: Extract<Up, { t: "delivered" }>): void | Promise<void> {
    const { reading } = this.services;
    const rooms = Object.entries(message.rooms);
    const write = (some: typeof rooms) =>
      this.write(session, message, reading.delivered(session.person, Object.fromEntries(some)));
    if (rooms.length <= ROOMS_AT_ONCE) return write(rooms);
    const parts = Array.from({ length: Math.ceil(rooms.length / ROOMS_AT_ONCE) }, (_, at) =>
      rooms.slice(at * ROOMS_AT_ONCE, (at + 1) * ROOMS_AT_ONCE),
    );
    return this.inPieces(session, parts, write);
  }

  private readerOf(person: PersonId): Reader {
    return new Reader(person, this.services.store, this.services.now);
  }

  /** The public learns of nobody by asking but of those in whose rooms they are. */
  private people(reader: Reader, ids: readonly PersonId[]): Person[] {
    const known = ids.filter((id) => reader.shares(id));
    const strangers = reader.isPublic ? [] : ids.filter((id) => !reader.shares(id));
    const { directory } = this.services;
    const unknown = directory.people(strangers);
    const shown = directory.people(known);
    try {
      this.lookingUp.see(reader.id, strangersIn(reader, unknown));
      shown.push(...unknown);
    } catch (error) {
      // Whose rooms one is in, they are shown however many others were looked up.
      if (shown.length === 0) throw error;
    }
    return shown.map((one) => reader.card(one));
  }

  private find(reader: Reader, text: string): { people: Person[]; posts: PostCard[] } {
    const { directory } = this.services;
    const people = reader.isPublic ? [] : directory.find(text, 20);
    const posts = directory.findPosts(text, 10).filter((card) => this.shows(reader, card));
    const holders = posts.flatMap((card) => card.holders.map(({ person }) => person));
    this.lookingUp.see(reader.id, strangersIn(reader, [...people, ...holders]));
    return { people: people.map((one) => reader.card(one)), posts: posts.map((card) => reader.postCard(card)) };
  }

  private posts(reader: Reader, cards: readonly PostCard[]): PostCard[] {
    const shown = cards.filter((card) => this.shows(reader, card));
    this.lookingUp.see(
      reader.id,
      strangersIn(
        reader,
        shown.flatMap((card) => card.holders.map(({ person }) => person)),
      ),
    );
    return shown.map((card) => reader.postCard(card));
  }

  /** The public sees posts that are open to it, and those with which it shares a room. */
  private shows(reader: Reader, { post }: PostCard): boolean {
    if (!reader.isPublic || post.open) return true;
    return this.services.store.roomsWithPost(post.id).some((room) => reader.isIn(room));
  }

  private photo(reader: Reader, id: PersonId): Photo | null {
    if (reader.isPublic && !reader.shares(id)) return null;
    if (!reader.shares(id)) this.lookingUp.see(reader.id, [id]);
    return this.services.directory.photo(id);
  }

  private write(session: Session, message: Up, work: Promise<void>): void {
    session.track(
      work.catch((error) => this.refuse(session, message, error)),
      MARK_BYTES,
    );
  }

  /** Administration and one's own affairs. Later frames do not wait for it: a device that is linked may take minutes. */
  private affair(session: Session, message: Extract<Up, { t: "self" | "admin" | "order" }>): void {
    const { ref } = message;
    if (message.t !== "self") {
      session.affairs ??= { tokens: Number.MAX_VALUE, at: this.services.now() };
      const wait = take(session.affairs, this.rates.affairs, this.services.now());
      if (wait > 0) throw new AppError("wait", "Too much at once. Try again in a moment.", { retryAfter: wait });
    }
    const work = this.done(session, message).then(
      (down) => session.send(down),
      (error) => this.refuse(session, { ref }, error),
    );
    session.track(work, AFFAIR_BYTES);
  }

  private async done(session: Session, message: Extract<Up, { t: "self" | "admin" | "order" }>): Promise<Down> {
    const { administration, ownAffairs, contacts } = this.services;
    const { ref, t } = message;
    const nobody = () => new AppError("elsewhere", "This node does not administer. Go to a node that does.");
    if (t === "self" && isContactAct(message.act)) {
      if (!contacts) throw nobody();
      return { t, ref, answer: await contacts.act(session, message.act) };
    }
    if (t === "self") {
      if (!ownAffairs) throw nobody();
      return { t, ref, answer: await ownAffairs.act(session, message.act, message.proof) };
    }
    if (!administration) throw nobody();
    if (t === "admin") return { t, ref, answer: await administration.ask(session, message.ask) };
    return { t: "ordered", ref, answer: await administration.order(session, message.order) };
  }

  private async control(session: Session, request: ControlRequest): Promise<void> {
    try {
      if (request.person !== session.person || request.device !== session.device)
        throw new AppError("fix", "The request names another sender than the one signed in.");
      session.send({ t: "control", id: request.id, ...(await this.services.rooms.control(request)) });
    } catch (error) {
      const wire = wireError(error);
      if (wire.code === "internal") this.refuse(session, { id: request.id }, error);
      // Full, busy and not here are not answers to the request itself: it is kept and sent again.
      else if (wire.code === "wait" || wire.code === "elsewhere" || wire.code === "sign-in")
        session.send({ t: "error", id: request.id, error: wire });
      else session.send({ t: "control", id: request.id, state: "refused", error: wire });
    }
  }

  /** What became of a draft or a request whose answer the client did not get. */
  private outcome(session: Session, id: EventId): void {
    const { store, reading } = this.services;
    const waiting = store.request(id);
    if (waiting?.person === session.person) {
      const province = store.room(waiting.room)?.home;
      session.send({ t: "control", id, state: "waiting", ...(province && { province }) });
      return;
    }
    const record = store.sentBy(session.person, id).find((sent) => reading.canSee(session.person, roomIn(sent)));
    if (record) {
      if (record[AT.kind] === KIND.control) session.send({ t: "control", id, state: "done" });
      else session.ackAgain({ id, ...placeIn(record) });
      return;
    }
    const message = "This node does not know of it. Send it again.";
    session.send({ t: "error", id, error: { code: "wait", message } });
  }
}

const strangersIn = (reader: Reader, people: readonly Person[]): PersonId[] =>
  people.map(({ id }) => id).filter((id) => !reader.shares(id));

function parse(frame: Uint8Array): Up | undefined {
  try {
    return readUp(readJson(frame));
  } catch {
    return undefined;
  }
}
