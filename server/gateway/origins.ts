/**
 * Which web origins may speak to this node, and by which it goes itself. A browser sends `Origin` with every socket and every POST, and cannot lie
 * about it, so another site's page is refused even where it runs in an official's browser. A request without `Origin`
 * comes from no browser page; it is let through, since nothing here rests on cookies: without a ticket it gets nowhere.
 */
export class Origins {
  private readonly allowed: ReadonlySet<string>;
  private readonly own: ReadonlySet<string>;

  /**
   * @param nodes origins of all the fleet's nodes
   * @param named those by which the fleet names this province's nodes
   * @param at host and port at which this node listens
   */
  constructor(nodes: readonly string[], named: readonly string[], at: { host: string; port: number }) {
    const loopback = ["127.0.0.1", "localhost", "::1"].includes(at.host);
    const hosts = loopback ? ["127.0.0.1", "localhost", "[::1]"] : [at.host];
    const listening = hosts.map((host) => new URL(`http://${host}:${at.port}`).origin);
    this.allowed = new Set([...nodes, ...listening]);
    // Behind its proxy every node of the fleet listens at the same address: that one tells none of them from another.
    this.own = new Set(named.some((origin) => origin.startsWith("https:")) ? named : [...named, ...listening]);
  }

  /** May a client have meant this node when it dialled the origin? */
  isOwn(origin: string): boolean {
    return this.own.has(origin);
  }

  admits(origin: string | null): boolean {
    return origin === null || this.allowed.has(origin);
  }

  /** For the content security policy: where the client may connect to. Its grammar knows no IPv6 addresses. */
  sources(): string {
    const named = [...this.allowed].filter((origin) => !origin.includes("["));
    return named.flatMap((origin) => [origin, origin.replace(/^http/, "ws")]).join(" ");
  }

  /** Headers that let the fleet's own pages read an answer of another node. */
  cors(origin: string | null): Record<string, string> {
    if (origin === null || !this.allowed.has(origin)) return { Vary: "Origin" };
    return { "Access-Control-Allow-Origin": origin, "Timing-Allow-Origin": origin, Vary: "Origin" };
  }
}
