import { nuid } from "@nats-io/transport-node";
import type { Province } from "#protocol/ids";
import { api, CODE, isApiError, readAnswer, type StreamInfo } from "./api.ts";
import { LOG_BYTES } from "./disk.ts";
import type { Link } from "./link.ts";
import {
  ARRIVALS,
  consumerFor,
  deliverSubject,
  inboxStream,
  LINK_REPLIES,
  logOf,
  logStream,
  logTo,
  resetSubject,
} from "./subjects.ts";

const DAY_NS = 24 * 3600 * 1e9;
/** The log is transport; what is older than this a province asks the origin's store for. */
const LOG_AGE_NS = 30 * DAY_NS;

/** Our log: nothing in it can be deleted, and only its limits let anything go. */
export async function declareLog(link: Link, origin: Province): Promise<void> {
  await declareStream(link, {
    name: logStream(origin),
    subjects: [logOf(origin)],
    retention: "limits",
    discard: "old",
    storage: "file",
    max_age: LOG_AGE_NS,
    max_bytes: LOG_BYTES,
    // compare-and-set makes a second copy impossible, so no memory goes into ids
    duplicate_window: 100e6,
    allow_atomic: true,
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    compression: "s2",
  });
}

/** The consumer that a reader's inbox draws from: durable, so that the origin remembers how far the reader is. */
export async function declareConsumer(link: Link, origin: Province, reader: Province): Promise<void> {
  await api(link, `CONSUMER.DURABLE.CREATE.${logStream(origin)}.${consumerFor(reader)}`, {
    stream_name: logStream(origin),
    config: {
      durable_name: consumerFor(reader),
      deliver_subject: deliverSubject(origin, reader),
      deliver_policy: "all",
      ack_policy: "flow_control",
      replay_policy: "instant",
      filter_subject: logTo(origin, reader),
      flow_control: true,
      idle_heartbeat: 1e9,
      max_ack_pending: 20_000,
    },
  });
}

/**
 * Our copy of an origin's log. Where there is none the origin's consumer is first set back to what we lack: it may
 * remember how far a lost copy had come. That takes the link, and without it nothing could come in anyway.
 * @param since sequence in the origin's log of the first frame that we lack
 * @param timeout milliseconds to wait for the origin's answer, which does not come while it has no such consumer
 */
export async function declareInbox(
  link: Link,
  origin: Province,
  reader: Province,
  since: number,
  timeout: number,
): Promise<StreamInfo> {
  try {
    return await inboxInfo(link, origin);
  } catch (error) {
    if (!isApiError(error, CODE.noStream)) throw error;
  }
  await resetConsumer(link, origin, reader, since, timeout);
  return await declareStream(link, {
    name: inboxStream(origin),
    retention: "limits",
    discard: "old",
    storage: "file",
    max_age: LOG_AGE_NS,
    allow_direct: true,
    compression: "s2",
    republish: { src: ">", dest: ARRIVALS, headers_only: true },
    sources: [
      {
        name: logStream(origin),
        external: { api: `$JS.${origin}.API`, deliver: "" },
        consumer: { name: consumerFor(reader), deliver_subject: deliverSubject(origin, reader) },
      },
    ],
  });
}

/** Has the origin send its log again from `since` on. */
export async function resetConsumer(
  link: Link,
  origin: Province,
  reader: Province,
  since: number,
  timeout: number,
): Promise<void> {
  const answer = await link.request(resetSubject(origin, reader), JSON.stringify({ seq: since }), {
    timeout,
    noMux: true,
    reply: `${LINK_REPLIES}.${nuid.next()}`,
  });
  readAnswer(answer.string());
}

const inboxInfo = (link: Link, origin: Province) => api<StreamInfo>(link, `STREAM.INFO.${inboxStream(origin)}`);

async function declareStream(link: Link, config: { name: string } & Record<string, unknown>): Promise<StreamInfo> {
  try {
    return await api<StreamInfo>(link, `STREAM.CREATE.${config.name}`, config);
  } catch (error) {
    if (!isApiError(error, CODE.streamDiffers)) throw error;
    return await api<StreamInfo>(link, `STREAM.UPDATE.${config.name}`, config);
  }
}
