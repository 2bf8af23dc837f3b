import type { Origin, Province } from "#protocol/ids";
import type { ChangeLog, PeerChannel } from "../../domain/ports.ts";
import type { Log, NatsConfig } from "./config.ts";
import { declareConsumer, declareLog } from "./declare.ts";
import { Inbox } from "./inbox.ts";
import { Link } from "./link.ts";
import { LiveChannel } from "./live.ts";
import { LogWriter } from "./writer.ts";

export interface NatsReplication {
  changeLog: ChangeLog;
  peers: PeerChannel;
  /** Begins to connect and returns at once: a node serves its own province while NATS is down. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Our own server is reachable and our log is declared in it; says nothing about other provinces. */
  healthy(): boolean;
  /** A changed nats.json: provinces that are new in `from` are joined, those that are gone are let go. */
  update(config: NatsConfig): Promise<void>;
}

type Subscription = Parameters<ChangeLog["subscribe"]>;

/**
 * Replication over this province's own nats-server.
 * @param origin the data folder's present life: `published` then answers 0 for what an earlier life left in the log
 */
export function connectNats(options: {
  province: Province;
  config: NatsConfig;
  log: Log;
  origin?: () => Origin;
}): NatsReplication {
  const { province, log } = options;
  let config = options.config;
  const own = new Link(`own ${province}`, config.server, config.own, log);
  const live = new LiveChannel(own, province);
  const readers = new Map<Province, { link: Link; inbox: Inbox }>();
  const subscriptions = new Map<Province, Subscription>();
  let state: "made" | "started" | "stopped" = "made";

  // what was declared, as connection count and set of readers; made again when either changes
  let wanted = "";
  let declared = "";
  let declaring: Promise<void> | undefined;
  const declare = async () => {
    for (;;) {
      wanted = `${own.epoch} ${Object.keys(config.from).sort()}`;
      if (declared === wanted) return;
      declaring ??= declareAll(wanted).finally(() => {
        declaring = undefined;
      });
      await declaring;
    }
  };
  const declareAll = async (what: string) => {
    await declareLog(own, province);
    for (const reader of Object.keys(config.from)) await declareConsumer(own, province, reader);
    declared = what;
    log("nats.declared", { readers: Object.keys(config.from) });
  };
  const writer = new LogWriter(own, province, options.origin, declare, log);

  const join = (from: Province) => {
    const login = config.from[from];
    if (!login || readers.has(from)) return;
    const link = new Link(`from ${from}`, config.server, login, log);
    const inbox = new Inbox(link, from, province, log);
    live.hear(from, link);
    readers.set(from, { link, inbox });
    const subscription = subscriptions.get(from);
    if (subscription) inbox.subscribe(subscription[1], subscription[2]);
    if (state === "started") begin({ link, inbox });
  };
  const begin = ({ link, inbox }: { link: Link; inbox: Inbox }) => {
    link.start();
    inbox.start();
  };
  const leave = async (from: Province) => {
    const reader = readers.get(from);
    readers.delete(from);
    await Promise.all([reader?.link.stop(), reader?.inbox.stop()]);
  };
  for (const from of Object.keys(config.from)) join(from);

  const start = async () => {
    if (state !== "made") return;
    state = "started";
    own.start();
    for (const reader of readers.values()) begin(reader);
    void keepDeclared();
  };
  /** Declares after every connect, so that readers find their consumer although we have nothing to write yet. */
  const keepDeclared = async () => {
    while (state === "started") {
      await own.up();
      if (state !== "started") return;
      await declare()
        .then(() => writer.tell(Object.keys(config.from)))
        .catch((error) => log("nats.declare.retry", { reason: String(error) }));
      await Bun.sleep(1000);
    }
  };
  const stop = async () => {
    state = "stopped";
    await Promise.all([writer.stop(), own.stop(), ...[...readers.keys()].map(leave)]);
  };

  const changeLog: ChangeLog = {
    append: (frames) => writer.append(frames),
    published: (file) => writer.published(file),
    subscribe: (...subscription) => {
      const [from, after, handler] = subscription;
      if (subscriptions.has(from)) throw new Error(`${from} is subscribed already`);
      subscriptions.set(from, subscription);
      readers.get(from)?.inbox.subscribe(after, handler);
    },
    start,
    stop,
  };
  const update = async (next: NatsConfig) => {
    config = next;
    await Promise.all([...readers.keys()].filter((from) => !next.from[from]).map(leave));
    for (const from of Object.keys(next.from)) join(from);
  };
  const healthy = () => own.live !== undefined && declared !== "" && declared === wanted;
  return { changeLog, peers: live, start, stop, healthy, update };
}
