import type { Province } from "#protocol/ids";

/** The other end of a link, as one site's server sees it. Passwords are random, one per link and direction. */
export interface PeerSite {
  code: Province;
  /** host:port of the peer's leaf listener, which we dial */
  leafUrl: string;
  /** what we prove ourselves with at the peer */
  ourPassword: string;
  /** what the peer proves itself with here */
  theirPassword: string;
}

/** Mutual TLS of the links between sites: PEM files on the server's own disk. */
export interface LinkTls {
  cert: string;
  key: string;
  ca: string;
}

export interface ServerOptions {
  province: Province;
  /** host:port for this province's nodes; stays inside the site */
  listen: string;
  /** host:port of the HTTP monitor; absent = none */
  monitor?: string;
  /** host:port where peers dial in */
  leafListen: string;
  storeDir: string;
  peers: readonly PeerSite[];
  /** of user `node` in account PUB */
  ownPassword: string;
  /** of user `node_<peer>` in account FROM_<peer> */
  readerPasswords: Readonly<Record<Province, string>>;
  tls?: LinkTls;
  /** most that JetStream may keep on disk, in the server's own notation; cannot change by reload */
  maxFile?: string;
}

/**
 * The configuration of one province's nats-server (README.md, "Layout"). It depends on nothing but its arguments, so
 * a province is added by rendering again with one more peer and reloading (SIGHUP).
 */
export function renderServer(options: ServerOptions): string {
  const { province, peers } = options;
  return `# Rendered: change nats/render.ts or its inputs, not this file.
server_name: ${text(province)}
listen: ${text(options.listen)}
${options.monitor ? `http: ${text(options.monitor)}\n` : ""}# A silent link is seen after about six seconds; the default takes minutes.
ping_interval: "2s"
ping_max: 2
max_payload: 1048576
# What is acknowledged is on the disk.
jetstream { domain: ${province}, store_dir: ${text(options.storeDir)}, max_file: ${options.maxFile ?? "32G"}, sync_interval: always }
accounts {
  PUB { jetstream: enabled, users: [
    { user: node, password: ${text(options.ownPassword)}, allowed_connection_types: ["STANDARD"] }
${peers.map((peer) => peerUser(province, peer)).join("\n")}
  ] }
${peers.map((peer) => readerAccount(peer.code, options.readerPasswords[peer.code])).join("\n")}
}
leafnodes {
  listen: ${text(options.leafListen)}
  no_advertise: true
  reconnect: "1s"
${options.tls ? `  ${tlsBlock(options.tls, ", verify: true, handshake_first: true")}\n` : ""}  remotes: [
${peers.map((peer) => remote(province, peer, options.tls)).join("\n")}
  ]
}
`;
}

/** What a peer may do here: take its own copy of our log and hear what is said to it. Publish subjects must be literal. */
function peerUser(province: Province, { code, theirPassword }: PeerSite): string {
  const consumer = `LOG_${province}.to_${code}`;
  return `    { user: ${code}, password: ${text(theirPassword)}, allowed_connection_types: ["LEAFNODE"], permissions: {
      publish: { allow: ["$JS.${province}.API.CONSUMER.RESET.${consumer}", "$JS.FC.${consumer}.>"] }
      subscribe: { allow: ["deliver.${province}.${code}", "live.${province}.${code}", "tail.${province}.${code}", "$JSC.R.>"] } } }`;
}

/** One account per peer, so that nothing passes through us from one peer to another and no loop can close. */
function readerAccount(code: Province, password: string | undefined): string {
  if (!password) throw new Error(`nats: the reader of ${code} has no password`);
  return `  FROM_${code} { jetstream: enabled, users: [
    { user: node_${code}, password: ${text(password)}, allowed_connection_types: ["STANDARD"] } ] }`;
}

/** The link we dial. The peer's server reaches nothing of our copy, and nothing of what we hear leaves again. */
function remote(province: Province, { code, leafUrl, ourPassword }: PeerSite, tls: LinkTls | undefined): string {
  const url = `${tls ? "tls" : "nats-leaf"}://${province}:${encodeURIComponent(ourPassword)}@${leafUrl}`;
  return `    { url: ${text(url)}, account: FROM_${code}
      deny_imports: ["$JS.${province}.API.>", "$JS.API.>", "$JS.ACK.>", "$KV.>", "$OBJ.>", "_INBOX.>", "in.>"]
      deny_exports: ["_INBOX.>", "in.>", "log.>"]${tls ? `\n      ${tlsBlock(tls, ", handshake_first: true")}` : ""} }`;
}

const tlsBlock = ({ cert, key, ca }: LinkTls, more: string) =>
  `tls { cert_file: ${text(cert)}, key_file: ${text(key)}, ca_file: ${text(ca)}${more} }`;

function text(value: string): string {
  if (/["\\\n\r]/.test(value)) throw new Error("nats: a quote, backslash or line break in a configured value");
  return `"${value}"`;
}
