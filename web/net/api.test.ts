import { expect, test } from "bun:test";
import type { DeviceKey } from "../platform/ports.ts";
import { NodeApi } from "./api.ts";

/** A node that answers challenges one after the other as told, and takes every signature. */
function nodeOf(answers: object[]) {
  const heard: Record<string, unknown>[] = [];
  const platform = {
    now: () => 0,
    fetch: (async (url: string, init: RequestInit) => {
      if (url.endsWith("/v1/ticket")) return Response.json({ ticket: "t" });
      heard.push(JSON.parse(init.body as string));
      const answer = answers.shift() as object;
      return Response.json(answer, { status: "error" in answer ? 429 : 200 });
    }) as typeof fetch,
  };
  return { api: new NodeApi(platform), heard };
}
const key = {
  sign: async (text: string) => `signed ${text.split("\n")[0]} ${text.split("\n")[1]}`,
} as unknown as DeviceKey;
const wait = (turn: string, prove?: true) => ({
  error: { code: "wait", message: "", place: 3, turn, ...(prove && { prove }) },
});
const NODE = "https://is.test";
const DEVICE = "d".repeat(32);

test("in a crowd a device proves itself at once, and keeps the better place (R153)", async () => {
  const { api, heard } = nodeOf([wait("u.1", true), wait("p.1"), { nonce: "n" }]);
  await expect(api.ticket(NODE, DEVICE, key)).rejects.toMatchObject({ said: { turn: "p.1" } });
  expect(await api.ticket(NODE, DEVICE, key)).toBe("t");
  expect(heard).toEqual([
    { device: DEVICE },
    { device: DEVICE, turn: "u.1", proof: "signed beep queue v1 u.1" },
    { device: DEVICE, turn: "p.1" },
  ]);
});

test("what a node does not take is tried once in a visit, and a node that asks for no proof gets none", async () => {
  const { api, heard } = nodeOf([wait("u.1", true), wait("u.1", true), { nonce: "n" }]);
  await expect(api.ticket(NODE, DEVICE, key)).rejects.toMatchObject({ said: { turn: "u.1" } });
  expect(await api.ticket(NODE, DEVICE, key)).toBe("t");
  expect(heard.map(({ turn, proof }) => [turn, proof !== undefined])).toEqual([
    [undefined, false],
    ["u.1", true],
    ["u.1", true],
  ]);
  const older = nodeOf([wait("7.x"), { nonce: "n" }]);
  await expect(older.api.ticket(NODE, DEVICE, key)).rejects.toMatchObject({ said: { turn: "7.x" } });
  expect(await older.api.ticket(NODE, DEVICE, key)).toBe("t");
  expect(older.heard.map(({ turn, proof }) => [turn, proof])).toEqual([
    [undefined, undefined],
    ["7.x", undefined],
  ]);
});
