import { isIP } from "node:net";

/** For whom passkeys are made, and on which pages they may be used (WebAuthn level 3, section 13.4.9). */
export interface Site {
  /** RP ID: a host name */
  id: string;
  origins: string[];
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The province's own site, from its nodes' origins. Browsers make passkeys for host names over https, never for
 * addresses, and for `localhost` besides. Undefined where the nodes have neither.
 */
export function siteOf(nodes: readonly string[]): Site | undefined {
  const urls = nodes.map((node) => new URL(node));
  const named = urls.filter(({ protocol, hostname }) => protocol === "https:" && isIP(bare(hostname)) === 0);
  const id = named[0]?.hostname;
  if (id !== undefined && id !== "localhost")
    return { id, origins: named.filter(({ hostname }) => isWithin(hostname, id)).map(({ origin }) => origin) };
  const local = urls.filter(({ hostname }) => LOOPBACK.includes(hostname));
  const origins = local.map(({ protocol, port }) => new URL(`${protocol}//localhost:${port}`).origin);
  return origins.length > 0 ? { id: "localhost", origins: [...new Set(origins)] } : undefined;
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");
const isWithin = (hostname: string, id: string): boolean => hostname === id || hostname.endsWith(`.${id}`);
