import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import type { Down } from "#protocol/down";
import { DOWN } from "#protocol/down";
import { readJson } from "#protocol/frame";
import type { ClientUnderTest } from "../../gateway/client-under-test.ts";
import { random } from "../cluster-fuzz.ts";
import { DEEDS as OTHERS, type Deed, type Message } from "./deeds.ts";
import { FRAME_DEEDS } from "./frames.ts";
import { HTTP_DEEDS } from "./http.ts";
import { mutated } from "./mutate.ts";
import { openWorld, type World } from "./world.ts";

export const DEEDS: readonly Deed[] = [...OTHERS, ...FRAME_DEEDS];

export interface Probed {
  requests: number;
  /** done although nobody who asked had the right to it */
  accepted: number;
  /** answers that held what its asker may not see */
  leaked: number;
  /** what was wrong, in words; the seed and number repeat it */
  problems: string[];
}

/** Requests against one node; then a new one is made, so that limits of guessing and locks do not hide what is behind them. */
const EACH = 2_000;
const BATCH = 40;
/** A request that gets no answer so often is a fault. */
const TRIES = 5;

/**
 * Asks a real node for what the asker has no right to: without credentials, with those that are expired, stolen, foreign or
 * of a lower role; as they should be, and with something changed in them.
 * @param from seed; the same one asks the same
 */
export async function probeAccess(
  requests: number,
  from: number,
  say: (done: number) => void = () => {},
  /** opens something that should be shut, to see that it is noticed */
  open: (world: World) => unknown = () => {},
): Promise<Probed> {
  const total: Probed = { requests: 0, accepted: 0, leaked: 0, problems: [] };
  for (let seed = from; total.requests < requests; seed++) {
    const world = await openWorld();
    await open(world);
    try {
      const probe = new Probe(world, seed, total);
      await probe.run(Math.min(EACH, requests - total.requests));
    } finally {
      await world.at.stop();
    }
    say(total.requests);
  }
  return total;
}

class Probe {
  private readonly random: () => number;
  private before = "";

  constructor(
    private readonly world: World,
    private readonly seed: number,
    private readonly total: Probed,
  ) {
    this.random = random(seed);
  }

  async run(requests: number): Promise<void> {
    this.before = this.state();
    await this.world.victim.settled();
    this.world.victim.frames.length = 0;
    for (let done = 0; done < requests; ) {
      const batch = Math.min(BATCH, requests - done);
      if (this.random() < 0.3) await this.http(batch);
      else await this.socket(batch);
      done += batch;
      this.total.requests += batch;
    }
    if (this.state() !== this.before) this.problem("accepted", "the data is not as it was");
    for (const { event, fields } of this.world.at.node.errors)
      this.problem("accepted", `fault ${event} ${JSON.stringify(fields)}`);
  }

  private async socket(count: number): Promise<void> {
    const asked: { deed: Deed; actor: ClientUnderTest; ref: number; message: Message | Uint8Array }[] = [];
    const actors = new Set<ClientUnderTest>();
    for (let i = 0; i < count; i++) {
      const deed = this.pick(DEEDS);
      const actor = this.world.actors[this.pick(deed.who)];
      actors.add(actor);
      let message = await deed.make(this.world, actor);
      // What it is stays as it is: another deed might be somebody's right.
      if (message instanceof Uint8Array) message = this.random() < 0.5 ? this.bent(message) : message;
      else if (this.random() < 0.6)
        message = mutated(message as never, this.random, this.world.ids, ["t", "do", "ask", "op"]) as never;
      asked.push({ deed, actor, ref: actor.nextRef(), message });
    }
    for (const actor of actors)
      if (actor.socket.readyState !== WebSocket.OPEN) {
        // With what they would have of rooms that are not theirs.
        const { rooms } = this.world;
        const known = this.random() < 0.5 ? Object.fromEntries(rooms.map((room) => [room, 1])) : undefined;
        await actor.connect(Object.fromEntries(rooms.map((room) => [room, {}])), known);
        for (const frame of actor.frames) this.seek(frame);
      }
    await this.ended();
    for (const actor of actors) actor.frames.length = 0;
    for (const { actor, ref, message } of asked)
      if (actor.socket.readyState === WebSocket.OPEN)
        if (message instanceof Uint8Array) actor.socket.send(message as Uint8Array<ArrayBuffer>);
        else actor.say({ ...message, ref: message.t === "control" ? undefined : ref });
    for (const actor of actors) await Promise.race([actor.settled(), actor.closed, Bun.sleep(3000)]).catch(() => {});
    for (const actor of actors) for (const frame of actor.frames) this.judge(frame, actor, asked);
    this.reached();
  }

  /** Nothing that they did comes to those whose rooms they are not in. */
  private reached(): void {
    const { frames } = this.world.victim;
    for (const frame of frames.splice(0)) {
      const down = frame[0] === DOWN.json ? (readJson(frame) as Down) : undefined;
      if (down === undefined || !["presence", "link", "pong", "people", "posts"].includes(down.t))
        this.problem("accepted", `it reached the victim: ${Buffer.from(frame).toString("latin1").slice(0, 300)}`);
    }
  }

