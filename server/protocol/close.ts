/** Why a node closes a socket, by what the client does next (SPEC.md, "Close codes"). */
export const CLOSE = {
  /** the node is leaving (RFC 6455): go to another node */
  leaving: 1001,
  /** a text frame came (RFC 6455): this client is broken */
  notBinary: 1003,
  fix: 4400,
  signIn: 4401,
  /** the client read too slowly, or another connection of its person took the place: connect again and resume */
  resume: 4408,
  wait: 4429,
  update: 4426,
  internal: 4500,
} as const;
