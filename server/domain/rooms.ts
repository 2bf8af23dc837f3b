import {
  DIRECTORY_ROOM,
  type EventId,
  isId,
  mintId,
  type PersonId,
  type Province,
  provinceOf,
  type RoomId,
} from "#protocol/ids";
import { encodeRecord, KIND, MAX_BODY, SCHEME } from "#protocol/record";
import type { PostId } from "#protocol/directory";
import {
  type ControlBody,
  type ControlOp,
  type ControlRequest,
  controlText,
  directRoomId,
  postRoomId,
} from "#protocol/room";
import type { WireError } from "#protocol/error";
import { type Stamp, stampMs } from "#protocol/stamp";
import { applyChange } from "./apply.ts";
import { isHidden, isMinted } from "./claim.ts";
import type { HybridClock, Now } from "./clock.ts";
import { began, tookUp } from "./contact/meeting.ts";
import { decide, succession } from "./control.ts";
import { DayLimits } from "./day-limits.ts";
import { AppError } from "./error.ts";
import { type HoldersOf, holdersIn } from "./places.ts";
import type { Room, Store, Tx, VerifySignature } from "./ports.ts";
import { isPostId } from "./well-formed.ts";

export type Outcome = { state: "done" } | { state: "refused"; error: WireError };
type OutcomeListener = (id: EventId, person: PersonId, outcome: Outcome) => void;

/** Changes to rooms: sequenced here where this province is the room's home, kept for the home elsewhere. */
export class Rooms {
  private readonly listeners = new Set<OutcomeListener>();
  private kept: (request: ControlRequest, home: Province) => void = () => {};
  private readonly holdersOf: HoldersOf;
  private readonly limits: DayLimits;
  private readonly provinceOf = (person: PersonId) => this.store.person(person)?.province;

  constructor(
    private readonly store: Store,
    private readonly clock: HybridClock,
    private readonly verify: VerifySignature,
    private readonly now: Now,
  ) {
    this.holdersOf = holdersIn(store, now);
    this.limits = new DayLimits(store, now);
  }

  /**
   * Carries out a signed request, or keeps it on disk until the home has answered. The same request again is harmless.
   * @throws AppError fix, forbidden, conflict (at the home), elsewhere (room unknown here), wait
   */
  async control(request: ControlRequest): Promise<{ state: "done" | "waiting"; province: Province }> {
    await this.check(request);
    this.checkPublic(request);
    this.checkBlocks(request);
    const home = await this.homeOf(request);
    if (home === this.store.province) {
      await this.sequence(request);
      return { state: "done", province: home };
    }
    const { change, room, person } = request;
    if (change.op === "create" && change.kind === "direct")
      await this.store.write(room, (tx) => began(tx, room, person, this.store));
    await this.store.write(DIRECTORY_ROOM, (tx) => tx.putRequest(request));
    this.kept(request, home);
    return { state: "waiting", province: home };
  }

  /** The way on which kept requests travel to their home; replication sets it. */
  onKept(send: (request: ControlRequest, home: Province) => void): void {
    this.kept = send;
  }

