import type { Server } from "bun";
import { CLOSE } from "#protocol/close";
import { MAX_FRAME } from "#protocol/frame";
import type { SessionInfo } from "#protocol/admin";
import type { DeviceId, PersonId, Province } from "#protocol/ids";
import { Crowd } from "./crowd.ts";
import { Handler } from "./handle.ts";
import { Hub } from "./hub.ts";
import { RATES, scaled } from "./limits.ts";
import { endLives } from "./lives.ts";
import { Origins } from "./origins.ts";
import type { Services } from "./ports.ts";
import { routes } from "./routes.ts";
import { ScimDoor } from "./scim/door.ts";
import { type Owner, Session, type Socket } from "./session.ts";
import { Slices } from "./slices.ts";
import { securityHeaders, StaticFiles } from "./static.ts";
import { Tidying } from "./tidying.ts";
import { Turns } from "./turns.ts";

export interface GatewayOptions {
  host: string;
  /** 0 takes a free one */
  port: number;
  /** folder of the built client */
  web: string;
  fleet: { provinces: readonly { code: Province; nodes: readonly string[] }[] };
  rateFactor: number;
  behindProxy: boolean;
  /** takes proofs that name no node, which clients made before 0.4 */
  ticketV1: boolean;
}

const MAX_SOCKETS = 20_000;
const MAX_BODY = 64 * 1024;
/** A socket that does not finish its closing handshake is cut after so long, in milliseconds. */
const LINGER_MS = 5_000;
/** What a whole province asks at nine in the morning. */
const SIGN_IN = /\/v1\/(challenge|ticket)$/;
/** So many sweeps, of a second each, lie between two looks at how old sessions are. */
const LIVES_EVERY = 5;
/** Clients come back spread over so many milliseconds when a node leaves. */
const SPREAD_MS = 5_000;

/** The node's door: HTTP by Elysia; sockets by Bun's own handlers beside it, at a third of the memory. */
export class Gateway implements Owner {
  readonly hub: Hub;
  private readonly handler: Handler;
  private readonly opening = new Set<Session>();
  private readonly lingering = new Map<Session, number>();
  private server: Server<Session> | undefined;
  private sweeping: ReturnType<typeof setInterval> | undefined;
  private readonly tidying = new Tidying();
  private draining = false;
  private sockets = 0;
  private readonly crowd: Crowd;
  private readonly turns: Turns;
  private origins: Origins;
  private sweeps = 0;

  constructor(
    private readonly services: Services,
    private readonly options: GatewayOptions,
  ) {
    this.hub = new Hub(services, (session, error) => this.failed(session, error));
    const { frames, drafts, signals, affairs, searching, turns } = RATES;
    const { rateFactor: factor } = options;
    const rates = {
      frames: scaled(frames, factor),
      drafts: scaled(drafts, factor),
      signals: scaled(signals, factor),
      affairs: scaled(affairs, factor),
      searching: scaled(searching, factor),
    };
    this.origins = this.originsAt(options.port);
    this.turns = new Turns(scaled(turns, factor), services.now);
    this.crowd = new Crowd(services.now, services.meter, services.queueProofs);
    services.calls?.open(this.hub.audience);
    this.handler = new Handler(
      services,
      this.hub,
      rates,
      this.turns,
      (session) => this.opening.delete(session),
      factor,
    );
    services.meter.gauge("beep_sockets", () => this.sockets);
    services.meter.gauge("beep_people_online", () => this.hub.audience.crowd);
  }

  get port(): number {
    return this.server?.port ?? 0;
  }

  /** @throws where the port is taken (EADDRINUSE) */
  start(): void {
    const { host: hostname, port, web, rateFactor } = this.options;
    let answer: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
    const slices = new Slices();
    this.server = Bun.serve<Session>({
      hostname,
      port,
      maxRequestBodySize: MAX_BODY,
      fetch: (request, server) => {
        if (request.url.includes("/v1/socket") && new URL(request.url).pathname === "/v1/socket")
          return this.upgrade(request, server);
        // It is held for 25 s until an older device says yes or no.
        if (request.url.endsWith("/v1/link/in")) server.timeout(request, 60);
        if (!SIGN_IN.test(request.url)) return answer(request);
        return (
          slices.run(() => answer(request)) ?? new Response(null, { status: 503, headers: { "Retry-After": "5" } })
        );
      },
      error: (error) => {
        this.services.log("error", "http.failed", this.services.errorFields(error));
        return new Response(null, { status: 500 });
      },
      websocket: {
        maxPayloadLength: MAX_FRAME,
        idleTimeout: 90,
        sendPings: true,
        perMessageDeflate: false,
        // The session closes long before; this is the last wall.
        backpressureLimit: 4 * 1024 * 1024,
        closeOnBackpressureLimit: true,
        open: (socket) => this.open(socket),
        message: (socket, frame) => socket.data.receive(frame),
        drain: (socket) => this.hub.resumes.drained(socket.data),
        close: (socket) => this.closed(socket.data),
        error: (error, socket) => this.failed(socket.data, error),
      },
    });
    // With port 0 the own origin is known only now.
    const origins = this.originsAt(this.port);
    this.origins = origins;
    const security = securityHeaders(origins.sources());
    const { personnel } = this.services;
    const scim = personnel && new ScimDoor(personnel, this.services);
    const app = routes({
      services: this.services,
      crowd: this.crowd,
      origins,
      security,
      files: new StaticFiles(web, security),
      rateFactor,
      ticketV1: this.options.ticketV1,
      addressOf: (request) => this.addressOf(request),
    });
    answer = (request) =>
      scim && new URL(request.url).pathname.startsWith("/scim/v2")
        ? scim.answer(request, this.addressOf(request))
        : app.fetch(request);
    this.hub.start();
    this.sweeping = setInterval(() => this.sweep(), 1000);
  }

