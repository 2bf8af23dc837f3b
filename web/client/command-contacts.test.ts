import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { AdministrationUnderTest } from "../../server/gateway/administration-under-test.ts";
import { until } from "../../server/testing/until.ts";
import { accept, requests } from "./command-contacts.ts";
import { type HeadlessClient, openClient } from "./index.ts";

let at: AdministrationUnderTest;
let bot: HeadlessClient;
beforeAll(async () => {
  at = await AdministrationUnderTest.open();
  const person = await at.person("Register", "district");
  const code = await at.node.services.enrolment.issueCode(person.id, 600_000);
  bot = await openClient({ node: at.node.url, code });
  await bot.settled();
});
afterAll(async () => {
  await bot.close();
  await at.stop();
});

test("a program lists what strangers began, and takes one or all of it (R192)", async () => {
  const options = {
    words: [] as string[],
    json: true,
    waitMs: 5_000,
    lines: 0,
    kind: "group",
    with: [],
    follow: false,
  };
  const stranger = await at.client("Stranger", undefined, undefined, "dept2");
  const me = bot.me.peek()?.id as string;
  const rooms: string[] = [];
  for (const name of ["One", "Two", "Three"]) {
    const room = await stranger.request(`0190000000007000800000000000000${rooms.length}`, {
      op: "create",
      kind: "group",
      name,
      history: "all",
      members: [me],
    });
    stranger.say({ t: "control", request: room });
    await stranger.json("control", ({ id }) => id === room.id);
    rooms.push(room.room);
  }
  await until(() => bot.contacts.value === 3);
  expect(bot.rooms.value).toEqual([]);
  const said: string[] = [];
  const log = spyOn(console, "log").mockImplementation((line: string) => said.push(line));
  await requests(bot, options);
  log.mockRestore();
  expect(said.map((line) => JSON.parse(line).room).sort()).toEqual(rooms);
  await accept(bot, { ...options, words: [rooms[1] as string] });
  await until(() => bot.rooms.value.map(({ id }) => id).join() === rooms[1]);
  await accept(bot, { ...options, words: ["all"] });
  // The first of them made the stranger known; the others were asked about before.
  await until(() => bot.rooms.value.length === 3 && bot.contacts.value === 0);
  await expect(accept(bot, options)).rejects.toMatchObject({ exit: 2 });
});
