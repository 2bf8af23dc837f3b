import { expect, test } from "bun:test";
import { Refusal } from "../net/refusal.ts";
import { openRecording } from "./recording-file.ts";
import { headBegun, headOf, ME, ordered, OTHER, ROOM, StubCall, seatId, seatOf } from "./testing/stub-call.ts";
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

test("in the lobby nothing is sent until a host lets one in", async () => {
  const at = new StubCall();
  const rules = { ...headOf().rules, lobby: true };
  at.head(headOf({ kind: "conference", by: OTHER, rules }));
  await at.engine.join(ROOM, VIDEO);
  at.seats(seatOf(1, ME, { state: "lobby" }));
  await Bun.sleep(60);
  expect(at.call.phase.value.at).toBe("lobby");
  expect(at.did("publish")).toEqual([]);
  at.news({ is: "admitted" });
  at.seats(seatOf(1, ME), seatOf(2, OTHER));
  await until(() => at.did("publish").length);
  expect(at.call.phase.value.at).toBe("talking");
});

test("what hosts order is obeyed and told", async () => {
  const at = await talking();
  at.head(await headBegun());
  const seat = seatId(1);
  at.news({ is: "muted", by: OTHER, track: "mic", order: await ordered({ do: "mute", seat, track: "mic" }) });
  await until(() => !at.call.on.value.has("mic"));
  at.news({ is: "asked", by: OTHER, track: "mic", order: await ordered({ do: "ask", seat, track: "mic" }) });
  await until(() => at.call.events.value.length === 2);
  at.news({ is: "reacted", seat: seatId(2), sign: "👏" });
  expect(at.call.events.value.map(({ is }) => is)).toEqual(["muted", "asked", "reacted"]);
  expect(at.call.on.value.has("mic")).toBe(false);
  at.news({ is: "over", why: "removed", order: await ordered({ do: "remove", seat }) });
  await until(() => at.call.phase.value.at === "over");
  expect(at.call.phase.value).toEqual({ at: "over", why: "removed" });
});

test("a call to one who declines says so, and one that was answered just ends", async () => {
  const at = new StubCall("direct");
  const begun = at.engine.begin(ROOM, VIDEO);
  await until(() => at.did("begin").length);
  const id = at.did("begin")[0]?.id as string;
  at.head(headOf({ id, ringing: [OTHER] }));
  await begun;
  at.seats(seatOf(1, ME));
  at.news({ is: "over", why: "ended" });
  expect(at.call.phase.value).toEqual({ at: "over", why: "declined" });
  const other = await talking("direct");
  other.news({ is: "over", why: "ended" });
  expect(other.call.phase.value).toEqual({ at: "over", why: "ended" });
});

test("whoever signs out leaves the call, and no device stays open", async () => {
  const at = await talking();
  const { call } = at;
  at.phase.value = "sign-in";
  expect(call.phase.value).toEqual({ at: "over", why: "left" });
  expect(at.did("leave").length).toBe(1);
  expect(at.machine.opened.every(({ stopped }) => stopped)).toBe(true);
});

test("all are told before anything is recorded, and both files are handed over at the end", async () => {
  const at = await talking();
  at.refuse = ({ do: what }) => (what === "record" ? new Refusal("wait", "not now") : undefined);
  at.call.record(true);
  await until(() => at.call.events.value.length);
  at.refuse = () => undefined;
  at.call.record(true);
  await soon();
  at.call.leave();
  await until(() => at.machine.saved.size === 2);
  const [file, key] = [...at.machine.saved.values()];
  const opened = await openRecording(new Uint8Array(await (file as Blob).arrayBuffer()), await (key as Blob).text());
  expect(await opened.text()).toBe("recorded");
});
