import { expect, test } from "bun:test";
import { pinned, schemaHash, shapesOf } from "./schema-pin.ts";
import { MIN_VERSION, VERSION } from "./version.ts";

const ADVICE = `The protocol's types or constants changed since version ${VERSION} was pinned.
Clients that are out there speak the pinned one. Ask: does an old client still understand this node, and this node an old client?
  yes (a new optional field, a new message that is sent only to who asks): go on.
  no: raise VERSION in version.ts, and MIN_VERSION too where old clients must reload.
Then say it in SPEC.md, and pin it: bun server/protocol/schema-pin.ts`;

test("the protocol is the one that is pinned (R39)", () => {
  const last = pinned().at(-1);
  if (last?.version !== VERSION || last.schema !== schemaHash()) throw new Error(ADVICE);
});

test("the hash sees types and constants, and neither comments nor functions", () => {
  const shapes = shapesOf(`
    /** a word */
export interface Ack { id: EventId; /* n */ n: number }
export type Up =
  | { t: "ping" }
  | { t: "read"; upto: Record<string, number> };
export const UP = { json: 1, send: 2 } as const; // two
export const isId = (value: unknown) => typeof value === "string";
export function other(): void {}
const inner = 3;`);
  expect(shapes).toEqual([
    "exportinterfaceAck{id:EventId;n:number}",
    'exporttypeUp=|{t:"ping"}|{t:"read";upto:Record<string,number>};',
    "exportconstUP={json:1,send:2}asconst;",
  ]);
});

test("versions only grow, and the oldest one taken is among them", () => {
  const versions = pinned().map(({ version }) => version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(versions).toContain(MIN_VERSION);
});
