import type { Person } from "#protocol/directory";
import type { Ack } from "#protocol/down";
import type { EventId, PersonId, RoomId } from "#protocol/ids";
import type { ControlOp } from "#protocol/room";
import type { Place, Stamp } from "#protocol/stamp";

/** What a client of a run can be asked, whichever code it is made of. */
export interface FleetMember {
  readonly person: Person;
  readonly id: PersonId;
  /** every promise that was made, once per ack received */
  readonly promised: (Ack & { room: RoomId })[];
  /** refusals that no retry can mend, and whatever else should never happen */
  readonly refused: string[];
  /** drafts or changes wait to be stored */
  readonly busy: boolean;
  /** on a node of its own province, with all that the node has */
  readonly settled: boolean;
  start(): Promise<void> | void;
  stop(): Promise<void>;
  knows(room: RoomId): boolean;
  send(room: RoomId, text: string): EventId;
  /** Settles when the room's home has carried it out, however long that takes. */
  control(room: RoomId, change: ControlOp): Promise<void>;
  /** The request by which this client brought a member in, once it was carried out. */
  requestOf(room: RoomId, member: PersonId): EventId | undefined;
  /** Loses its connection. */
  drop(): void;
  /** Fetches what it would show if a person scrolled to the beginning of each room. */
  collect(): Promise<void>;
  /** What it shows of a room, in its order. */
  view(room: RoomId): { since: Stamp; events: (Place & { id: EventId })[]; complaints: string[] };
  /** Where it stands, for a finding. */
  state(): string;
}
