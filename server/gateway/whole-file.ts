import { afterAll, afterEach, beforeEach, expect } from "bun:test";
import { AdministrationUnderTest, type Staff } from "./administration-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";

// Nodes that a test file opens and ends. A node that met a fault of its own fails the file.

type Options = ConstructorParameters<typeof NodeUnderTest>[0];

/** Ends it, and the test fails where it met a fault. */
export async function endsWell(node: NodeUnderTest): Promise<void> {
  expect(node.errors).toEqual([]);
  await node.stop();
}

/** One node for all tests of the file. */
export function nodeForFile(options?: Options): NodeUnderTest {
  const node = new NodeUnderTest(options);
  afterAll(() => endsWell(node));
  return node;
}

/** A node anew for each test, handed over before it. */
export function nodeForEach(take: (node: NodeUnderTest) => unknown, options?: Options): void {
  let node: NodeUnderTest;
  beforeEach(async () => {
    node = new NodeUnderTest(options);
    await take(node);
  });
  afterEach(() => endsWell(node));
}

/** One province with its administrators for all tests of the file. */
export async function administrationForFile(): Promise<{ at: AdministrationUnderTest; staff: Staff }> {
  const at = await AdministrationUnderTest.open();
  afterAll(() => endsWell(at.node));
  return { at, staff: await at.staff() };
}
