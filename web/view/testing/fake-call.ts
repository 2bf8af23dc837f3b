import { type Signal, computed, signal } from "@preact/signals";
import type { CallHead, Track } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import type {
  CallChoice,
  CallEvent,
  CallPhase,
  Calls,
  CurrentCall,
  Face,
  Ladder,
  Preview,
} from "../../call/contract.ts";
import { SCENES, type Scene, faceOf } from "./fake-call-scenes.ts";
import { fakePicture } from "./fake-picture.ts";
import { idOf } from "./people.ts";

const asked = new URLSearchParams(location.search);
const wanted = asked.get("call") ?? "";
const now = Date.now();

const headOf = (n: number, more: Partial<CallHead> = {}): CallHead => ({
  id: idOf(900 + n, 9),
  room: idOf(n, 2),
  kind: "call",
  media: "video",
  by: idOf(n === 2 ? 1 : 10),
  began: now - 754_000,
  rules: { version: 1, by: "is", locked: false, lobby: false, sealed: true, ranks: {}, ended: false },
  size: 3,
  ringing: [],
  cut: [],
  place: { mode: "cascade" },
  ...more,
});

/** A call whose every switch works, with nobody at the other end. */
function fakeCurrent(scene: Scene, over: (why: "left" | "ended") => void): CurrentCall {
  const faces = signal<Face[]>(scene.faces);
  const phase = signal<CallPhase>(scene.phase ?? { at: "talking" });
  const head = signal(
    headOf(scene.room, { size: scene.faces.filter((each) => each.state !== "lobby").length, ...scene.head }),
  );
  const saver = signal(scene.saver ?? false);
  const ladder = signal<Ladder>(scene.ladder ?? { step: "full", why: "none" });
  const events = signal<CallEvent[]>(scene.events ?? []);
  const on = computed<ReadonlySet<Track>>(() => faces.value.find((face) => face.mine)?.on ?? new Set());
  const shown = signal<unknown>([]);
  let eventId = 10;
  const happens = (event: object) =>
    (events.value = [...events.value, { id: ++eventId, at: Date.now(), ...event } as CallEvent]);
  const alter = (which: (face: Face) => boolean, more: (face: Face) => Partial<Face>) =>
    (faces.value = faces.value.map((face) => (which(face) ? { ...face, ...more(face) } : face)));
  const track = async (name: Track, value: boolean) => {
    alter(
      (face) => face.mine,
      (face) => ({
        on: new Set(value ? [...face.on, name] : [...face.on].filter((each) => each !== name)),
        ...(name === "camera" ? { camera: value ? fakePicture(0) : null } : {}),
      }),
    );
  };
  const rules = (more: Partial<CallHead["rules"]>) =>
    (head.value = { ...head.value, rules: { ...head.value.rules, ...more } });
  const gone = (seat: string) => (faces.value = faces.value.filter((face) => face.seat !== seat));
  const seal = signal(scene.seal ?? ("sealed" as const)) as Signal<CurrentCall["seal"]["value"]>;
  const clearAsked = signal(scene.seal === "asked" ? idOf(10) : null);
  Object.assign(globalThis, { fakeCall: { happens, faces, phase, head, shown, ladder, seal } });
  return {
    room: idOf(scene.room, 2),
    now: Date.now,
    head,
    phase,
    faces,
    speakers: signal((scene.speakers ?? []).map((n) => faceOf(n, []).seat)),
    rank: signal(scene.rank ?? "member"),
    on,
    ladder,
    saver,
    seal,
    clearAsked,
    agreeClear() {
      seal.value = "open";
      clearAsked.value = null;
    },
    code: signal(scene.seal === "open" ? "" : "048215937746120385590147"),
    events,
    mic: (value) => track("mic", value),
    camera: (value) => track("camera", value),
    share: (value) => track("screen", value),
    saving(value) {
      saver.value = value;
      ladder.value = value ? { step: "audio", why: "saver" } : { step: "full", why: "none" };
    },
    hand: (up) =>
      void alter(
        (face) => face.mine,
        () => ({ hand: up ? Date.now() : null }),
      ),
    react: (sign) => void happens({ is: "reacted", seat: faces.value[0]?.seat, sign }),
    record: (value) =>
      void alter(
        (face) => face.mine,
        () => ({ recording: value }),
      ),
    show(wants) {
      shown.value = wants;
    },
    admit: (seat) =>
      void alter(
        (face) => face.seat === seat,
        () => ({ state: "in" }),
      ),
    refuse: (seat) => void gone(seat),
    mute: (seat) =>
      void alter(
        (face) => !face.mine && (seat === null || face.seat === seat),
        (face) => ({ on: new Set([...face.on].filter((each) => each !== "mic")) }),
      ),
    askToSpeak() {},
    remove: (seat) => void gone(seat),
    lower: (seat) =>
      void alter(
        (face) => seat === null || face.seat === seat,
        () => ({ hand: null }),
      ),
    lock: (value) => void rules({ locked: value }),
    lobby: (value) => void rules({ lobby: value }),
    unseal() {
      rules({ sealed: false });
      seal.value = "open";
    },
    promote: (person, rank) =>
      void alter(
        (face) => face.person === person,
        () => ({ rank }),
      ),
    endForAll: () => over("ended"),
    leave: () => over("left"),
  };
}

