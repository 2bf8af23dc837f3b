import type { Message, Session } from "janode";
import Handle from "janode/handle";

/** What comes on a handle without having been asked for. */
export type Said =
  | { is: "up" }
  | { is: "hangup"; why: string }
  /** the server took the handle away */
  | { is: "gone" }
  | { is: "event"; data: Message; sdp?: string };

/** The media server's own refusal. Its words are for the log. */
export class Refused extends Error {
  readonly code: number;

  constructor(error: unknown) {
    const text = error instanceof Error ? error.message : String(error);
    super(text);
    this.code = Number(/^\d+/.exec(text)?.[0] ?? 0);
  }
}

/** No answer came: it may have been done or not. */
export class Unanswered extends Error {
  constructor(what: string, cause?: unknown) {
    super(what, { cause });
  }
}

interface Pushed {
  plugindata?: { data?: Message };
  transaction?: string;
  jsep?: { sdp?: string };
}

/** A handle that gives every event of the room plugin on, also those that the library does not know. */
export class Line extends Handle {
  hear: (said: Said) => void = () => {};

  constructor(session: Session, id: number) {
    super(session, id);
    this.on("handle_webrtcup", () => this.hear({ is: "up" }));
    this.on("handle_hangup", ({ reason }: { reason?: string }) =>
      this.hear({ is: "hangup", why: reason ?? "unknown" }),
    );
    // When the whole session is lost its handles are told so too, but they are still there for it to be claimed.
    this.once("handle_detached", () => this.sessionIsLost() || this.hear({ is: "gone" }));
  }

  override handleMessage(message: Message): unknown {
    const { plugindata, transaction, jsep } = message as Pushed;
    const data = plugindata?.data ?? {};
    if (!this.ownsTransaction(transaction)) this.hear({ is: "event", data, ...(jsep?.sdp ? { sdp: jsep.sdp } : {}) });
    else if (data.error_code === undefined) this.closeTransactionWithSuccess(transaction, message);
    else this.closeTransactionWithError(transaction, new Error(`${data.error_code} ${data.error}`));
    return true;
  }

  /** @throws Refused, Unanswered */
  async ask(request: Message, patience: number): Promise<Message> {
    try {
      return await this.sendRequest(request, patience);
    } catch (error) {
      if (/^\d+ /.test((error as Error).message)) throw new Refused(error);
      throw new Unanswered("no answer", error);
    }
  }

  /** The handle may still be there on the server, but cannot be asked. */
  sessionIsLost(): boolean {
    return (this.session as { _destroyed?: boolean })._destroyed === true;
  }
}
