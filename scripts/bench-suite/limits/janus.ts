import { mkdirSync, writeFileSync } from "node:fs";
import { firstAddress } from "../../../server/config.ts";
import { findJanus } from "../../../server/ops/fleet-janus.ts";
import { accepts, end, endLater, freePort, until } from "../system.ts";

/** Janus by itself: its own process with the VideoRoom plugin, spoken to over its WebSocket API. The limit of ours. */
export interface RawJanus {
  pid: number;
  /** Publishes what the offer holds under a feed's name; the answer. */
  publish(feed: string, sdp: string): Promise<string>;
  /** A new receiving connection for all streams of these feeds: the gateway's offer, and how it is answered. */
  subscribe(feeds: readonly string[]): Promise<{ sdp: string; answer(sdp: string): Promise<void> }>;
  stop(): Promise<void>;
}

const ROOM = "bench";
const PLUGINS = "/usr/lib/x86_64-linux-gnu/janus";
const OTHERS = "audiobridge echotest nosip recordplay sip streaming textroom videocall voicemail duktape lua";
const TRANSPORTS = "http mqtt nanomsg pfunix rabbitmq";

/** The same settings of media as ours: ICE-lite on the machine's own address. */
const config = (dir: string, ports: string) => `general: {
  configs_folder = "${dir}"
  plugins_folder = "${PLUGINS}/plugins"
  transports_folder = "${PLUGINS}/transports"
  events_folder = "${PLUGINS}/events"
  loggers_folder = "${PLUGINS}/loggers"
  debug_level = 3
}
media: { ipv6 = false, rtp_port_range = "${ports}", no_media_timer = 2 }
nat: { ice_lite = true, ice_enforce_list = "${firstAddress()}", ignore_mdns = true }
plugins: { disable = "${OTHERS.split(" ").map((name) => `libjanus_${name}.so`)}" }
transports: { disable = "${TRANSPORTS.split(" ").map((name) => `libjanus_${name}.so`)}" }
`;

export async function startRaw(dir: string, ports = "31300-31999"): Promise<RawJanus> {
  const binary = findJanus();
  if (!binary) throw new Error("no Janus here: scripts/test installs it");
  const port = freePort();
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/janus.jcfg`, config(dir, ports));
  writeFileSync(
    `${dir}/janus.transport.websockets.jcfg`,
    `general: { json = "compact", ws = true, ws_port = ${port}, ws_ip = "127.0.0.1" }\nadmin: { admin_ws = false }\n`,
  );
  writeFileSync(`${dir}/janus.plugin.videoroom.jcfg`, "general: { string_ids = true }\n");
  const log = Bun.file(`${dir}/janus.log`);
  const child = Bun.spawn([binary, "-F", dir, "-C", `${dir}/janus.jcfg`, "-o"], { stdout: log, stderr: log });
  endLater(() => end(child));
  await until("Janus", 10, () => accepts(port));
  const api = await openApi(port);
  const control = await api.attach();
  const room = { request: "create", room: ROOM, publishers: 100, bitrate: 600_000, fir_freq: 0 };
  await api.message(control, { ...room, audiocodec: "opus", videocodec: "vp8", opus_fec: true, opus_dtx: true });
  return {
    pid: child.pid,
    async publish(feed, sdp) {
      const handle = await api.attach();
      await api.message(handle, { request: "join", ptype: "publisher", room: ROOM, id: feed });
      return (await api.message(handle, { request: "publish" }, { type: "offer", sdp })).sdp;
    },
    async subscribe(feeds) {
      const handle = await api.attach();
      const streams = feeds.map((feed) => ({ feed }));
      const { sdp } = await api.message(handle, { request: "join", ptype: "subscriber", room: ROOM, streams });
      return {
        sdp,
        answer: async (answer) =>
          void (await api.message(handle, { request: "start" }, { type: "answer", sdp: answer })),
      };
    },
    async stop() {
      api.close();
      await end(child);
    },
  };
}

interface Said {
  janus: string;
  transaction?: string;
  data?: { id: number };
  plugindata?: { data: { error?: string } };
  jsep?: { sdp: string };
  error?: { reason: string };
}

/** Janus's WebSocket API: a request is done at its `success`, or at its `event` where it was only acknowledged. */
async function openApi(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, "janus-protocol");
  await new Promise((open, fail) => {
    socket.onopen = open;
    socket.onerror = fail;
  });
  const waiting = new Map<string, (said: Said) => void>();
  socket.onmessage = ({ data }) => {
    const said = JSON.parse(String(data)) as Said;
    if (said.janus === "ack" || !said.transaction) return;
    waiting.get(said.transaction)?.(said);
    waiting.delete(said.transaction);
  };
  let count = 0;
  const ask = async (body: Record<string, unknown>): Promise<Said> => {
    const transaction = String(++count);
    const said = new Promise<Said>((resolve) => waiting.set(transaction, resolve));
    socket.send(JSON.stringify({ ...body, transaction }));
    const answer = await said;
    const error = answer.error?.reason ?? answer.plugindata?.data.error;
    if (error) throw new Error(`Janus: ${error}`);
    return answer;
  };
  const session = (await ask({ janus: "create" })).data?.id;
  const alive = setInterval(() => void ask({ janus: "keepalive", session_id: session }), 20_000);
  return {
    attach: async () =>
      (await ask({ janus: "attach", session_id: session, plugin: "janus.plugin.videoroom" })).data?.id as number,
    async message(handle: number, body: Record<string, unknown>, jsep?: { type: string; sdp: string }) {
      const request = { janus: "message", session_id: session, handle_id: handle, body, ...(jsep ? { jsep } : {}) };
      return { sdp: (await ask(request)).jsep?.sdp ?? "" };
    },
    close() {
      clearInterval(alive);
      socket.close();
    },
  };
}
