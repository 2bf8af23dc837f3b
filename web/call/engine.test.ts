import { expect, test } from "bun:test";
import { KIND } from "#protocol/record";
import { Refusal } from "../net/refusal.ts";
import { noteId } from "./note.ts";
import { headOf, ME, OTHER, QUICK, ROOM, StubCall, seatId, seatOf } from "./testing/stub-call.ts";
import { until } from "../../server/testing/until.ts";

const VIDEO = { kind: "call", media: "video", lobby: false, mic: true, camera: true } as const;
const soon = () => Bun.sleep(15);

/** Two people talk. */
async function talking(kind?: "direct" | "group"): Promise<StubCall> {
  const at = new StubCall(kind);
  at.head(headOf());
  await at.engine.join(ROOM, VIDEO);
  at.seats(seatOf(1, ME), seatOf(2, OTHER));
  await until(() => at.did("publish").length);
  return at;
}

test("a call that is begun is in the room's log under the call's id", async () => {
  const at = new StubCall();
  const begun = at.engine.begin(ROOM, VIDEO);
  await until(() => at.did("begin").length);
  const [act] = at.did("begin");
  at.head(headOf({ id: act?.id as string, ringing: [OTHER] }));
  await begun;
  at.seats(seatOf(1, ME, { rank: "host" }));
  await until(() => at.did("tracks").at(-1)?.on.length === 2);
  expect(at.written).toEqual([
    {
      room: ROOM,
      kind: KIND.message,
      body: { text: "Video call", call: { kind: "call", media: "video" } },
      id: act?.id,
    },
  ]);
  expect(at.call.phase.value).toEqual({ at: "alone", rings: true });
  expect(at.call.rank.value).toBe("host");
  at.seats(seatOf(1, ME), seatOf(2, OTHER));
  expect(at.call.phase.value).toEqual({ at: "talking" });
  expect(at.call.faces.value.map(({ mine }) => mine)).toEqual([true, false]);
});

test("where another began first, that call is joined and no entry is written", async () => {
  const at = new StubCall();
  const begun = at.engine.begin(ROOM, VIDEO);
  await until(() => at.did("begin").length);
  at.head(headOf({ id: "0".repeat(32), by: OTHER }));
  await begun;
  expect(at.written).toEqual([]);
});

test("one who is not let in is told why, and no device stays open", async () => {
  const at = new StubCall();
  at.head(headOf());
  at.refuse = ({ do: what }) => (what === "join" ? new Refusal("forbidden", "This call is locked.") : undefined);
  expect(at.engine.join(ROOM, VIDEO)).rejects.toThrow("This call is locked.");
  await soon();
  expect(at.call.phase.value).toEqual({ at: "over", why: "refused" });
  await soon();
  expect(at.machine.opened.map(({ stopped }) => stopped)).not.toContain(false);
});

test("a browser that cannot call says so kindly; without a microphone one listens", async () => {
  const at = new StubCall();
  at.machine.able = "unsupported";
  expect(at.engine.begin(ROOM, VIDEO)).rejects.toThrow("too old for calls");
  at.machine.able = "none";
  at.machine.refuse = { audio: "NotAllowedError", video: "NotFoundError" };
  at.head(headOf());
  await at.engine.join(ROOM, VIDEO);
  await until(() => at.call.events.value.length === 2);
  expect(at.call.events.value.map((event) => event.is === "failed" && event.text)).toEqual([
    "The microphone may not be used here. Allow it in the browser's settings.",
    "No camera was found.",
  ]);
  expect([...at.call.on.value]).toEqual([]);
  await until(() => at.did("publish").length);
});

test("muting sends nothing and keeps the device; a camera that is off is given back", async () => {
  const at = await talking();
  const [mic, camera] = at.machine.opened;
  const lines = at.machine.peers[0]?.lines ?? [];
  expect(lines.map(({ sender }) => sender.track?.kind)).toEqual(["audio", "video", undefined, undefined]);
  await at.call.mic(false);
  await at.call.camera(false);
  expect([mic?.stopped, mic?.enabled, camera?.stopped]).toEqual([false, false, true]);
  expect(lines.map(({ sender }) => sender.track)).toEqual([null, null, null, null]);
  expect(at.did("tracks").at(-1)?.on).toEqual([]);
  await at.call.share(true);
  expect(at.did("tracks").at(-1)?.on).toEqual(["screen", "sound"]);
  // Ended in the browser's own bar.
  at.machine.opened.at(-2)?.onended?.();
  await until(() => at.did("tracks").at(-1)?.on.length === 0);
  await at.call.mic(true);
  expect(lines[0]?.sender.track).toBe(mic as never);
  // Not one of these needed a word with the gateway about its lines.
  expect(at.did("publish").length).toBe(1);
});

test("a microphone that is pulled out is followed by the next one, or by silence", async () => {
  const at = await talking();
  at.machine.opened[0]?.onended?.();
  await until(() => at.machine.opened.length === 3);
  await until(() => at.machine.peers[0]?.lines[0]?.sender.track === at.machine.opened[2]);
  at.machine.refuse = { audio: "NotFoundError" };
  at.machine.opened[2]?.onended?.();
  await until(() => !at.call.on.value.has("mic"));
  expect(at.did("tracks").at(-1)?.on).toEqual(["camera"]);
});

