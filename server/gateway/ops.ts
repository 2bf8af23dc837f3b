import { randomBytes, timingSafeEqual } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isId } from "#protocol/ids";
import { tellReading } from "../domain/audit/reading.ts";
import { voidWays } from "../domain/enrolment/void-ways.ts";
import { AppError, wireError } from "../domain/error.ts";
import type { OperatorRoutes } from "./ops-acts.ts";
import type { Services } from "./ports.ts";

export interface OpsOptions {
  /** 0 takes a free one */
  port: number;
  /** data folder: `ops.json` there, readable by its owner alone, tells the `beep` command address and token */
  data: string;
  isReady: () => boolean;
  /** Prometheus text */
  metrics: () => string;
  status: () => Record<string, unknown>;
  routes: OperatorRoutes;
}

/** Bytes: the rows of a large province's personnel file. The door is this machine's own, behind a token. */
const MAX_REQUEST = 64 * 1024 * 1024;

type Fields = Record<string, unknown>;

/** The operator's door, on 127.0.0.1 alone: health, readiness, metrics; and, with the token, what `beep` asks for. */
export class OpsDoor {
  private readonly token = randomBytes(24).toString("base64url");
  private readonly contact: string;
  private server: ReturnType<typeof Bun.serve> | undefined;

  constructor(
    private readonly services: Pick<Services, "store" | "directory" | "log" | "errorFields" | "now">,
    private readonly options: OpsOptions,
  ) {
    this.contact = join(options.data, "ops.json");
  }

  get port(): number {
    return this.server?.port ?? 0;
  }

  /** @throws where the port is taken (EADDRINUSE) */
  start(): void {
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: this.options.port,
      maxRequestBodySize: MAX_REQUEST,
      fetch: (request, server) => {
        // An import takes as long as it takes.
        if (request.url.endsWith("/ops/import")) server.timeout(request, 0);
        return this.answer(request);
      },
    });
    rmSync(this.contact, { force: true });
    const contact = { url: `http://127.0.0.1:${this.port}`, token: this.token, pid: process.pid };
    writeFileSync(this.contact, JSON.stringify(contact), { mode: 0o600 });
  }

  async stop(): Promise<void> {
    rmSync(this.contact, { force: true });
    await this.server?.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const { pathname, hostname, searchParams } = new URL(request.url);
    // Another name for this address means that a web page is behind the request.
    if (hostname !== "127.0.0.1" && hostname !== "localhost") return new Response(null, { status: 403 });
    switch (`${request.method} ${pathname}`) {
      case "GET /healthz":
        return new Response("ok\n");
      case "GET /readyz":
        return this.options.isReady() ? new Response("ready\n") : new Response("not ready\n", { status: 503 });
      case "GET /metrics":
        return new Response(this.options.metrics(), { headers: { "Content-Type": "text/plain; version=0.0.4" } });
    }
    if (!this.knows(request)) return new Response(null, { status: 401 });
    try {
      const fields = request.method === "POST" ? ((await request.json()) as Fields) : Object.fromEntries(searchParams);
      const route = `${request.method} ${pathname}`;
      return Response.json(await (this.options.routes.answer(route, fields) ?? this.act(route, fields)));
    } catch (error) {
      const wire = error instanceof SyntaxError ? wireError(new AppError("fix", "Not valid JSON.")) : wireError(error);
      if (wire.code === "internal") this.services.log("error", "ops.failed", this.services.errorFields(error));
      return Response.json({ error: wire }, { status: wire.code === "internal" ? 500 : 400 });
    }
  }

  private knows(request: Request): boolean {
    const given = Buffer.from(request.headers.get("authorization") ?? "");
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  private async act(route: string, fields: Fields): Promise<unknown> {
    const { store, directory, now } = this.services;
    switch (route) {
      case "GET /ops/status":
        return this.options.status();
      case "GET /ops/people":
        return { people: fields.text ? directory.find(String(fields.text), 50) : store.peopleOf(store.province) };
      case "POST /ops/ways": {
        const { person, operator } = fields;
        if (!isId(person) || typeof operator !== "string")
          throw new AppError("fix", 'The request needs "person" and "operator".');
        return { voided: await voidWays(store, person, operator.slice(0, 60), now()) };
      }
      case "POST /ops/audit": {
        const { kind, operator, facts } = fields;
        if ((kind !== "read" && kind !== "exported") || typeof operator !== "string")
          throw new AppError("fix", 'The request needs "kind" and "operator".');
        const told = Object.entries((facts ?? {}) as Fields).map(([name, value]) => [
          name,
          String(value).slice(0, 200),
        ]);
        await tellReading(store, now, { operator: operator.slice(0, 60) }, kind, Object.fromEntries(told));
        return {};
      }
      default:
        throw new AppError("fix", "There is no such route.");
    }
  }
}
