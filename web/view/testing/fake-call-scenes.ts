import type { CallHead, Track } from "#protocol/call";
import type { CallEvent, CallPhase, Face, Ladder } from "../../call/contract.ts";
import { PEOPLE, idOf } from "./people.ts";
import { fakePicture } from "./fake-picture.ts";

const now = Date.now();

/** One state of a call, as `?call=NAME` asks for it. */
export interface Scene {
  /** which made-up room */
  room: number;
  faces: Face[];
  head?: Partial<CallHead>;
  phase?: CallPhase;
  rank?: Face["rank"];
  ladder?: Ladder;
  seal?: "sealed" | "sealing" | "impossible" | "open" | "asked";
  events?: CallEvent[];
  speakers?: number[];
  saver?: boolean;
}

const seatOf = (n: number) => (n + 1).toString(16).padStart(16, "0");

export function faceOf(n: number, on: Track[], more: Partial<Face> = {}): Face {
  return {
    seat: seatOf(n),
    person: idOf(n % PEOPLE.length),
    name: null,
    mine: n === 0,
    rank: "member",
    state: "in",
    on: new Set(on),
    hand: null,
    speaking: false,
    recording: false,
    network: 3,
    camera: on.includes("camera") ? fakePicture(n) : null,
    screen: on.includes("screen") ? fakePicture(n, "screen") : null,
    readable: true,
    ...more,
  };
}

const BOTH: Track[] = ["mic", "camera"];
const two = () => [faceOf(0, BOTH), faceOf(1, BOTH, { speaking: true })];
const four = () => [
  faceOf(0, BOTH, { rank: "host" }),
  faceOf(4, BOTH, { speaking: true }),
  faceOf(10, ["camera"], { network: 1 }),
  faceOf(5, ["mic"], { hand: now - 20_000 }),
  faceOf(2, BOTH, { network: 2 }),
];
const crowd = (size: number) =>
  Array.from({ length: size }, (_, n) =>
    faceOf(n, n < 18 ? (n % 3 ? BOTH : ["camera"]) : n % 4 ? [] : ["mic"], {
      speaking: n === 4,
      rank: n === 0 ? "host" : "member",
    }),
  );
const waiting = () => [
  faceOf(7, [], { state: "lobby" }),
  faceOf(8, [], { state: "lobby", person: idOf(8), rank: "guest", name: "Maj. Bilal Ahmed (Engineers)" }),
];
const event = (more: object): CallEvent => ({ id: 1, at: now, ...more }) as CallEvent;

/** Made when asked for, since each face paints a picture. */
export const SCENES: Record<string, () => Scene> = {
  joining: () => ({ room: 1, faces: [], phase: { at: "joining" } }),
  lobby: () => ({ room: 1, faces: [faceOf(0, BOTH)], phase: { at: "lobby", since: now - 43_000 } }),
  calling: () => ({
    room: 2,
    faces: [faceOf(0, BOTH)],
    phase: { at: "alone", rings: true },
    head: { ringing: [idOf(1)] },
  }),
  alone: () => ({
    room: 1,
    faces: [faceOf(0, ["mic"])],
    phase: { at: "alone", rings: false },
    head: { kind: "conference" },
  }),
  talk2: () => ({ room: 2, faces: two() }),
  talk4: () => ({ room: 1, faces: four(), rank: "host", speakers: [4, 2] }),
  grid: () => ({ room: 1, faces: crowd(24), rank: "host", speakers: [4, 7], head: { kind: "conference" } }),
  many: () => ({ room: 1, faces: crowd(200), rank: "host", speakers: [4, 7, 2], head: { kind: "conference" } }),
  screen: () => ({
    room: 1,
    faces: [...four().slice(0, 4), faceOf(11, ["mic", "camera", "screen", "sound"])],
    speakers: [11, 4],
  }),
  audio: () => ({
    room: 1,
    faces: [faceOf(0, ["mic"]), faceOf(4, ["mic"], { speaking: true }), faceOf(10, []), faceOf(9, ["mic"])],
    speakers: [4],
    head: { media: "audio" },
  }),
  poor: () => ({ room: 1, faces: four(), ladder: { step: "audio", why: "network" }, speakers: [4] }),
  low: () => ({ room: 1, faces: four(), ladder: { step: "low", why: "machine" }, speakers: [4] }),
  saver: () => ({ room: 1, faces: four(), ladder: { step: "audio", why: "saver" }, speakers: [4], saver: true }),
  cut: () => ({ room: 1, faces: four().slice(0, 3), head: { cut: ["pb"] }, speakers: [4] }),
  clear: () => ({ room: 1, faces: four(), seal: "asked", speakers: [4] }),
  open: () => ({ room: 1, faces: four(), seal: "open", speakers: [4], rank: "host" }),
  impossible: () => ({
    room: 1,
    faces: [faceOf(0, BOTH), faceOf(4, BOTH, { readable: false, camera: null })],
    seal: "impossible",
  }),
  host: () => ({
    room: 1,
    faces: [...four(), ...waiting()],
    rank: "host",
    speakers: [4],
    head: { kind: "conference", ringing: [idOf(6)] },
  }),
  record: () => ({
    room: 1,
    faces: four().map((face, i) => (i === 2 ? { ...face, recording: true } : face)),
    speakers: [4],
  }),
  asked: () => ({
    room: 1,
    faces: [faceOf(0, ["camera"]), ...four().slice(1)],
    speakers: [4],
    events: [event({ is: "asked", by: idOf(10) })],
  }),
  muted: () => ({ room: 1, faces: four(), speakers: [4], events: [event({ is: "muted", by: idOf(10) })] }),
  returning: () => ({ room: 1, faces: four(), phase: { at: "returning", since: now - 3000 }, speakers: [4] }),
  away: () => ({ room: 2, faces: [faceOf(0, BOTH), faceOf(1, BOTH, { state: "away", camera: null, network: 0 })] }),
};