test("what can be read and is shown is wanted; offers are answered and streams stand in faces", async () => {
  const at = await talking();
  at.call.show([{ seat: seatId(2), track: "camera", size: "middle" }]);
  await until(() => at.did("want").at(-1)?.feeds.length === 2);
  expect(at.did("want").at(-1)?.feeds).toEqual([
    { seat: seatId(2), track: "mic" },
    // Small until the line has shown that it bears more.
    { seat: seatId(2), track: "camera", layer: 0 },
  ]);
  const feeds = [
    { mid: "7", seat: seatId(2), track: "mic" as const },
    { mid: "8", seat: seatId(2), track: "camera" as const },
  ];
  at.news({ is: "offer", life: 1, n: 4, sdp: "7 audio\n8 video\n", feeds });
  await until(() => at.did("answer").length);
  expect(at.did("answer")[0]).toMatchObject({ life: 1, n: 4 });
  expect(at.call.faces.value[1]?.camera).not.toBeNull();
  expect(at.machine.playing.size).toBe(1);
  at.call.leave();
  expect(at.machine.playing.size).toBe(0);
  expect(at.machine.peers.every(({ closed }) => closed)).toBe(true);
});

test("media that moves begins anew under its new life, and the old is shown until the new is there", async () => {
  const at = await talking();
  const feeds = [{ mid: "8", seat: seatId(2), track: "camera" as const }];
  at.news({ is: "offer", life: 1, n: 1, sdp: "8 video\n", feeds });
  await until(() => at.call.faces.value[1]?.camera);
  const old = at.call.faces.value[1]?.camera;
  at.news({ is: "move", life: 2, ice: [] });
  await until(() => at.did("publish").length === 2);
  expect(at.did("publish")[1]?.life).toBe(2);
  expect(at.call.faces.value[1]?.camera).toBe(old as MediaStream);
  at.news({ is: "offer", life: 1, n: 2, sdp: "9 video\n", feeds });
  at.news({ is: "offer", life: 2, n: 1, sdp: "8 video\n", feeds });
  await until(() => at.call.faces.value[1]?.camera !== old);
  expect(at.did("answer").map(({ life }) => life)).toEqual([1, 2]);
});

test("a lost socket: back to the same seat on the same node, to a new one elsewhere", async () => {
  const at = await talking();
  at.lose();
  expect(at.call.phase.value.at).toBe("returning");
  at.comeBack(2);
  await until(() => at.did("resume").length);
  await until(() => at.call.phase.value.at === "talking");
  expect(at.did("publish").length).toBe(1);
  at.lose();
  at.seat = 5;
  at.comeBack(3, "two");
  await until(() => at.did("join").length === 2);
  expect(at.did("join")[1]?.seat.was).toBe(seatId(1));
  at.seats(seatOf(5, ME), seatOf(2, OTHER));
  await until(() => at.did("publish").length === 2);
  expect(at.call.phase.value.at).toBe("talking");
  expect(at.call.faces.value[0]).toMatchObject({ seat: seatId(5), mine: true });
});

test("a node that has forgotten the call is told of it again, under its own id", async () => {
  const at = await talking();
  at.refuse = ({ do: what }) =>
    what === "resume" || what === "join" ? new Refusal("conflict", "There is no call here now.") : undefined;
  at.lose();
  at.comeBack(2);
  await until(() => at.did("begin").length);
  expect(at.did("begin")[0]).toMatchObject({ id: headOf().id, kind: "call", seat: { was: seatId(1) } });
  await until(() => at.call.phase.value.at === "talking");
});

test("a call that is over meanwhile is over", async () => {
  const at = await talking();
  at.refuse = ({ do: what }) => (what === "tracks" ? undefined : new Refusal("conflict", "This call is over."));
  at.lose();
  at.comeBack(2);
  await until(() => at.call.phase.value.at === "over");
  expect(at.call.phase.value).toEqual({ at: "over", why: "ended" });
});

test("a connection that fails is restarted once, then the seat is taken anew", async () => {
  const at = await talking();
  at.machine.peers[0]?.turn("failed");
  await until(() => at.did("publish").length === 2);
  expect(at.machine.peers[0]?.offers.at(-1)).toEqual({ iceRestart: true });
  at.seat = 9;
  await until(() => at.did("join").length === 2);
  expect(at.did("join")[1]?.seat.was).toBe(seatId(1));
});

test("the note of a call is written by whoever is asked, always under the same id", async () => {
  const at = new StubCall();
  const note = { of: "c".repeat(32), began: 0, ended: 180_000, people: [], declined: [] };
  at.news({ is: "note", note });
  await until(() => at.written.length);
  expect(at.written[0]).toMatchObject({ kind: KIND.note, id: await noteId(note.of), body: { note } });
  expect(await noteId(note.of)).toMatch(/^[0-9a-f]{32}$/);
  // What a province signed of it is a note of its own, so that another province's, or a forged one, does not stand for it.
  const part = { of: note.of, room: ROOM, province: "pb", began: 0, ended: 1, people: [], declined: [], signature: "" };
  at.news({ is: "note", note: { ...note, parts: [part] } });
  await until(() => at.written.length === 2);
  expect(at.written[1]?.id).toBe(await noteId(note.of, "pb"));
  expect(new Set([await noteId(note.of), await noteId(note.of, "pb"), await noteId(note.of, "is")]).size).toBe(3);
});

test("connections that take longer than the first patience come about all the same", async () => {
  const at = await talking();
  const seen = new Set<object>();
  const slowly = setInterval(() => {
    for (const peer of at.machine.peers)
      if (peer.remotes.length > 0 && !seen.has(peer)) {
        seen.add(peer);
        setTimeout(() => peer.closed || peer.turn("connected"), 4 * QUICK.patience);
      }
  }, 5);
  const isUp = () => at.machine.peers.some(({ closed, connectionState }) => !closed && connectionState === "connected");
  await until(isUp);
  clearInterval(slowly);
  at.call.leave();
});
