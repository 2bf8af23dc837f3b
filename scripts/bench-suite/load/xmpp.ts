import type { Socket } from "bun";
import { type Dialect, Line, type Target } from "./line.ts";

/**
 * As little XMPP (RFC 6120) as 1:1 messages take: SASL PLAIN on loopback, bind, presence, then chat messages to the
 * partner's bare address. XMPP answers no message, so delivery at the partner stands for the acknowledgement as well.
 */
const END = "</message>";

class XmppLine extends Line {
  private tcp!: Socket<undefined>;
  private out = "";
  private unsent = "";
  private rest = "";
  private readonly text: string;
  private awaited: { text: string; done: () => void } | undefined;

  constructor(
    private readonly target: Target,
    private readonly i: number,
  ) {
    super();
    this.text = `' to='u${i ^ 1}@localhost' type='chat'><body>${"x".repeat(target.body)}</body>${END}`;
  }

  async open(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`user ${this.i} could not sign in: ${this.rest}`)), 20_000);
    this.tcp = await Bun.connect({
      hostname: this.target.host,
      port: this.target.port,
      socket: {
        data: (_, chunk) => this.take(chunk.toString("latin1")),
        drain: () => this.write(),
        close: () => {},
      },
    });
    this.tcp.setNoDelay(true);
    const head =
      "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
    await this.ask(head, "</stream:features>");
    const plain = btoa(`\0u${this.i}\0bench`);
    await this.ask(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`, "<success");
    await this.ask(head, "</stream:features>");
    await this.ask(
      "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>l</resource></bind></iq>",
      "</iq>",
    );
    await this.ask("<presence/>", "<presence");
    clearTimeout(timer);
    resolve();
    return promise;
  }

  private ask(text: string, until: string): Promise<void> {
    this.rest = "";
    this.unsent += text;
    this.write();
    return new Promise((done) => {
      this.awaited = { text: until, done };
    });
  }

  push(): void {
    this.out += `<message id='${++this.sent}${this.text}`;
  }
  flush(): void {
    if (this.out === "") return;
    this.unsent += this.out;
    this.out = "";
    this.write();
  }
  private write(): void {
    if (this.unsent === "") return;
    const wrote = this.tcp.write(this.unsent);
    this.unsent = this.unsent.slice(Math.max(0, wrote));
  }
  end(): void {
    this.tcp.end("</stream:stream>");
  }

  private take(chunk: string): void {
    const text = this.rest + chunk;
    if (this.awaited) {
      this.rest = text;
      if (!text.includes(this.awaited.text)) return;
      const { done } = this.awaited;
      this.awaited = undefined;
      done();
      return;
    }
    let at = 0;
    for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END, at)) {
      at = end + END.length;
      this.got++;
      this.partner.acked++;
    }
    this.rest = text.slice(Math.max(at, text.length - END.length + 1));
    this.turn();
  }
}

export const xmpp: Dialect = async (target, i) => {
  const line = new XmppLine(target, i);
  await line.open();
  return line;
};
