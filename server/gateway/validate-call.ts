import {
  type CallAct,
  isSeatId,
  type KeyBox,
  MAX_FEEDS,
  MAX_SDP,
  MAX_SEATS,
  MAX_VIDEOS,
  REACTIONS,
  type Track,
  TRACKS,
} from "#protocol/call";
import { isId } from "#protocol/ids";

/** Longest key, proof and sealed box in base64: several times what P-256 and one epoch's secret take. */
const MAX_KEY = 512;
const MAX_BOX = 1024;
/** What one connection sends at most: each track twice, as a camera may be changed. */
const MAX_MIDS = 8;

type Loose = Record<string, unknown>;

/** Exactly one of the acts of `call.ts`, and of bearable size. */
export function isCallAct(value: unknown): value is CallAct {
  if (!isObject(value)) return false;
  const act = value;
  switch (act.do as CallAct["do"]) {
    case "begin":
      return (
        isId(act.id) &&
        (act.kind === "call" || act.kind === "conference") &&
        (act.media === "audio" || act.media === "video") &&
        isFlag(act.lobby) &&
        isJoining(act.seat)
      );
    case "join":
      return isJoining(act.seat);
    case "resume":
    case "admit":
    case "remove":
      return isSeatId(act.seat);
    case "decline":
      return act.why === "declined" || act.why === "busy";
    case "leave":
    case "unseal":
    case "end":
      return true;
    case "publish":
      return isCount(act.life) && isSdp(act.sdp) && areStreams(act.tracks);
    case "want":
      return isCount(act.life) && areWants(act.feeds);
    case "answer":
      return isCount(act.life) && isCount(act.n) && isSdp(act.sdp);
    case "tracks":
      return areTracks(act.on);
    case "hand":
      return isFlag(act.up);
    case "react":
      return (REACTIONS as readonly unknown[]).includes(act.sign);
    case "record":
    case "lock":
    case "lobby":
      return isFlag(act.on);
    case "network":
      return isCount(act.level) && (act.level as number) <= 3;
    case "keys":
      return isCount(act.epoch) && areBoxes(act.boxes);
    case "mute":
      return (act.seat === null || isSeatId(act.seat)) && isTrack(act.track);
    case "ask":
      return isSeatId(act.seat) && isTrack(act.track);
    case "lower":
      return act.seat === null || isSeatId(act.seat);
    case "rank":
      return isId(act.person) && (act.rank === "cohost" || act.rank === "member");
    default:
      return false;
  }
}

function isJoining(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    (value.key === null || isSeatKey(value.key)) &&
    areTracks(value.on) &&
    (value.was === undefined || isSeatId(value.was))
  );
}

const isSeatKey = (value: unknown): boolean =>
  isObject(value) && isBase64(value.spki, MAX_KEY) && isBase64(value.agree, MAX_KEY) && isBase64(value.proof, MAX_KEY);

const isBox = (value: unknown): boolean => isObject(value) && isSeatId(value.seat) && isBase64(value.box, MAX_BOX);

/** Each for another seat: none is to be poured over. */
const areBoxes = (value: unknown): boolean =>
  isList(value, isBox, MAX_SEATS) &&
  new Set((value as KeyBox[]).map(({ seat }) => seat)).size === (value as KeyBox[]).length;

const areTracks = (value: unknown): boolean =>
  isList(value, isTrack, TRACKS.length) && new Set(value as Track[]).size === (value as Track[]).length;

function areStreams(value: unknown): boolean {
  const isStream = (item: unknown) => isObject(item) && isMid(item.mid) && isTrack(item.track);
  if (!isList(value, isStream, MAX_MIDS)) return false;
  const streams = value as { mid: string; track: Track }[];
  // A track has one stream, a stream one track: others ask for it by the track's name.
  return (
    new Set(streams.map(({ mid }) => mid)).size === streams.length &&
    new Set(streams.map(({ track }) => track)).size === streams.length
  );
}

function areWants(value: unknown): boolean {
  const isWant = (item: unknown) =>
    isObject(item) &&
    isSeatId(item.seat) &&
    isTrack(item.track) &&
    (item.layer === undefined || item.layer === 0 || item.layer === 1 || item.layer === 2);
  if (!isList(value, isWant, MAX_FEEDS)) return false;
  const wants = value as { seat: string; track: Track }[];
  const videos = wants.filter(({ track }) => track === "camera" || track === "screen").length;
  return videos <= MAX_VIDEOS && new Set(wants.map(({ seat, track }) => `${seat} ${track}`)).size === wants.length;
}

/** Its meaning is the gateway's to judge; that it is one, and that nothing but lines of text is in it, is seen here. */
const isSdp = (value: unknown): boolean =>
  typeof value === "string" && value.length <= MAX_SDP && value.startsWith("v=0") && !value.includes("\0");

const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTrack = (value: unknown): value is Track => (TRACKS as readonly unknown[]).includes(value);
const isMid = (value: unknown): boolean => typeof value === "string" && /^[\w-]{1,16}$/.test(value);
const isBase64 = (value: unknown, most: number): boolean =>
  typeof value === "string" && value.length <= most && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
const isList = (value: unknown, is: (item: unknown) => boolean, most: number): boolean =>
  Array.isArray(value) && value.length <= most && value.every(is);