  /** Who was signed in and was shut out, or retired, has no socket any more and gets none. */
  private async ended(): Promise<void> {
    const client = this.pick(this.world.ended);
    if (client.socket.readyState === WebSocket.OPEN) this.problem("accepted", "a socket is open that was ended");
    if (await client.ticket()) this.problem("accepted", "a ticket for somebody who was shut out");
  }

  /** One byte of a frame changed, or its end cut off. */
  private bent(frame: Uint8Array): Uint8Array {
    const at = Math.floor(this.random() * frame.length);
    if (this.random() < 0.2) return frame.slice(0, at);
    const copy = frame.slice();
    copy[at] = Math.floor(this.random() * 256);
    return copy;
  }

  private seek(frame: Uint8Array): string {
    const text = Buffer.from(frame).toString("latin1");
    for (const canary of this.world.canaries)
      if (text.includes(canary)) this.problem("leaked", `${text.slice(0, 300)}`);
    return text;
  }

  private judge(
    frame: Uint8Array,
    actor: ClientUnderTest,
    asked: { actor: ClientUnderTest; ref: number; deed: Deed; message: Message | Uint8Array }[],
  ): void {
    this.seek(frame);
    if (frame[0] !== DOWN.json) {
      this.problem("accepted", `a frame of type ${frame[0]}`);
      return;
    }
    const down = readJson(frame) as Down & { ref?: number };
    const about = asked.find((one) => one.actor === actor && one.ref === down.ref);
    if (about?.deed.open) return;
    const what = about ? `${about.deed.name} ${JSON.stringify(about.message).slice(0, 400)}` : "";
    switch (down.t) {
      case "admin":
      case "ordered":
      case "self":
      case "called":
      case "detail":
      case "left":
      case "room":
        this.problem("accepted", `${what} → ${JSON.stringify(down).slice(0, 300)}`);
        return;
      case "control":
        if (down.state !== "refused") {
          const of = asked.find(({ message }) => JSON.stringify(message).includes(down.id));
          this.problem("accepted", `${of?.deed.name} ${JSON.stringify(of?.message)} → ${JSON.stringify(down)}`);
        }
        return;
      default:
    }
  }

  private async http(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const deed = this.pick(HTTP_DEEDS);
        let { method, path, body, headers } = await deed.make(this.world);
        if (body && this.random() < 0.6)
          body = mutated(body as never, this.random, this.world.ids, ["device"]) as never;
        if (method === "GET" || method === "HEAD" || method === "OPTIONS") body = undefined;
        const { response, text } = await answered(this.world.at.node.url + path, {
          method,
          redirect: "manual",
          headers: {
            "content-type": "application/json",
            "x-forwarded-for": `10.0.${this.seed & 255}.${i}`,
            ...headers,
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        for (const canary of this.world.canaries)
          if (text.includes(canary)) this.problem("leaked", `${deed.name} ${text.slice(0, 200)}`);
        const to = response.headers.get("location");
        if (to !== null && !to.startsWith("/#/")) this.problem("accepted", `${deed.name} leads to ${to}`);
        if (response.status < 400 && !deed.open)
          this.problem("accepted", `${deed.name} ${JSON.stringify(body)?.slice(0, 300)} → ${response.status}`);
        if (response.status >= 500 || /\bat \S+ \(|node_modules|\.ts:\d/.test(text))
          this.problem(
            "leaked",
            `${deed.name} ${JSON.stringify(body)?.slice(0, 300)} → ${response.status} ${text.slice(0, 200)}`,
          );
      }),
    );
  }

  private problem(kind: "accepted" | "leaked", what: string): void {
    this.total[kind]++;
    if (this.total.problems.length < 50) this.total.problems.push(`${kind}, seed ${this.seed}: ${what}`);
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  /** All that is stored but the log of what was tried, what was missed, and when somebody was seen. */
  private state(): string {
    const hash = createHash("sha256");
    // The node has its files for itself: they are read through it.
    const { list } = this.world.at.node.store as unknown as { list: readonly { db: Database }[] };
    for (const [index, { db }] of list.entries()) {
      const tables = db
        .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .all()
        .filter(({ name }) => (index === list.length - 1 ? IN_DIRECTORY.test(name) : IN_SHARDS.test(name)));
      for (const { name } of tables) hash.update(name + JSON.stringify(db.query(`SELECT * FROM ${name}`).all()));
    }
    return hash.digest("hex");
  }
}

/** On a machine that is too busy a request that waits for a slow hash is let go of after ten seconds: it is made again. */
async function answered(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url, init);
      return { response, text: await response.text() };
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

const IN_SHARDS = /^(events|members|logs|requests)$/;
const IN_DIRECTORY =
  /^(people|devices|units|posts|charges|waves|roles|photos|province_keys|device_turns|orders|tokens|invitations|came_in|passkeys|pins|recovery|accounts|applicants)$/;
