import type { PersonId, Province } from "#protocol/ids";
import { ChangeProofs } from "./auth/change-proofs.ts";
import { nodeLists } from "./auth/node-list.ts";
import { openSigner } from "./auth/province-key.ts";
import { QueueProofs } from "./auth/queue-proofs.ts";
import { SignIn } from "./auth/sign-in.ts";
import { verifyNow, verifySignature } from "./auth/verify.ts";
import { Ways } from "./auth/ways/ways.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { evidenceIn, membershipIn, noPeers, peersOver } from "./conference/around.ts";
import { type OpenCalls, openCalls } from "./conference/open.ts";
import { Administration } from "./domain/administration/administration.ts";
import { csvReader } from "./domain/administration/csv.ts";
import { Operator } from "./domain/administration/operator.ts";
import { AuditHeads } from "./domain/audit/heads.ts";
import { Contacts } from "./domain/contact/contacts.ts";
import { HybridClock } from "./domain/clock.ts";
import { Directory } from "./domain/directory/directory.ts";
import { rereadDirectory } from "./domain/directory/reread.ts";
import { Entrance } from "./domain/enrolment/entrance.ts";
import { markPublic } from "./domain/enrolment/mark-public.ts";
import { openEnrolment } from "./domain/enrolment/open.ts";
import { WaveBook } from "./domain/enrolment/wave-book.ts";
import { Importer } from "./domain/import/importer.ts";
import { Personnel } from "./domain/import/personnel.ts";
import { Messaging } from "./domain/messaging.ts";
import { Reading } from "./domain/reading.ts";
import { Rooms } from "./domain/rooms.ts";
import { Succession } from "./domain/succession.ts";
import { Gateway } from "./gateway/gateway.ts";
import { OpsDoor } from "./gateway/ops.ts";
import { OperatorRoutes } from "./gateway/ops-acts.ts";
import type { Neighbours, Services } from "./gateway/ports.ts";
import { errorFields, type Log, stderrLog } from "./log.ts";
import { measureCalls, measureNode, Metrics } from "./metrics.ts";
import { openMessengers } from "./messengers/open.ts";
import { RollingReadings } from "./readings.ts";
import { connectNats } from "./replication/nats/nats.ts";
import { Replicator } from "./replication/replicator.ts";
import { openStore } from "./store/open.ts";

/** How long leaving may take before it is done by force, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How long a node asks the other provinces at its start before it takes anything, in milliseconds. */
const COMPARE_MS = 3_000;

interface Node {
  port: number;
  opsPort: number;
  /** Drains: clients are told, writes settle, replication hands over, the folder is closed. */
  stop(): Promise<void>;
}

