import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { type Outgoing, Undelivered } from "../domain/enrolment/messenger.ts";
import { smtpMessenger } from "./smtp.ts";

const SOON = { connectionTimeout: 300, greetingTimeout: 300, socketTimeout: 500 };
const invitation: Outgoing = {
  id: "01".repeat(16),
  name: { en: "Ayesha Khan", ur: "عائشہ خان" },
  code: "ABCD-EFGH-JK",
  url: "https://beep.is.example/#/join/ABCDEFGHJK",
  expires: Date.UTC(2026, 10, 29, 9),
};

interface Letter {
  from: string;
  to: string[];
  text: string;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A real mail server on a free port. */
async function serve(options: SMTPServerOptions = {}) {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    ...options,
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (chunk) => (text += chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({ from: mailFrom ? mailFrom.address : "", to: rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  // A client that breaks off is this server's error.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as { port: number };
  const settings = { host: "127.0.0.1", port, secure: false, from: "beep@is.example" };
  return { letters, settings };
}

const failure = (work: Promise<void>): Promise<Undelivered> =>
  work.then(
    () => Promise.reject(new Error("it was sent")),
    (error) => (error instanceof Undelivered ? error : Promise.reject(error)),
  );

/** The letter's text as it was before it was put into the transfer encoding. */
function body({ text }: Letter): string {
  const encoded = text.slice(text.indexOf("\r\n\r\n") + 4);
  if (/transfer-encoding: base64/i.test(text)) return Buffer.from(encoded, "base64").toString();
  const bytes = encoded
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** A certificate that a ministry's own authority might have made. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "beep-smtp-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
  ]);
  if (!made.success) throw new Error(made.stderr.toString());
  const read = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  rmSync(folder, { recursive: true });
  return read;
}

test("a letter arrives, in both languages, with code and address, for one person", async () => {
  const { letters, settings } = await serve();
  await smtpMessenger(settings, SOON).send({ email: "ayesha@cabinet.example" }, invitation);
  const [letter] = letters as [Letter];
  expect(letter).toMatchObject({ from: "beep@is.example", to: ["ayesha@cabinet.example"] });
  for (const words of [
    "Ayesha Khan",
    "عائشہ خان",
    invitation.code,
    invitation.url,
    "29 November 2026",
    "14:00",
    "صرف آپ کے لیے",
  ])
    expect(body(letter)).toContain(words);
});

test("over STARTTLS it signs in, where the server's certificate is one that the operator named", async () => {
  const { key, cert } = certificate();
  const secure: boolean[] = [];
  const { letters, settings } = await serve({
    ...{ key, cert, disabledCommands: [], authMethods: ["PLAIN"] },
    onAuth: ({ username, password }, session, done) => {
      secure.push(session.secure);
      if (username === "beep" && password === "right") done(null, { user: username });
      else done(new Error("no"));
    },
  });
  const login = { ...settings, user: "beep", pass: "right" };
  const wary = await failure(smtpMessenger(login, SOON).send({ email: "a@b.example" }, invitation));
  expect([wary.forGood, letters.length, secure.length]).toEqual([false, 0, 0]);
  await smtpMessenger({ ...login, ca: cert }, SOON).send({ email: "a@b.example" }, invitation);
  expect([letters.length, secure]).toEqual([1, [true]]);
});

test("a server that wants no TLS is spoken with on this machine alone", async () => {
  const { letters, settings } = await serve({
    ...{ disabledCommands: ["STARTTLS"], authMethods: ["PLAIN"], allowInsecureAuth: true },
    onAuth: ({ username, password }, _session, done) =>
      username === "beep" && password === "right" ? done(null, { user: username }) : done(new Error("no")),
  });
  const login = (pass: string) => smtpMessenger({ ...settings, user: "beep", pass }, SOON);
  await login("right").send({ email: "a@b.example" }, invitation);
  expect(letters).toHaveLength(1);
  const wrong = await failure(login("wrong").send({ email: "a@b.example" }, invitation));
  expect([wrong.forGood, wrong.words]).toEqual([false, expect.stringContaining("name and password")]);
  // The same server by a name that is not this machine's own: STARTTLS is demanded, and there is none.
  const elsewhere = { ...settings, host: "127.0.0.2" };
  const plain = await failure(smtpMessenger(elsewhere, SOON).send({ email: "a@b.example" }, invitation));
  expect([plain.forGood, letters.length]).toEqual([false, 1]);
});

test("a recipient who is not there is refused for good; a greylisted one is not", async () => {
  const refuse = (responseCode: number) => ({
    onRcptTo: (_address: unknown, _session: unknown, done: (error?: Error) => void) =>
      done(Object.assign(new Error("5.1.1 no such mailbox\u0007 here"), { responseCode })),
  });
  const gone = await serve(refuse(550));
  const grey = await serve(refuse(451));
  const send = ({ settings }: typeof gone) =>
    failure(smtpMessenger(settings, SOON).send({ email: "a@b.example" }, invitation));
  expect([(await send(gone)).forGood, (await send(grey)).forGood]).toEqual([true, false]);
  expect((await send(gone)).words).toMatch(/^The mail server said: [^\p{Cc}]*no such mailbox[^\p{Cc}]*$/u);
});

test("a server that says nothing, and one that is not there, are tried again later", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  closing.push(async () => silent.stop(true));
  const settings = { host: "127.0.0.1", port: silent.port, secure: false, from: "beep@is.example" };
  expect((await failure(smtpMessenger(settings, SOON).send({ email: "a@b.example" }, invitation))).forGood).toBe(false);
  silent.stop(true);
  expect((await failure(smtpMessenger(settings, SOON).send({ email: "a@b.example" }, invitation))).forGood).toBe(false);
});

test("an address or a name brings no header and no other recipient", async () => {
  const { letters, settings } = await serve();
  const messenger = smtpMessenger(settings, SOON);
  for (const email of [
    "a@b.example\r\nBcc: all@b.example",
    "a@b.example, c@d.example",
    "a@b.example c@d.example",
    "<a@b.example>",
    '"a"@b.example',
    "a@b@c.example",
    "a@",
    "",
  ])
    expect((await failure(messenger.send({ email }, invitation))).forGood).toBe(true);
  expect(letters).toEqual([]);
  const name = { en: "Ayesha\r\nBcc: all@b.example\r\n\r\n", ur: "‮عائشہ" };
  await messenger.send({ email: "a@b.example" }, { ...invitation, name });
  const [letter] = letters as [Letter];
  expect(letter.to).toEqual(["a@b.example"]);
  expect(letter.text.slice(0, letter.text.indexOf("\r\n\r\n"))).not.toMatch(/^bcc/im);
  expect(body(letter)).toContain("Ayesha Bcc: all@b.example");
  expect(body(letter)).not.toMatch(/[\u202a-\u202e]/);
});
