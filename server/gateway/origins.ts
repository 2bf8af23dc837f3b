/**
 * Which web origins may speak to this node. A browser sends `Origin` with every socket and every POST, and cannot lie
 * about it, so another site's page is refused even where it runs in an official's browser. A request without `Origin`
 * comes from no browser page; it is let through, since nothing here rests on cookies: without a ticket it gets nowhere.
 */
export class Origins {
  private readonly allowed: ReadonlySet<string>;

  /** @param nodes origins of all the fleet's nodes @param own host and port at which this node listens */
  constructor(nodes: readonly string[], own: { host: string; port: number }) {
    const loopback = ["127.0.0.1", "localhost", "::1"].includes(own.host);
    const hosts = loopback ? ["127.0.0.1", "localhost", "[::1]"] : [own.host];
    this.allowed = new Set([...nodes, ...hosts.map((host) => new URL(`http://${host}:${own.port}`).origin)]);
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