/** Wires one node of one province together and starts it. @throws Error in words for the operator */
async function openNode(config: Config, log: Log): Promise<Node> {
  const now = Date.now;
  const started = now();
  const metrics = new Metrics();
  // There from the start: a counter that only appears with the first alarm cannot be watched for a rise.
  metrics.count("beep_alarms_total", 0);
  const alarm = (what: string, cause?: unknown) => {
    metrics.count("beep_alarms_total");
    log("error", "alarm", { what, ...(cause !== undefined && errorFields(cause)) });
  };
  const store = openStore({
    ...{ folder: config.data, counter: config.state, province: config.province },
    ...{ now, onAlarm: alarm },
  });
  const clock = new HybridClock(now, (ms) =>
    alarm(`A stamp is ${Math.round(ms / 1000)} s ahead of this node's clock.`),
  );
  clock.restore(store.newestStamp());

  const provinces = config.fleet.provinces.map(({ code }) => code);
  const signer = openSigner(store.secrets);
  const directory = new Directory(store, clock, now, () => provinces, signer);
  const heads = new AuditHeads({
    ...{ store, directory, signer, verify: verifyNow, now },
    alarm: (what, details) => {
      metrics.count("beep_alarms_total");
      log("error", what, plain(details));
    },
  });
  const reread = await rereadDirectory(store, store.secrets, verifyNow);
  if (reread > 0) log("info", "directory.reread", { events: reread });
  // Before anything writes an entry: each is sealed in its own commit.
  heads.start();
  const rooms = new Rooms(store, clock, verifySignature, now);
  const succession = new Succession(store, rooms, now, alarm);
  const replication = config.nats ? replicate(config.nats) : undefined;

  function replicate(settings: NonNullable<Config["nats"]>) {
    const nats = connectNats({
      province: config.province,
      config: settings,
      origin: () => store.origin,
      log: (event, facts) => log("info", event, plain(facts)),
    });
    const replicator = new Replicator({
      store,
      rooms,
      clock,
      log: nats.changeLog,
      channel: nats.peers,
      peers: provinces.filter((code) => code !== config.province),
      now,
      verify: verifyNow,
      signer,
      renew: () => {
        store.renew(directory.opening);
        log("warn", "life.begun", { origin: store.origin });
      },
      remind: (province) => directory.remind(province),
      alarm: (what, details) => {
        metrics.count("beep_alarms_total");
        log("error", `replication.${what}`, plain(details));
      },
    });
    metrics.gauge("beep_peer_slowed", () => replicator.slowed(), "province");
    const neighbours: Neighbours = {
      links: () => replicator.list(),
      onLinks: (listener) => replicator.onLinks(listener),
      sendLive: (to, message) => replicator.sendLive(to, message),
      onLive: (listener) => replicator.onLive(listener),
    };
    return { nats, replicator, neighbours };
  }

  /** Calls are off where they cannot be opened; messages go on. */
  function openCallsIfAny(settings: Config["calls"]): OpenCalls | undefined {
    if (!settings) return undefined;
    const { media } = settings;
    try {
      if (!media)
        throw new Error("this machine has no network address; set BEEP_MEDIA, or start again when it has one");
      return openCalls({
        ...{ province: config.province, provinces: config.fleet.provinces, data: config.data, now, log },
        settings: { ...settings, media },
        peers: replication ? peersOver(replication.neighbours) : noPeers,
        members: membershipIn(store),
        evidence: evidenceIn(store, verifyNow, config.callsV1),
        sign: (text) => signer.sign(text),
        count: (name, by) => metrics.count(name, by),
      });
    } catch (error) {
      alarm("Calls are off.", error);
      return undefined;
    }
  }

  const calls = openCallsIfAny(config.calls);
  const readings = new RollingReadings(metrics, now, config.data);
  const waves = new WaveBook(store, now, readings);
  const entrance = new Entrance(store, directory, now, waves);
  const ways = new Ways({
    ...{ store, entrance, now, pepper: config.pepper, oidc: config.oidc },
    nodes: () => config.fleet.provinces.find(({ code }) => code === config.province)?.nodes ?? [],
  });
  const origin = config.fleet.provinces.find(({ code }) => code === config.province)?.nodes[0];
  const proven = new ChangeProofs({
    ...{ store, ways, now, verify: verifySignature },
    isOwn: (origin) => gateway.isOwn(origin),
  });
  const arrivals = openEnrolment({
    ...{ store, directory, waves, entrance, ways, proven, now, verify: verifySignature },
    messengers: openMessengers(config.messengers),
    heldMs: config.heldMs,
    origin: () => origin ?? `http://${config.host}:${config.port}`,
    online: (person) => gateway.online(person),
    failed: (error) => log("error", "enrolment.failed", errorFields(error)),
  });
  const around = {
    ...{ store, directory, now, waves, verify: verifyNow },
    invitations: arrivals.desk,
    sessions: () => gateway.sessions(),
    online: (person: PersonId) => gateway.online(person),
    secured: (person: PersonId) => ways.secured(person),
    readCsv: csvReader({ store, now, verify: verifyNow }),
  };
  const administration = new Administration(around);
  const keyOf = (code: Province) => (code === config.province ? signer.key : store.tables.offices.provinceKey(code));
  const services: Services = {
    store,
    administration,
    personnel: new Personnel(store, directory, now, (token) => administration.tokens.holder(token)),
    messaging: new Messaging(store, clock),
    reading: new Reading(store),
    rooms,
    succession,
    directory,
    enrolment: arrivals.enrolment,
    ownAffairs: arrivals.ownAffairs,
    contacts: new Contacts(store, rooms, now),
    door: arrivals.door,
    lastSeen: arrivals.lastSeen,
    ways,
    proofs: new SignIn(store, verifySignature, now),
    queueProofs: new QueueProofs(store, verifySignature),
    nodes: nodeLists({ secrets: store.secrets, signer, now, keyOf }, config.province, config.fleet.provinces),
    neighbours: replication?.neighbours,
    calls: calls?.conference,
    log,
    errorFields,
    meter: readings,
    now,
  };
  const gateway = new Gateway(services, config);
  const ops = new OpsDoor(services, {
    port: config.opsPort,
    data: config.data,
    isReady: () => gateway.isReady,
    routes: new OperatorRoutes(
      new Operator(around, administration.tokens, administration.dated),
      new Importer(store, directory, now),
    ),
    metrics: () => metrics.render(),
    status: () => ({
      province: store.province,
      origin: store.origin,
      upSeconds: Math.round((now() - started) / 1000),
      ready: gateway.isReady,
      port: gateway.port,
      people: gateway.hub.audience.crowd,
      sessions: gateway.hub.audience.size,
      alone: replication === undefined,
      nats: replication?.nats.healthy() ?? null,
      links: gateway.hub.links(),
      waiting: store.waiting(),
    }),
  });
  if (calls) measureCalls(metrics, calls.readings);
  measureNode(metrics, { waiting: () => store.waiting(), links: () => gateway.hub.links() });

  const stop = async () => {
    log("info", "node.draining");
    await gateway.drain();
    await arrivals.stop();
    await calls?.stop();
    await succession.stop();
    await administration.dated.stop();
    await heads.stop();
    await replication?.replicator.stop();
    await store.close();
    await ops.stop();
    log("info", "node.stopped");
  };
  // Not waited for: a node serves its own province while everything around it is down.
  replication?.replicator.start().catch((error) => alarm("Replication did not start.", error));
  await replication?.replicator.compareLives(COMPARE_MS);
  try {
    ops.start();
    gateway.start();
    arrivals.start();
    succession.start();
    administration.dated.start(alarm);
  } catch (error) {
    await ops.stop();
    await calls?.stop();
    await heads.stop();
    await replication?.replicator.stop();
    await store.close();
    throw error;
  }
  directory.publishKey().catch((error) => alarm("The province's key was not published.", error));
  markPublic(store, directory, store.secrets).catch((error) => alarm("The public was not marked.", error));
  if (config.heldMs !== undefined) log("warn", "invitations.held", { ms: config.heldMs });
  log("info", "node.ready", { port: gateway.port, ops: ops.port, origin: store.origin, alone: !replication });
  return { port: gateway.port, opsPort: ops.port, stop };
}