function fakePreview(camera: boolean): Preview {
  const trouble = (asked.get("trouble") ?? "none") as "none";
  const level = signal(0.4);
  const id = setInterval(() => (level.value = Math.abs(Math.sin(Date.now() / 700)) * 0.8), 300);
  const stream = camera && trouble === "none" ? fakePicture(0) : null;
  return { stream, level, trouble: signal(trouble), stop: () => clearInterval(id) };
}

/** Calls made up, in the state that the address asks for: `?call=talk4`, `?call=ring`, `?call=over&why=lost`. */
export function createFakeCalls(): Calls {
  const heads = signal<ReadonlyMap<RoomId, CallHead>>(new Map());
  const ringing = signal<CallHead | null>(null);
  const current = signal<CurrentCall | null>(null);
  const enter = (scene: Scene) => {
    const call = fakeCurrent(scene, (why) => {
      (call.phase as Signal<CallPhase>).value = { at: "over", why };
      current.value = null;
    });
    heads.value = new Map(heads.value).set(call.room, call.head.value);
    current.value = call;
  };
  const scene = SCENES[wanted === "ringbusy" ? "talk2" : wanted];
  if (scene) enter(scene());
  if (wanted === "ring" || wanted === "ringbusy")
    ringing.value = headOf(wanted === "ring" ? 2 : 4, { media: "audio", by: idOf(wanted === "ring" ? 1 : 4) });
  if (wanted === "ringvideo") ringing.value = headOf(1, { ringing: [idOf(0)] });
  if (wanted === "on" || wanted === "join") heads.value = new Map([[idOf(1, 2), headOf(1)]]);
  if (wanted === "over") {
    enter({
      room: 2,
      faces: [faceOf(0, ["mic"])],
      phase: { at: "over", why: (asked.get("why") ?? "ended") as "ended" },
    });
    heads.value = new Map();
  }
  const begin = async (room: RoomId, choice: Pick<CallChoice, "mic" | "camera">) => {
    const n = Number.parseInt(room.slice(-3), 16);
    const on: Track[] = [...(choice.mic ? ["mic" as const] : []), ...(choice.camera ? ["camera" as const] : [])];
    ringing.value = null;
    enter({ ...(SCENES[n === 2 ? "talk2" : "talk4"] as () => Scene)(), room: n });
    const first = faceOf(0, on);
    (current.value?.faces as Signal<Face[]>).value = [first, ...(current.value?.faces.value.slice(1) ?? [])];
  };
  return {
    heads,
    ringing,
    current,
    begin,
    join: begin,
    decline() {
      ringing.value = null;
    },
    plan() {},
    stats: async () => ({
      ...{
        seat: faceOf(0, []).seat,
        life: 1,
        ladder: { step: "full", why: "none" },
        rtt: 84,
        available: 640,
        sent: [],
      },
      received: [
        {
          seat: faceOf(1, []).seat,
          track: "mic",
          bytes: 1,
          packets: 990,
          lost: 10,
          frames: 0,
          width: 0,
          height: 0,
          energy: 1,
          samples: 48_000,
          concealed: 0,
        },
      ],
      seal: { sealed: 1, opened: 1, wrong: 0, astray: 0, keyless: 0 },
    }),
    preview: async ({ camera }) => fakePreview(camera),
    devices: {
      list: signal([
        { id: "m1", kind: "mic" as const, label: "Headset microphone" },
        { id: "m2", kind: "mic" as const, label: "" },
        { id: "c1", kind: "camera" as const, label: "Front camera" },
        { id: "c2", kind: "camera" as const, label: "Back camera" },
        { id: "s1", kind: "speaker" as const, label: "Headset" },
      ]),
      chosen: signal({ mic: "m1", camera: "c1", speaker: null }),
      async choose() {},
      async flip() {},
    },
  };
}
