import { afterAll, expect, test } from "bun:test";
import { type Outgoing, Undelivered } from "../domain/enrolment/messenger.ts";
import { smsMessenger } from "./sms.ts";

const invitation: Outgoing = {
  id: "01".repeat(16),
  name: { en: "Ayesha", ur: "عائشہ" },
  code: "ABCD-EFGH-JK",
  url: "https://beep.is.example/#/join/ABCDEFGHJK",
  expires: Date.UTC(2026, 10, 29, 9),
};

const taken: { type: string | null; key: string | null; body: string }[] = [];
let status = 200;
const gateway = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    if (new URL(request.url).pathname === "/slow") await Bun.sleep(2000);
    const { headers } = request;
    taken.push({ type: headers.get("content-type"), key: headers.get("x-key"), body: await request.text() });
    return status === 302 ? Response.redirect("/other", 302) : new Response("{}", { status });
  },
});
afterAll(() => gateway.stop(true));

const settings = (over: object = {}) => ({
  url: `http://127.0.0.1:${gateway.port}/send`,
  headers: { "X-Key": "secret" },
  form: "json" as const,
  fields: { to: "{to}", message: "Cabinet Division: {text}", sender: "BEEP" },
  ...over,
});
const failure = (work: Promise<void>): Promise<Undelivered> =>
  work.then(
    () => Promise.reject(new Error("it was sent")),
    (error) => (error instanceof Undelivered ? error : Promise.reject(error)),
  );

test("a message is posted as the gateway wants it, as JSON or as a form", async () => {
  taken.length = 0;
  await smsMessenger(settings()).send({ mobile: "+923001234567" }, invitation);
  await smsMessenger(settings({ form: "form" })).send({ mobile: "+923001234567" }, invitation);
  const [json, form] = taken as [(typeof taken)[0], (typeof taken)[0]];
  expect([json.type, json.key, form.type]).toEqual(["application/json", "secret", "application/x-www-form-urlencoded"]);
  const said = JSON.parse(json.body);
  expect(said).toMatchObject({ to: "+923001234567", sender: "BEEP" });
  expect(said.message).toContain(invitation.url);
  expect(said.message).toContain(invitation.code);
  expect(said.message).toContain("بیپ");
  expect(Object.fromEntries(new URLSearchParams(form.body))).toEqual(said);
});

test("what the gateway finds wrong is told for good or tried again", async () => {
  const send = () => failure(smsMessenger(settings()).send({ mobile: "+923001234567" }, invitation));
  const outcomes: Record<number, boolean> = {};
  for (status of [400, 422, 401, 429, 500, 503, 302]) outcomes[status] = (await send()).forGood;
  status = 200;
  expect(outcomes).toEqual({ 302: false, 400: true, 401: false, 422: true, 429: false, 500: false, 503: false });
});

test("a gateway that hangs or is not there is tried again; a number that is none is not sent", async () => {
  const slow = smsMessenger(settings({ url: `http://127.0.0.1:${gateway.port}/slow` }), 100);
  expect((await failure(slow.send({ mobile: "+923001234567" }, invitation))).forGood).toBe(false);
  const away = smsMessenger(settings({ url: "http://127.0.0.1:1/" }), 1000);
  expect((await failure(away.send({ mobile: "+923001234567" }, invitation))).forGood).toBe(false);
  taken.length = 0;
  for (const mobile of ["", "03001234567", "+92 300", "+923001234567&to=1", undefined])
    expect(
      (await failure(smsMessenger(settings()).send(mobile === undefined ? {} : { mobile }, invitation))).forGood,
    ).toBe(true);
  expect(taken).toEqual([]);
});