  onOutcome(listener: OutcomeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The home has answered a kept request. */
  async settle(id: EventId, person: PersonId, outcome: Outcome): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) => tx.dropRequest(id));
    for (const listener of this.listeners) listener(id, person, outcome);
  }

  /** Where a request is to be sequenced. A new room lives in the province of the person who makes it. */
  async homeOf(request: ControlRequest): Promise<Province> {
    const { change, room, person } = request;
    if (change.op !== "create") {
      const known = this.store.room(room);
      if (!known || isHidden(known, person, this.store))
        throw new AppError("elsewhere", "This room is not kept on this node.");
      return known.home;
    }
    if (change.kind === "post") {
      const [post = ""] = change.posts ?? [];
      if (room !== (await postRoomId(person, post)))
        throw new AppError("fix", "A conversation with a post has the id that follows from person and post.");
      const { province } = this.store.tables.offices.post(post) ?? {};
      if (!province) throw new AppError("fix", "This post is not in the directory.");
      return province;
    }
    const founder = change.kind === "direct" ? ([person, ...change.members].sort()[0] as PersonId) : person;
    const home = this.store.person(founder)?.province;
    if (!home) throw new AppError("fix", "One of these people is not in the directory.");
    if (change.kind === "direct" && room !== (await directRoomId(person, change.members[0] ?? "")))
      throw new AppError("fix", "A direct conversation has the id that follows from its two people.");
    if (change.kind !== "direct" && !isMinted(room)) throw new AppError("fix", "A new room needs an id of its own.");
    return home;
  }

  private async check(request: ControlRequest): Promise<void> {
    if (!isRequest(request)) throw new AppError("fix", "The request is malformed.");
    const device = this.store.device(request.device);
    if (!device || device.revoked || device.person !== request.person)
      throw new AppError("sign-in", "This device is not known here. Sign in again.");
    const { signature, ...signed } = request;
    if (!(await this.verify(device.key, controlText(signed), signature)))
      throw new AppError("fix", "The request's signature does not match its device.");
  }

  /**
   * Who came by a public wave answers, and writes to posts that are open to the public (R132): they begin nothing else and
   * bring nobody in. Judged where they ask and where it is sequenced.
   * @throws AppError forbidden
   */
  private checkPublic({ person, room, change }: ControlRequest): void {
    if (this.store.person(person)?.public !== true) return;
    const leaves = change.op === "remove" && change.members.every((id) => id === person) && !change.posts?.length;
    const isIn = change.op === "create" && this.store.room(room)?.members.has(person);
    const [post = ""] = (change.op === "create" && change.kind === "post" && change.posts) || [];
    if (leaves || isIn || this.store.tables.offices.post(post)?.open === true) return;
    throw new AppError(
      "forbidden",
      "You can answer who writes to you, and write to posts that are open to the public.",
    );
  }

  /** What one begins with somebody whom one hears nothing of would not be shown. @throws AppError forbidden */
  private checkBlocks({ person, change }: ControlRequest): void {
    if (change.op !== "create" || change.kind !== "direct") return;
    const { contacts } = this.store.tables;
    if (change.members.some((other) => contacts.blocks(person, other)))
      throw new AppError("forbidden", "You have blocked this person. Take that back in the settings first.");
  }

  /**
   * A former life of this province has changed the room: perhaps oftener than this one knows, if it began with a
   * backup. What the others have seen under a number they do not take under it again, so this life counts on from the
   * time of day, which no life before has come to.
   */
  private isOlder(room: RoomId): boolean {
    const { province, origin } = this.store;
    return [...this.store.heads(room).keys()].some((of) => of !== origin && provinceOf(of) === province);
  }

  private sequence(request: ControlRequest): Promise<void> {
    const { province } = this.store;
    return this.store.write(request.room, (tx) => {
      if (tx.find(request.room, request.id)) return;
      const before = tx.room(request.room);
      // The conversation of two is there whoever of the two began it: asking twice is no mistake.
      const two = before?.kind === "direct" || before?.kind === "post";
      if (two && request.change.op === "create" && before.members.has(request.person))
        return tookUp(tx, before, request.person);
      const stamp = this.clock.next();
      const change = decide(before, request, province, stamp, this.provinceOf, this.holdersOf);
      this.limits.count(tx, request.room, change);
      this.record(tx, request, before, change, stamp);
    });
  }

  /**
   * Lets those who hold charge of a room's posts now take their places, and whoever does so no longer leave. Nothing
   * happens where nothing has changed, and where another province is the room's home: it hears of the charges itself.
   * @returns whether there may be more to do
   */
  succeed(id: RoomId, post: PostId): Promise<boolean> {
    const nobody = DIRECTORY_ROOM;
    const isDue = (room: Room | undefined, stamp: Stamp) =>
      room?.home === this.store.province
        ? succession(room, post, nobody, stamp, this.provinceOf, this.holdersOf)
        : undefined;
    if (!isDue(this.store.room(id), 0)) return Promise.resolve(false);
    return this.store.write(id, (tx) => {
      const before = tx.room(id);
      const stamp = this.clock.next();
      const change = isDue(before, stamp);
      if (change)
        this.record(tx, { id: mintId(this.now()), room: id, person: nobody, device: nobody }, before, change, stamp);
      return change !== undefined;
    });
  }

  /** Writes a control event, and makes the room what it says. */
  private record(
    tx: Tx,
    what: Pick<ControlRequest, "id" | "room" | "person" | "device">,
    before: Room | undefined,
    change: ControlBody,
    stamp: Stamp,
  ): void {
    const { id, room, person: sender, device } = what;
    const { province } = this.store;
    if (before && this.isOlder(room)) change.cseq = Math.max(change.cseq, Math.floor(stampMs(stamp) / 1000));
    const body = new TextEncoder().encode(JSON.stringify(change));
    if (body.length > MAX_BODY) throw new AppError("fix", "The change names too many people at once.");
    const record = encodeRecord({ id, room, sender, device, kind: KIND.control, scheme: SCHEME.control, body });
    const dests = new Set(before?.provinces ?? []);
    dests.delete(province);
    // The event goes to whom the room had; `applyChange` grants it to provinces that come in.
    tx.append(record, stamp, [...dests]);
    applyChange(tx, room, change, stamp, this.store);
  }
}

const arePosts = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.every(isPostId));
const isList = (value: unknown): value is PersonId[] => Array.isArray(value) && value.every(isId);

function isChange(change: ControlOp | null | undefined): boolean {
  switch (change?.op) {
    case "create":
      return (
        typeof change.kind === "string" &&
        typeof change.name === "string" &&
        typeof change.history === "string" &&
        isList(change.members) &&
        arePosts(change.posts)
      );
    case "add":
    case "remove":
      return isList(change.members) && arePosts(change.posts);
    case "rename":
      return typeof change.name === "string";
    case "role":
      return isId(change.person) && (change.role === "owner" || change.role === "member");
    default:
      return false;
  }
}

const isRequest = (r: ControlRequest): boolean =>
  isId(r.id) &&
  isId(r.room) &&
  r.room !== DIRECTORY_ROOM &&
  isId(r.person) &&
  isId(r.device) &&
  typeof r.signature === "string" &&
  (r.expect === undefined || Number.isSafeInteger(r.expect)) &&
  isChange(r.change);
