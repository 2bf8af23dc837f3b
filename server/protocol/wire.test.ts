import { expect, test } from "bun:test";
import { notePartText } from "./call-note.ts";
import { callOrderText, type OrderedAct } from "./call-order.ts";
import { CLOSE } from "./close.ts";
import { DOWN } from "./down.ts";
import { ERROR_CODES } from "./error.ts";
import {
  acksFrame,
  downFrame,
  jsonFrame,
  MAX_FRAME,
  pageFrame,
  readAcks,
  readJson,
  readPage,
  readRecords,
  recordsFrame,
} from "./frame.ts";
import { mintId, toHex } from "./ids.ts";
import { keysText } from "./nodes.ts";
import {
  decodeRecord,
  encodeRecord,
  KIND,
  MAX_BODY,
  RECORD_VERSION,
  recordSize,
  SCHEME,
  splitRecords,
  stampRecord,
} from "./record.ts";
import { controlText, directRoomId } from "./room.ts";
import { signInText } from "./sign-in.ts";
import { comparePlace, STAMP_EPOCH, STAMP_TICKS, stampMs, stampOf } from "./stamp.ts";
import { UP } from "./up.ts";

const ID = "01a203e5f19f7f8194f3455f6fe19513";
const ROOM = "11111111111111111111111111111111";
const SENDER = "22222222222222222222222222222222";
const DEVICE = "33333333333333333333333333333333";
const ORIGIN = "is-0123456ab";
const STAMP = 0x1a_2b3c_4d5e;
const DRAFT = {
  id: ID,
  room: ROOM,
  sender: SENDER,
  device: DEVICE,
  kind: KIND.message,
  scheme: SCHEME.clear,
  body: new TextEncoder().encode("hi"),
};

/** The bytes of DRAFT, accepted as the seventh event of ORIGIN. */
const STAMPED = [
  "01010100", // version, kind, scheme, reserved
  "00000002", // size of the body
  ID,
  ROOM,
  SENDER,
  DEVICE,
  "69732d303132333435366162", // origin
  "00000007", // n
  "0000001a2b3c4d5e", // stamp
  "6869", // body
].join("");

const hex = (bytes: Uint8Array) => toHex(bytes);

test("a draft has origin, n and stamp zero; the node fills in just these (R29, R30)", () => {
  const record = encodeRecord(DRAFT);
  expect(hex(record)).toBe(STAMPED.replace("69732d3031323334353661620000000700" + "00001a2b3c4d5e", "00".repeat(24)));
  stampRecord(record, ORIGIN, 7, STAMP);
  expect(hex(record)).toBe(STAMPED);
  expect(decodeRecord(record)).toEqual({ ...DRAFT, origin: ORIGIN, n: 7, stamp: STAMP, body: record.subarray(96) });
});

test("frames of records are a type byte and the records (R29)", () => {
  const record = encodeRecord({ ...DRAFT, origin: ORIGIN, n: 7, stamp: STAMP });
  expect(hex(recordsFrame(UP.send, [record]))).toBe(`02${STAMPED}`);
  expect(hex(recordsFrame(DOWN.events, [record, record]))).toBe(`42${STAMPED}${STAMPED}`);
  expect(readRecords(recordsFrame(DOWN.events, [record, record]))?.map(hex)).toEqual([STAMPED, STAMPED]);
});

test("an ack is 40 bytes: id, origin, n, stamp as they stand in the record (R12)", () => {
  const ack = { id: ID, origin: ORIGIN, n: 7, stamp: STAMP };
  const frame = acksFrame([ack, ack]);
  const bytes = `${ID}69732d303132333435366162000000070000001a2b3c4d5e`;
  expect(hex(frame)).toBe(`43${bytes}${bytes}`);
  expect(readAcks(frame)).toEqual([ack, ack]);
});

test("a page is a type byte, the length of its head, the head, the records (R36)", () => {
  const head = { ref: 1, room: ROOM, more: true, gap: false };
  const record = encodeRecord({ ...DRAFT, origin: ORIGIN, n: 7, stamp: STAMP });
  const frame = pageFrame(head, [record]);
  const json = `{"ref":1,"room":"${ROOM}","more":true,"gap":false}`;
  expect(hex(frame)).toBe(`44004b${Buffer.from(json).toString("hex")}${STAMPED}`);
  expect(readPage(frame)).toEqual({ head, records: [record] });
});

test("a JSON frame is a type byte and UTF-8 (R1)", () => {
  expect(hex(jsonFrame(UP.json, { t: "ping" }))).toBe("017b2274223a2270696e67227d");
  expect(hex(downFrame({ t: "pong" }))).toBe("417b2274223a22706f6e67227d");
  expect(readJson(jsonFrame(UP.json, { text: "سلام" }))).toEqual({ text: "سلام" });
});