  /** The sessions that are open here, in no order. */
  *sessions(): Generator<SessionInfo> {
    for (const { person, device, since } of this.hub.audience.all()) {
      const label = this.services.store.device(device)?.label ?? "";
      yield { person, device, label, since };
    }
  }

  /** Devices of a person with an open session here. */
  online(person: PersonId): ReadonlySet<DeviceId> {
    return new Set(this.hub.audience.of(person).map(({ device }) => device));
  }

  /** By these origins this node goes, and by no others. */
  isOwn(origin: string): boolean {
    return this.origins.isOwn(origin);
  }

  get isReady(): boolean {
    return this.server !== undefined && !this.draining;
  }

  /**
   * Leaves in order: no new sockets; writes under way are waited for and acknowledged; every client is told when to
   * come back; then all is closed, by force after `patienceMs`.
   */
  async drain(patienceMs = 4_000): Promise<void> {
    this.draining = true;
    const until = performance.now() + patienceMs;
    const sessions = [...this.hub.audience.all(), ...this.opening];
    while (sessions.some(({ inflight }) => inflight > 0) && performance.now() < until - patienceMs / 2)
      await Bun.sleep(5);
    this.hub.flush();
    for (const session of sessions) {
      session.send({ t: "bye", retryAfter: Math.floor(Math.random() * SPREAD_MS) });
      session.close(CLOSE.leaving, "the node is leaving");
    }
    while (this.sockets > 0 && performance.now() < until) await Bun.sleep(10);
    clearInterval(this.sweeping);
    this.crowd.stop();
    this.hub.stop();
    await Promise.race([this.server?.stop(true), Bun.sleep(1000)]);
    this.server = undefined;
  }

  take(session: Session, frame: Uint8Array): void | Promise<void> {
    // What comes while leaving stays unanswered: the client sends it to the next node.
    return this.draining ? undefined : this.handler.take(session, frame);
  }

  rest(session: Session, ms: number): Promise<void> {
    return this.turns.rest(session.person, ms, () => session.state.at === "closing");
  }

  wake(session: Session): void {
    this.hub.wake(session);
  }

  failed(session: Session, error: unknown): void {
    this.handler.refuse(session, {}, error);
    // Half welcomed is of no use to anybody.
    if (session.state.at === "opening") session.close(CLOSE.internal, "the node failed");
  }

  closing(session: Session): void {
    this.hub.leave(session);
    this.opening.delete(session);
    this.lingering.set(session, this.services.now() + LINGER_MS);
  }

  private originsAt(port: number): Origins {
    const { host, fleet } = this.options;
    const all = fleet.provinces.flatMap(({ nodes }) => nodes);
    const own = fleet.provinces.flatMap(({ code, nodes }) => (code === this.services.store.province ? nodes : []));
    return new Origins(all, own, { host, port });
  }

  private upgrade(request: Request, server: Server<Session>): Response | undefined {
    const refuse = (status: number, why: string) => {
      this.services.meter.count("beep_sockets_refused_total");
      this.services.log("debug", "socket.refused", { why });
      return new Response(null, { status });
    };
    if (!this.origins.admits(request.headers.get("origin"))) return refuse(403, "origin");
    if (this.draining || this.sockets >= MAX_SOCKETS) return refuse(503, this.draining ? "draining" : "full");
    const sender = this.services.proofs.redeem(new URL(request.url).searchParams.get("ticket") ?? "");
    if (!sender) return refuse(401, "ticket");
    const data = new Session(this, sender.person, sender.device, this.services.now(), this.addressOf(request));
    if (!server.upgrade(request, { data })) return refuse(400, "no upgrade");
    return undefined;
  }

  private open(socket: Socket): void {
    socket.binaryType = "uint8array";
    socket.data.socket = socket;
    this.sockets++;
    this.tidying.open();
    this.opening.add(socket.data);
    this.services.meter.count("beep_sockets_opened_total");
  }

  private closed(session: Session): void {
    this.sockets--;
    session.gone();
    this.hub.leave(session);
    this.opening.delete(session);
    this.lingering.delete(session);
  }

  /** Cuts those who do not say hello, and those who do not let go; tidies up after many came. */
  private sweep(): void {
    const now = this.services.now();
    for (const session of this.opening)
      if (session.state.at === "opening" && session.state.until < now) session.close(CLOSE.fix, "no hello");
    for (const [session, until] of this.lingering) if (until < now) session.socket?.terminate();
    if (this.sweeps++ % LIVES_EVERY === 0) endLives(this.hub.audience.all(), now);
    this.tidying.tick(this.sockets);
  }

  private addressOf(request: Request): string {
    const forwarded = this.options.behindProxy && request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
    return forwarded || (this.server?.requestIP(request)?.address ?? "");
  }
}
