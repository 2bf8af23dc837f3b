import { expect, test } from "bun:test";
import { pinned, schemaHash } from "./schema-pin.ts";
import { MIN_VERSION, VERSION } from "./version.ts";

const ADVICE = `The protocol's sources changed since version ${VERSION} was pinned.
Clients that are out there speak the pinned one. Ask: does an old client still understand this node, and this node an old client?
  yes (a new optional field, a new message that is sent only to who asks): go on.
  no: raise VERSION in version.ts, and MIN_VERSION too where old clients must reload.
Then say it in SPEC.md, and pin it: bun server/protocol/schema-pin.ts`;

test("the protocol is the one that is pinned (R39)", () => {
  const last = pinned().at(-1);
  if (last?.version !== VERSION || last.schema !== schemaHash()) throw new Error(ADVICE);
});

test("versions only grow, and the oldest one taken is among them", () => {
  const versions = pinned().map(({ version }) => version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(versions).toContain(MIN_VERSION);
});
