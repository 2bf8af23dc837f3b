import { expect, test } from "bun:test";
import { readMessengers } from "./messenger-settings.ts";

const smtp = { host: "mail.is.example", from: "beep@is.example", user: "beep", pass: "canary" };
const sms = {
  url: "https://sms.example/send",
  headers: { "X-Key": "canary" },
  fields: { to: "{to}", message: "{text}" },
};

test("settings of mail and SMS are read, with what is left out filled in", () => {
  expect(readMessengers({ smtp })).toEqual({ smtp: { ...smtp, port: 587, secure: false } });
  expect(readMessengers({ sms })).toEqual({ sms: { ...sms, form: "json" } });
  expect(readMessengers({ smtp: { host: "localhost", from: "a@b" }, sms })).toMatchObject({
    smtp: { host: "localhost" },
  });
});

test("a mistake is told in a sentence, and no secret with it", () => {
  const wrong: unknown[] = [
    {},
    null,
    { smtp: { ...smtp, host: "" } },
    { smtp: { ...smtp, port: 0 } },
    { smtp: { ...smtp, port: "587" } },
    { smtp: { ...smtp, from: "Beep <beep@is.example>" } },
    { smtp: { ...smtp, from: "beep@is.example\\r\\nBcc: x" } },
    { smtp: { ...smtp, user: undefined } },
    { smtp: { ...smtp, secure: "yes" } },
    { sms: { ...sms, url: "http://sms.example/send" } },
    { sms: { ...sms, url: "sms" } },
    { sms: { ...sms, headers: { "X-Key": 7 } } },
    { sms: { ...sms, form: "xml" } },
    { sms: { ...sms, fields: { to: "{to}" } } },
    { sms: { ...sms, fields: undefined } },
  ];
  for (const value of wrong) {
    const words = readMessengers(value);
    expect(typeof words).toBe("string");
    expect(words).not.toContain("canary");
  }
  expect(typeof readMessengers({ sms: { ...sms, url: "http://127.0.0.1:9000/send" } })).toBe("object");
});
