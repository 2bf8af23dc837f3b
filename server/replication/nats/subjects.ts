import type { Province } from "#protocol/ids";

/** Every name on the wire between a node and nats-server, and between servers (nats/README.md, "Subjects"). */
export const logStream = (origin: Province) => `LOG_${origin}`;
export const inboxStream = (origin: Province) => `IN_${origin}`;
export const consumerFor = (reader: Province) => `to_${reader}`;

/** One copy per destination: what a province does not read is not even sent to it. */
export const logSubject = (origin: Province, dest: Province, file: number, shard: number) =>
  `log.${origin}.${dest}.${file}.${shard}`;
export const logOf = (origin: Province) => `log.${origin}.>`;
export const logTo = (origin: Province, reader: Province) => `log.${origin}.${reader}.>`;
export const logOfFile = (origin: Province, file: number) => `log.${origin}.*.${file}.*`;

export const deliverSubject = (origin: Province, reader: Province) => `deliver.${origin}.${reader}`;
export const liveSubject = (origin: Province, reader: Province) => `live.${origin}.${reader}`;
/** Where an origin repeats how far its log goes for a reader. */
export const tailSubject = (origin: Province, reader: Province) => `tail.${origin}.${reader}`;
/** Where an inbox says that something came in; heads only, and never over a link. */
export const ARRIVALS = "in.>";

export const resetSubject = (origin: Province, reader: Province) =>
  `$JS.${origin}.API.CONSUMER.RESET.${logStream(origin)}.${consumerFor(reader)}`;
/** The only prefix on which an answer may come back over a link. */
export const LINK_REPLIES = "$JSC.R";

export const HEADER = {
  /** names the append call, so that an unknown outcome can be looked up */
  append: "Beep-Append",
  /** highest outbox position of the message's file in that append */
  last: "Beep-Last",
  /** where the reader's frame before this one stands in the log */
  after: "Beep-After",
  /** heads of the logs that go out whole with it, signed (SignedFrame, JSON) */
  signed: "Beep-Signed",
  /** the life of the data folder that wrote it */
  origin: "Beep-Origin",
} as const;