const plain = (facts: Record<string, unknown> = {}) =>
  Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, typeof value === "object" ? JSON.stringify(value) : value]),
  ) as Record<string, string>;

/** What an operator reads when the node cannot start. */
function inWords(error: unknown, config: Config | undefined): string {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof ConfigError || !config) return message;
  if (code === "EADDRINUSE")
    return `Port ${config.port} or ${config.opsPort} is taken by another program. Stop it, or set BEEP_PORT and BEEP_OPS_PORT.`;
  if (code === "EACCES") return `Port ${config.port} may not be opened by this user. Take one above 1023.`;
  if (code === "ENOSPC" || code === "SQLITE_FULL")
    return `The disk that holds ${config.data} is full. Make room and start again.`;
  return message;
}

async function run(): Promise<void> {
  // Whatever the shell or the folder says: what a node writes is for its own user alone.
  process.umask(0o077);
  let config: Config | undefined;
  let node: Node;
  let log = stderrLog();
  try {
    config = readConfig();
    log = stderrLog({ province: config.province }, config.log);
    node = await openNode(config, log);
  } catch (error) {
    process.stderr.write(`Beep cannot start. ${inWords(error, config)}\n`);
    process.exit(1);
  }
  // The runtime prints them as text besides, unless it is started with --no-warnings.
  process.on("warning", (warning) => log("warn", "runtime.warning", errorFields(warning)));
  process.on("unhandledRejection", (error) => log("error", "unhandled", errorFields(error)));
  process.on("uncaughtException", (error) => {
    log("error", "crashed", errorFields(error));
    process.exit(1);
  });
  let leaving = false;
  const leave = () => {
    if (leaving) return;
    leaving = true;
    setTimeout(() => {
      log("error", "node.stop-forced");
      process.exit(1);
    }, PATIENCE_MS).unref();
    node.stop().then(
      () => process.exit(0),
      (error) => {
        log("error", "node.stop-failed", errorFields(error));
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);
}

if (import.meta.main) await run();
