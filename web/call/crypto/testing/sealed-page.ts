import type { SealCounts } from "../cipher.ts";
import type { Epoch } from "../epoch.ts";
import { frameKey, protect } from "../sframe.ts";
import { canSeal, type SealWay, Sealer, sealOptions } from "../transform.ts";

/** Two peer connections of one page joined to each other: what one seals the other should open. */

const [SENDER, RECEIVER] = ["a11a11a11a11a11a", "b14ab14ab14ab14a"];
const epoch = (n: number, fill: number): Epoch => ({ n, keyer: SENDER, secret: new Uint8Array(32).fill(fill) });

/** Which secret the two have: the same, the receiver another one or late, the sender none; or the call is opened. */
export type Keys = "same" | "other" | "late" | "none" | "open";

export interface Outcome {
  sent: SealCounts;
  received: SealCounts;
  /** of both connections' statistics */
  videoDecoded: number;
  audioEnergy: number;
  packets: number;
  /** video frames decoded after both had gone on to a new epoch */
  afterEpoch: number;
  /** frames opened after all tracks had been off and were on again */
  again: number;
  /** milliseconds from a late key to the first picture */
  seenAfter: number;
}

const none: SealCounts = {
  encrypted: 0,
  decoded: 0,
  noKey: 0,
  wrongKey: 0,
  astray: 0,
  failed: 0,
  repeated: 0,
  quiet: 0,
};
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it holds, however busy the machine is; what never comes is left for the test to see. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end && !(await holds()); ) await wait(50);
}

async function inbound(pc: RTCPeerConnection) {
  const found = { videoDecoded: 0, audioEnergy: 0, packets: 0 };
  for (const stat of (await pc.getStats()).values())
    if (stat.type === "inbound-rtp") {
      found.packets += stat.packetsReceived;
      if (stat.kind === "video") found.videoDecoded += stat.framesDecoded ?? 0;
      else found.audioEnergy += stat.totalAudioEnergy ?? 0;
    }
  return found;
}

async function trial(way: SealWay, keys: Keys): Promise<Outcome> {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240 } });
  const [from, to] = [new RTCPeerConnection(sealOptions(way)), new RTCPeerConnection(sealOptions(way))];
  const [seals, opens] = [new Sealer(SENDER as string, way), new Sealer(RECEIVER as string, way)];
  const [mine, theirs] = [epoch(1, 1), epoch(1, keys === "other" ? 2 : 1)];
  if (keys !== "none") seals.setEpoch(mine, [mine]);
  if (keys !== "late") opens.setEpoch(theirs, [theirs]);
  for (const one of [seals, opens]) one.open(keys === "open");
  from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
  to.onicecandidate = ({ candidate }) => candidate && from.addIceCandidate(candidate);
  to.ontrack = ({ receiver, track }) => {
    // First under another name: a receiver is given to another seat when the gateway uses its place again.
    opens.attachReceiver(receiver, RECEIVER as string);
    opens.attachReceiver(receiver, SENDER as string);
    const element = document.createElement(track.kind) as HTMLMediaElement;
    element.autoplay = true;
    element.muted = track.kind === "video";
    element.srcObject = new MediaStream([track]);
    document.body.append(element);
  };
  for (const track of media.getTracks()) {
    const { sender } = from.addTransceiver(track, { direction: "sendonly", streams: [media] });
    seals.attachSender(sender, track.kind === "audio" ? "mic" : "camera");
  }
  vp8(from);
  await negotiate(from, to);
  const sending = async () => (await seals.stats())[SENDER as string] ?? none;
  const opening = async () => (await opens.stats())[SENDER as string] ?? none;
  await until(async () => {
    if (keys === "none") return (await sending()).noKey > 30;
    const { videoDecoded, audioEnergy, packets } = await inbound(to);
    if (keys === "other") return packets > 30 && (await opening()).wrongKey > 30;
    if (keys === "late") return (await opening()).noKey > 20;
    return videoDecoded > 30 && audioEnergy > 0;
  });
  const before = await inbound(to);
  if (keys === "late") opens.setEpoch(theirs, [theirs]);
  const keyedAt = performance.now();
  let seenAfter = Number.POSITIVE_INFINITY;
  if (keys === "late")
    await until(async () => {
      if ((await inbound(to)).videoDecoded > 0) seenAfter = performance.now() - keyedAt;
      return Number.isFinite(seenAfter);
    });
  if (keys === "same") {
    const next = epoch(2, 7);
    opens.setEpoch(next, [mine, next]);
    seals.setEpoch(next, [mine, next]);
    await until(async () => (await inbound(to)).videoDecoded > before.videoDecoded + 10);
  }
  const after = await inbound(to);
  const { decoded: already } = await opening();
  if (keys === "same") {
    await pauseAndGoOn(from, to);
    await until(async () => (await opening()).decoded > already + 30);
  }
  const again = (await opening()).decoded - already;
  const [sent, received] = [await seals.stats(), await opens.stats()];
  for (const pc of [from, to]) pc.close();
  for (const sealer of [seals, opens]) sealer.close();
  for (const track of media.getTracks()) track.stop();
  document.body.textContent = "";
  const counts = { sent: sent[SENDER as string] ?? none, received: received[SENDER as string] ?? none };
  return { ...counts, ...after, seenAfter, again, afterEpoch: after.videoDecoded - before.videoDecoded };
}

async function negotiate(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void> {
  await from.setLocalDescription(await from.createOffer());
  await to.setRemoteDescription(from.localDescription as RTCSessionDescription);
  await to.setLocalDescription(await to.createAnswer());
  await from.setRemoteDescription(to.localDescription as RTCSessionDescription);
}

/** As a gateway does with the places of feeds that come and go. */
async function pauseAndGoOn(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void> {
  for (const direction of ["inactive", "sendonly"] as const) {
    for (const transceiver of from.getTransceivers()) transceiver.direction = direction;
    await negotiate(from, to);
    if (direction === "inactive") await wait(200);
  }
}

/** The calls' own codec, put first. */
function vp8(pc: RTCPeerConnection): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const first = codecs.filter(({ mimeType }) => /vp8|rtx/i.test(mimeType));
  for (const transceiver of pc.getTransceivers())
    if (transceiver.sender.track?.kind === "video") transceiver.setCodecPreferences(first);
}

/** Microseconds to seal a frame of so many bytes, one after the other. */
async function cost(bytes: number): Promise<number> {
  const key = await frameKey(0x01a11a11, new Uint8Array(16), "encrypt");
  const frame = new Uint8Array(bytes);
  const metadata = new Uint8Array(1);
  const rounds = 500;
  for (let i = 0; i < 100; i++) await protect(key, i, metadata, frame);
  const start = performance.now();
  for (let i = 0; i < rounds; i++) await protect(key, i + 100, metadata, frame);
  return ((performance.now() - start) * 1000) / rounds;
}

export interface SealedLoop {
  canSeal: typeof canSeal;
  trial: typeof trial;
  cost: typeof cost;
}

Object.assign(window, { sealedLoop: { canSeal, trial, cost } satisfies SealedLoop });
