import type { Page } from "playwright-core";
import type { CallHead, CallId, SeatId, Track } from "#protocol/call";
import type { CallStats } from "../../web/call/contract.ts";
import type { AppModel } from "../../web/model/contract.ts";
import { type UdpFaults, UdpProxy } from "./udp-proxy.ts";

/** What the page of a person in a call knows of it. */
export interface CallReading {
  id: CallId;
  phase: string;
  seal: string;
  code: string;
  place: CallHead["place"];
  cut: string[];
  ladder: { step: string; why: string };
  faces: {
    seat: SeatId;
    person: string;
    mine: boolean;
    state: string;
    on: Track[];
    camera: boolean;
    screen: boolean;
    readable: boolean;
  }[];
  stats: CallStats | null;
}

/** Reads the call a page is in, through the client's own model; null where it is in none. */
export function readCall(page: Page): Promise<CallReading | null> {
  return page.evaluate(async () => {
    const calls = model().calls;
    const call = calls?.current.value;
    if (!calls || !call) return null;
    const head = call.head.value;
    return {
      id: head.id,
      phase: call.phase.value.at,
      seal: call.seal.value,
      code: call.code.value,
      place: head.place,
      cut: head.cut,
      ladder: call.ladder.value,
      faces: call.faces.value.map((face) => ({
        ...{ seat: face.seat, person: face.person, mine: face.mine, state: face.state, on: [...face.on] },
        ...{ camera: face.camera !== null, screen: face.screen !== null, readable: face.readable },
      })),
      stats: await calls.stats(),
    };
  });
}

/** Does something with the call a page is in, or is to begin. */
export function withModel<T, A>(
  page: Page,
  act: (model: AppModel, argument: A) => T,
  argument: A,
): Promise<Awaited<T>> {
  // The function is written out into the page, so it may name nothing but its two arguments.
  return page.evaluate(([code, argument]) => new Function(`return (${code})`)()(model(), argument), [
    String(act),
    argument,
  ] as const) as Promise<Awaited<T>>;
}

/** Stands for the page's own (`findModel`): only its name is taken along. */
declare function model(): AppModel;

/** Before the page's own scripts: the model where tests find it, and a small picture, for many browsers share few cores. */
export async function prepareForCalls(page: Page): Promise<void> {
  await page.addInitScript(`(${findModel})();(${smallPicture})();`);
}

/** Preact keeps what it drew at the root (`__k`: a vnode's children, under the name that its package ships). */
function findModel(): void {
  type Node = { props?: { model?: unknown }; __k?: Node[] | Node } | null;
  const search = (node: Node): unknown =>
    node?.props?.model ??
    ([] as Node[])
      .concat(node?.__k ?? [])
      .map(search)
      .find(Boolean);
  Object.assign(globalThis, { model: () => search(document.getElementById("app") as Node) });
}

function smallPicture(): void {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (asked = {}) => {
    const video = typeof asked.video === "object" ? asked.video : {};
    const small = { width: { ideal: 320 }, height: { ideal: 240 }, frameRate: { ideal: 10 } };
    return original({ ...asked, ...(asked.video ? { video: { ...video, ...small } } : {}) });
  };
}

/** Lines that can be made bad, between a page and every gateway it is led to. */
export class MediaLines {
  private readonly lines = new Map<number, Promise<UdpProxy>>();
  private faults: Partial<UdpFaults> = {};

  /** @param host the gateways' address */
  constructor(private readonly host: string) {}

  /** Before the page is opened: what it is told of gateways leads it here instead. */
  async before(page: Page): Promise<void> {
    await page.exposeFunction("lineTo", async (port: number) => (await this.to(port)).port);
    await page.addInitScript(`(${leadThroughLines})()`);
  }

  /** For all lines, and those that come. */
  async set(faults: Partial<UdpFaults>): Promise<void> {
    this.faults = { ...this.faults, ...faults };
    for (const line of this.lines.values()) (await line).set(faults);
  }

  async stop(): Promise<void> {
    for (const line of this.lines.values()) await (await line).stop();
  }

  private to(port: number): Promise<UdpProxy> {
    const { host } = this;
    const line =
      this.lines.get(port) ??
      UdpProxy.start({ host, port }, { host }).then((made) => {
        made.set(this.faults);
        return made;
      });
    this.lines.set(port, line);
    return line;
  }
}

function leadThroughLines(): void {
  const { prototype } = RTCPeerConnection;
  const original = prototype.setRemoteDescription as (description: RTCSessionDescriptionInit) => Promise<void>;
  const lineTo = (globalThis as unknown as { lineTo(port: number): Promise<number> }).lineTo;
  prototype.setRemoteDescription = async function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
    let sdp = description.sdp ?? "";
    for (const [line, head, port, tail] of sdp.matchAll(/^(a=candidate:\S+ \d+ udp \d+ \S+ )(\d+)( .*)$/gim))
      sdp = sdp.replace(line, `${head}${await lineTo(Number(port))}${tail}`);
    return original.call(this, { type: description.type, sdp });
  } as typeof prototype.setRemoteDescription;
}

/** What one page receives of one other seat's track, and whether that grew between two readings. */
export interface Flow {
  from: SeatId;
  track: Track;
  flowing: boolean;
}

/** Pictures decoded and sound heard, between two readings of the same page. */
export function flowsOf(before: CallStats, after: CallStats): Flow[] {
  return after.received.map(({ seat, track, frames, energy }) => {
    const earlier = before.received.find((one) => one.seat === seat && one.track === track);
    const sound = track === "mic" || track === "sound";
    const [now, then] = sound ? [energy, earlier?.energy ?? 0] : [frames, earlier?.frames ?? 0];
    // A connection that was made anew counts from nothing.
    return { from: seat, track, flowing: now > then || (now > 0 && now < then) };
  });
}
