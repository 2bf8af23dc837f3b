import Janode, { type Connection, type Message, type Session } from "janode";
import { Line, Refused, type Said, Unanswered } from "./line.ts";

Janode.Logger.setLevel("none");

/** Longest wait for one answer, in milliseconds. */
const PATIENCE = 3000;
/** Seconds between signs of life; one that is not answered within half of it ends the connection. */
const KEEP_ALIVE = 3;
/** Each handle listens to its session: the usual warning of a leak is none here. */
const MANY = 10_000;
const ROOMS = "janus.plugin.videoroom";

/** Connects to one of the two APIs. @throws Unanswered */
export async function dial(url: string, secret: string, admin: boolean, patience = 1000): Promise<Connection> {
  const dialled = Janode.connect({
    is_admin: admin,
    max_retries: 0,
    retry_time_secs: 1,
    address: { url, apisecret: secret },
  });
  try {
    return await soon(dialled, patience);
  } catch (cause) {
    dialled.then((late) => late.close()).catch(() => {});
    throw new Unanswered("no connection", cause);
  }
}

/** The promise's outcome, unless it takes too long. @throws Unanswered */
export function soon<T>(promise: Promise<T>, patience = PATIENCE): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered("no answer in time")), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** One handle on the room plugin. It outlives a lost connection: its session is claimed over a new one. */
export class Plug {
  private line: Line;
  private over = false;

  constructor(
    line: Line,
    private readonly hear: (said: Said) => void,
  ) {
    this.line = this.bind(line);
  }

  get id(): number {
    return this.line.id;
  }

  bind(line: Line): Line {
    line.hear = (said) => {
      if (!this.over) this.hear(said);
    };
    this.line = line;
    return line;
  }

  /** @throws Refused, Unanswered */
  async request(body: Message, jsep?: { type: "offer" | "answer"; sdp: string }): Promise<Answer> {
    const message = await this.line.ask({ janus: "message", body, ...(jsep ? { jsep } : {}) }, PATIENCE);
    const { plugindata, jsep: answer } = message as { plugindata?: { data?: Message }; jsep?: { sdp?: string } };
    return { data: plugindata?.data ?? {}, ...(answer?.sdp ? { sdp: answer.sdp } : {}) };
  }

  /** Frees it, with its connection to the browser. Never throws. */
  async detach(): Promise<void> {
    if (this.over) return;
    this.over = true;
    if (!this.line.sessionIsLost()) await soon(this.line.detach()).catch(() => {});
  }

  get isOver(): boolean {
    return this.over;
  }
}

export interface Answer {
  data: Message;
  sdp?: string;
}

/** Our one session with the media server. */
export class Control {
  private readonly plugs = new Set<Plug>();
  private connected = true;

  private constructor(
    private readonly settings: ControlSettings,
    private session: Session,
  ) {
    this.watch();
  }

  static async open(settings: ControlSettings): Promise<Control> {
    const connection = await dial(settings.url, settings.secret, false);
    return new Control(settings, await soon(connection.create(KEEP_ALIVE)));
  }

  get isConnected(): boolean {
    return this.connected;
  }

  get sessionId(): number {
    return this.session.id;
  }

  async attach(hear: (said: Said) => void): Promise<Plug> {
    const line = await soon(this.session.attach({ id: ROOMS, Handle: Line })).catch((error: Error) => {
      throw error instanceof Unanswered ? error : new Unanswered("no handle", error);
    });
    for (const plug of this.plugs) if (plug.isOver) this.plugs.delete(plug);
    const plug = new Plug(line, hear);
    this.plugs.add(plug);
    return plug;
  }

  /**
   * Takes the session up again over a new connection, with all that is on it.
   * @throws Refused where the server has given it up, Unanswered
   */
  async reclaim(): Promise<void> {
    const connection = await dial(this.settings.url, this.settings.secret, false);
    const { id } = this.session;
    // The library exports no such class, but has made one for us.
    const OneMore = this.session.constructor as new (on: Connection, id: number, keepAlive: number) => Session;
    const session = new OneMore(connection, id, KEEP_ALIVE);
    connection._sessions.set(id, session);
    try {
      await soon(session.sendRequest({ janus: "claim" }));
    } catch (error) {
      await connection.close().catch(() => {});
      throw error instanceof Unanswered ? error : new Refused(error);
    }
    session.setMaxListeners(MANY);
    this.session = session;
    for (const plug of this.plugs) {
      if (plug.isOver) continue;
      session._handles.set(plug.id, plug.bind(new Line(session, plug.id)));
    }
    this.connected = true;
    this.watch();
  }

  async close(): Promise<void> {
    this.connected = false;
    await soon(this.session.connection.close(), 500).catch(() => {});
  }

  private watch(): void {
    const { session } = this;
    session.setMaxListeners(MANY);
    session.connection.setMaxListeners(MANY);
    session.once("session_destroyed", () => {
      if (!this.connected || session !== this.session) return;
      this.connected = false;
      session.connection.close().catch(() => {});
      this.settings.lost();
    });
  }
}

export interface ControlSettings {
  url: string;
  secret: string;
  /** the connection is gone; the session may be claimed again */
  lost: () => void;
}
