import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** UDP ports, both ends included. */
export interface PortRange {
  from: number;
  to: number;
}

export interface JanusConfig {
  folder: string;
  /** where the installation keeps `plugins` and `transports` */
  parts: string;
  name: string;
  /** loopback ports of the API and of the admin API */
  port: number;
  adminPort: number;
  /** of both APIs, and of what only we may ask of the room plugin */
  secret: string;
  /** an own address to gather on, or a public one that is mapped to this machine */
  media: { host: string; own: boolean };
  ports: PortRange;
  loops: number;
}

/** Sessions are kept this long for a control connection that comes back, in seconds. */
export const RECLAIM_SECONDS = 30;

/** A third of the ports is for feeds of other gateways: by itself the media server would take those from 10000 on. */
export function splitPorts({ from, to }: PortRange): { browsers: PortRange; trunks: PortRange } {
  const border = to - Math.floor((to - from + 1) / 3);
  return { browsers: { from, to: border }, trunks: { from: border + 1, to } };
}

const PLUGINS = "audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail".split(
  " ",
);
const TRANSPORTS = "http mqtt nanomsg pfunix rabbitmq".split(" ");
const libraries = (names: string[]) => names.map((name) => `libjanus_${name}.so`).join(",");

/** The files of a configuration folder, by name: nothing but rooms over a local WebSocket. */
export function janusConfig(config: JanusConfig): Record<string, string> {
  const { browsers } = splitPorts(config.ports);
  const { host, own } = config.media;
  const address = own ? `ice_enforce_list = "${host}"` : `nat_1_1_mapping = "${host}"`;
  return {
    "janus.jcfg": `general: {
  configs_folder = "${config.folder}"
  plugins_folder = "${config.parts}/plugins"
  transports_folder = "${config.parts}/transports"
  events_folder = "${config.parts}/events"
  loggers_folder = "${config.parts}/loggers"
  debug_level = 3
  debug_timestamps = true
  debug_colors = false
  api_secret = "${config.secret}"
  admin_secret = "${config.secret}"
  server_name = "${config.name}"
  session_timeout = 60
  reclaim_session_timeout = ${RECLAIM_SECONDS}
  hide_dependencies = true
  event_loops = ${config.loops}
}
media: {
  ipv6 = false
  rtp_port_range = "${browsers.from}-${browsers.to}"
  no_media_timer = 2
  slowlink_threshold = 4
}
nat: {
  # a browser names the pair to a lite agent only with a later check, which on a slow line comes after seconds
  ice_lite = false
  ice_tcp = false
  ignore_mdns = true
  ${address}
}
plugins: { disable = "${libraries(PLUGINS)}" }
transports: { disable = "${libraries(TRANSPORTS)}" }
loggers: { disable = "libjanus_jsonlog.so" }
events: { broadcast = false }
`,
    "janus.transport.websockets.jcfg": `general: {
  json = "compact"
  pingpong_trigger = 10
  pingpong_timeout = 5
  ws = true
  ws_port = ${config.port}
  ws_ip = "127.0.0.1"
  wss = false
}
admin: {
  admin_ws = true
  admin_ws_port = ${config.adminPort}
  admin_ws_ip = "127.0.0.1"
  admin_wss = false
}
`,
    "janus.plugin.videoroom.jcfg": `general: {
  admin_key = "${config.secret}"
  lock_rtp_forward = true
  events = false
  string_ids = true
}
`,
  };
}

/** Writes them where only this user reads them: they hold the secret. */
export function writeJanusConfig(config: JanusConfig): void {
  mkdirSync(config.folder, { recursive: true, mode: 0o700 });
  chmodSync(config.folder, 0o700);
  for (const [name, text] of Object.entries(janusConfig(config)))
    writeFileSync(join(config.folder, name), text, { mode: 0o600 });
}