test("numbers on the wire stay what they are (R1, R29, R40, R41)", () => {
  expect({ ...UP, ...DOWN, KIND, SCHEME }).toEqual({
    json: 65,
    send: 2,
    events: 66,
    acks: 67,
    page: 68,
    KIND: { message: 1, control: 2, directory: 3, note: 7 },
    SCHEME: { clear: 1, control: 2, directory: 3, sealed: 4 },
  });
  expect(UP.json).toBe(1);
  expect([MAX_FRAME, MAX_BODY, RECORD_VERSION]).toEqual([262_144, 32_768, 1]);
  expect(ERROR_CODES.join()).toBe("fix,sign-in,forbidden,conflict,elsewhere,wait,update,internal");
  expect(Object.values(CLOSE)).toEqual([1001, 1003, 4400, 4401, 4408, 4429, 4426, 4500]);
});

test("a stamp is milliseconds since 2020 times 4096, and a counter (R33)", () => {
  expect([STAMP_EPOCH, STAMP_TICKS]).toEqual([1_577_836_800_000, 4096]);
  expect(stampOf(1_577_836_800_001)).toBe(4096);
  expect(stampMs(4096 + 17)).toBe(1_577_836_800_001);
  const places = [
    { stamp: 2, origin: "is-000000000", n: 1 },
    { stamp: 1, origin: "pb-000000000", n: 9 },
    { stamp: 2, origin: "is-000000000", n: 2 },
    { stamp: 1, origin: "is-000000000", n: 1 },
  ];
  expect(places.sort(comparePlace).map(({ origin, n }) => origin.slice(0, 2) + n)).toEqual([
    "is1",
    "pb9",
    "is1",
    "is2",
  ]);
});

test("an id is a UUIDv7 (R31)", () => {
  expect(mintId(0x01a203e5f19f, (bytes) => bytes.fill(255))).toBe("01a203e5f19f7fffbfffffffffffffff");
});

test("texts that are signed or hashed stay what they are (R5, R15, R180, R188, R189)", async () => {
  expect(signInText("n", DEVICE, "https://is.example")).toBe(`beep ticket v2\nn\n${DEVICE}\nhttps://is.example`);
  const request = { id: ID, room: ROOM, person: SENDER, device: DEVICE, change: { op: "rename", name: "x" } as const };
  expect(controlText(request)).toBe(
    `["beep control v1","${ID}","${ROOM}","${SENDER}","${DEVICE}",null,{"op":"rename","name":"x"}]`,
  );
  expect(controlText({ ...request, expect: 3 })).toContain(`"${DEVICE}",3,{`);
  const order = { room: ROOM, calls: [ID], at: 5, person: SENDER, device: DEVICE };
  const ordered = (act: OrderedAct) => callOrderText({ ...order, act });
  const head = `["beep call order v1","${ROOM}",["${ID}"],5,"${SENDER}","${DEVICE}",`;
  expect(ordered({ sealed: true, lobby: false, media: "audio", kind: "call", do: "begin" })).toBe(
    `${head}"begin","call","audio",false,true]`,
  );
  expect(ordered({ do: "mute", track: "mic", seat: null })).toBe(`${head}"mute",null,"mic"]`);
  expect(ordered({ do: "rank", rank: "cohost", person: SENDER })).toBe(`${head}"rank","${SENDER}","cohost"]`);
  expect(ordered({ do: "end" })).toBe(`${head}"end"]`);
  const people = [{ to: 4, from: 3, person: SENDER }];
  expect(notePartText({ of: ID, room: ROOM, province: "is", began: 1, ended: 5, people, declined: [DEVICE] })).toBe(
    `["beep call note part v1","${ID}","${ROOM}","is",1,5,[["${SENDER}",null,3,4]],["${DEVICE}"]]`,
  );
  const provinces = [{ code: "is", name: { en: "", ur: "" }, nodes: [], key: "K" }];
  expect(keysText({ province: "is", version: 7, provinces })).toBe(`beep province keys v1\nis\n7\n[["is","K"]]`);
  expect(await directRoomId(SENDER, DEVICE)).toBe(await directRoomId(DEVICE, SENDER));
  expect(await directRoomId(SENDER, DEVICE)).toBe("f4381e32509292ff633a5388d4a57c52");
});

test("bytes that are no whole records are refused, never misread (R32)", () => {
  const record = encodeRecord(DRAFT);
  for (let size = 1; size < record.length; size++) expect(splitRecords(record.subarray(0, size))).toBeUndefined();
  expect(splitRecords(new Uint8Array([...record, 1]))).toBeUndefined();
  const large = encodeRecord({ ...DRAFT, body: new Uint8Array(MAX_BODY + 1) });
  expect(recordSize(large)).toBe(-1);
  expect(recordSize(encodeRecord({ ...DRAFT, body: new Uint8Array(MAX_BODY) }))).toBe(96 + MAX_BODY);
  const future = record.slice();
  future[0] = 2;
  expect(recordSize(future)).toBe(-1);
  for (let round = 0; round < 500; round++) {
    const bytes = crypto.getRandomValues(new Uint8Array(round));
    bytes[0] = 1;
    splitRecords(bytes);
  }
});
