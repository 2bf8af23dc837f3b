import { expect, test } from "bun:test";
import { DOWN } from "#protocol/down";
import { readPage } from "#protocol/frame";
import { mintId } from "#protocol/ids";
import { encodeRecord, idIn, isBlank, KIND, SCHEME } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile();

test("who has a blank gets the room anew when what stands there is believed, and when it is no longer (R161)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const [id, who] = [mintId(Date.now()), mintId(Date.now())];
  const body = new TextEncoder().encode('{"text":"in doubt"}');
  const draft = { id, room, sender: who, device: who, kind: KIND.message, scheme: SCHEME.clear, body };
  const record = encodeRecord({ ...draft, origin: "pb-000000001", n: 1, stamp: stampOf(Date.now()) + 1 });
  await node.store.write(room, (tx) => tx.apply(record, "withheld"));
  await bilal.frame(() => bilal.records.find(isBlank), "the blank");
  expect(bilal.records.map(idIn)).not.toContain(id);
  for (const believed of [true, false, true]) {
    const known = bilal.frames.length;
    await node.store.write(room, (tx) => tx.review(room, 0, () => believed));
    const page = await bilal.frame(() => {
      const frame = bilal.frames.slice(known).find((each) => each[0] === DOWN.page);
      return frame && readPage(frame);
    }, "a page");
    expect(page.head).toMatchObject({ room, gap: true });
    expect(page.records.map(idIn).includes(id)).toBe(believed);
    expect(page.records.some(isBlank)).toBe(!believed);
  }
  await bilal.settled();
});
