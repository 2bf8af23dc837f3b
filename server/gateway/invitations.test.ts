import { afterEach, beforeEach, expect, test } from "bun:test";
import { SMTPServer } from "smtp-server";
import type { Contact, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import type { InviteWay, IssuedInvitation } from "#protocol/order";
import { InvitationDesk } from "../domain/enrolment/invitations.ts";
import type { Messengers } from "../domain/enrolment/messenger.ts";
import { smtpMessenger } from "../messengers/smtp.ts";
import { newKey, post } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { endsWell } from "./whole-file.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** A real mail server that answers recipients as it is told. */
class Mail {
  readonly letters: { to: string; code: string }[] = [];
  answer: number | undefined;
  private readonly server: SMTPServer;

  constructor() {
    this.server = new SMTPServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo: (_address, _session, done) =>
        this.answer === undefined ? done() : done(Object.assign(new Error("not now"), { responseCode: this.answer })),
      onData: (stream, { envelope }, done) => {
        let text = "";
        stream.on("data", (chunk) => (text += chunk));
        stream.on("end", () => {
          const plain = /base64/i.test(text)
            ? Buffer.from(text.slice(text.indexOf("\r\n\r\n")), "base64").toString()
            : text.replace(/=\r\n/g, "");
          this.letters.push({
            to: envelope.rcptTo.map(({ address }) => address).join(),
            code: /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(plain)?.[0] ?? "",
          });
          done();
        });
      },
    });
    this.server.on("error", () => {});
  }

  listen(): Promise<number> {
    return new Promise((resolve) =>
      this.server.listen(0, "127.0.0.1", () => resolve((this.server.server.address() as { port: number }).port)),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

let mail: Mail;
let messengers: Messengers;
let node: NodeUnderTest;
beforeEach(async () => {
  mail = new Mail();
  const port = await mail.listen();
  const email = smtpMessenger({ host: "127.0.0.1", port, secure: false, from: "beep@is.example" });
  messengers = { email };
  node = new NodeUnderTest({ messengers });
});
afterEach(async () => {
  await endsWell(node);
  await mail.close();
});

async function official(contact?: Contact): Promise<Person> {
  const words = { en: "Ayesha Khan", ur: "عائشہ خان" };
  const person = { id: mintId(Date.now()), province: "is", name: words, post: words, unit: words };
  const entered: Person = contact ? { ...person, contact } : person;
  await node.services.directory.put(entered);
  return entered;
}

async function invite(people: Person[], way: InviteWay, validMs = DAY): Promise<IssuedInvitation[]> {
  const { desk } = node.arrivals;
  const ids = people.map(({ id }) => id);
  return desk.send(await node.store.write(DIRECTORY_ROOM, (tx) => desk.invite(tx, ids, validMs, way, null, 2)));
}
const row = ({ id }: { id: string }) => node.store.tables.invitations.invitation(id);
async function enrol(code: string) {
  const { key } = await newKey();
  const answer = await post(`${node.url}/v1/enrol`, { code, key, label: "Firefox" });
  return { status: answer.status, text: await answer.text() };
}

test("an invitation goes out by mail and is good once; its code stands nowhere (R120)", async () => {
  const ayesha = await official({ email: "ayesha@cabinet.example" });
  const [sent] = (await invite([ayesha], "email")) as [IssuedInvitation];
  expect(sent).toMatchObject({ person: ayesha.id, sent: "email" });
  expect(sent.code ?? sent.url).toBeUndefined();
  const [letter] = mail.letters as [Mail["letters"][0]];
  expect(letter.to).toBe("ayesha@cabinet.example");
  expect(row(sent)).toMatchObject({ state: "open", due: null, failed: null, tries: 1 });
  expect((await enrol(letter.code)).status).toBe(200);
  expect(row(sent)?.state).toBe("used");
  expect((await enrol(letter.code)).status).toBe(403);
});

test("a used, an expired, a cancelled, a replaced and an unknown code are refused in the same bytes (R120)", async () => {
  const people = await Promise.all([official(), official(), official(), official()]);
  const [used, expired, cancelled, replaced] = (await invite(people, "show")) as IssuedInvitation[];
  expect(used?.url).toBe(`${node.url}/#/join/${used?.code?.replaceAll("-", "")}`);
  const { desk } = node.arrivals;
  await enrol(used?.code ?? "");
  await node.store.write(DIRECTORY_ROOM, (tx) => desk.uninvite(tx, [cancelled?.id ?? "", "nothing"], null));
  const [renewed] = await invite([people[3] as Person], "show");
  const codes = [used, cancelled, replaced].map((one) => one?.code ?? "");
  const refused = await Promise.all([...codes, "2222-2222-22"].map(enrol));
  node.ahead = DAY;
  refused.push(await enrol(expired?.code ?? ""));
  node.ahead = 0;
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect(new Set(refused.map(({ text }) => text)).size).toBe(1);
  expect((await enrol(renewed?.code ?? "")).status).toBe(200);
});

test("what a greylisting server puts off is sent again, ever later, with the same code (R120)", async () => {
  mail.answer = 451;
  const ayesha = await official({ email: "ayesha@cabinet.example" });
  const [sent] = (await invite([ayesha], "email")) as [IssuedInvitation];
  expect(sent.sent).toEqual({ failed: expect.stringContaining("451") });
  const { desk } = node.arrivals;
  await desk.sendDue();
  expect(row(sent)?.tries).toBe(1);
  node.ahead = MINUTE + 1;
  await desk.sendDue();
  expect(row(sent)).toMatchObject({ tries: 2, failed: expect.stringContaining("not now") });
  node.ahead += MINUTE;
  await desk.sendDue();
  expect(row(sent)?.tries).toBe(2);
  mail.answer = undefined;
  node.ahead += MINUTE + 1;
  await desk.sendDue();
  expect(row(sent)).toMatchObject({ tries: 3, failed: null, due: null });
  expect((await enrol(mail.letters[0]?.code ?? "")).status).toBe(200);
});

test("after a restart what waits is sent with another code, as the first was kept nowhere (R120)", async () => {
  mail.answer = 451;
  const ayesha = await official({ email: "ayesha@cabinet.example" });
  const [sent] = (await invite([ayesha], "email")) as [IssuedInvitation];
  mail.answer = undefined;
  const anew = new InvitationDesk({
    store: node.store,
    now: () => Date.now() + 2 * MINUTE,
    origin: () => node.url,
    messengers,
  });
  await anew.sendDue();
  expect(row(sent)).toMatchObject({ tries: 2, due: null, failed: null });
  expect((await enrol(mail.letters[0]?.code ?? "")).status).toBe(200);
});

test("what a server refuses for good is shown as failed, and not tried again (R120)", async () => {
  mail.answer = 550;
  const [ayesha, nobody] = [await official({ email: "gone@cabinet.example" }), await official()];
  const [sent, unreachable] = (await invite([ayesha, nobody], "email")) as [IssuedInvitation, IssuedInvitation];
  expect(sent.sent).toEqual({ failed: expect.stringContaining("550") });
  expect(row(sent)).toMatchObject({ state: "open", due: null, tries: 1 });
  expect(unreachable.sent).toEqual({ failed: "No e-mail address is known." });
  const [bySms] = await invite([ayesha], "sms");
  expect(bySms?.sent).toEqual({ failed: expect.stringContaining("not set up") });
  expect(row(sent)?.state).toBe("open");
});

test("whom this province may not invite, it does not; nothing is written then (R120)", async () => {
  const ayesha = await official();
  const stranger: Person = { ...ayesha, id: mintId(Date.now()), province: "pb" };
  await node.store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(stranger));
  const refused = (people: Person[], validMs?: number) =>
    invite(people, "show", validMs).then(
      () => "invited",
      (error) => error.code,
    );
  expect(await refused([ayesha, stranger])).toBe("fix");
  expect(await refused([ayesha], 31 * DAY)).toBe("fix");
  expect(await refused([ayesha], 0)).toBe("fix");
  expect(node.store.tables.invitations.countOpenInvitations(0)).toBe(0);
});

const apply = async (name: string, contact: string) => {
  const answer = await post(`${node.url}/v1/apply`, { name, contact });
  const text = await answer.text();
  await node.arrivals.door.applications.settled();
  return { status: answer.status, text };
};
const openPublic = (quota: number | null = null) =>
  node.store.write(DIRECTORY_ROOM, (tx) =>
    node.services.directory.issue(tx, "operator", [
      {
        wave: {
          ...{ id: "0d".repeat(16), province: "is", place: 1, name: { en: "Public", ur: "عوام" }, closes: null },
          ...{ who: { kind: "public" as const }, quota, opens: 0, gates: {}, hand: "auto" as const },
        },
      },
    ]),
  );
const door = async () => (await (await fetch(`${node.url}/v1/door`)).json()) as { apply: boolean };

test("the public applies while its wave is open, and is in no directory until it comes in (R126)", async () => {
  expect((await door()).apply).toBe(false);
  expect((await apply("Zainab", "zainab@mail.example")).status).toBe(403);
  await openPublic();
  expect(await door()).toMatchObject({ apply: true, province: "is" });
  const first = await apply("Zainab Bibi", " Zainab@Mail.example ");
  expect(first).toEqual({ status: 200, text: "{}" });
  expect(mail.letters.map(({ to }) => to)).toEqual(["zainab@mail.example"]);
  expect(node.store.peopleOf("is")).toEqual([]);
  expect((await enrol(mail.letters[0]?.code ?? "")).status).toBe(200);
  expect(node.store.peopleOf("is")).toMatchObject([
    { name: { en: "Zainab Bibi" }, contact: { email: "zainab@mail.example" }, post: { en: "" } },
  ]);
  expect(await node.waves.statuses()).toMatchObject([{ inside: 1, state: "open" }]);
});

test("whoever applies hears the same: known, unknown, again at once, or one too many (R126)", async () => {
  const ayesha = await official({ email: "ayesha@cabinet.example" });
  const [shown] = await invite([ayesha], "show");
  await openPublic(2);
  const answers = [
    await apply("Thief", "ayesha@cabinet.example"),
    await apply("Zainab", "zainab@mail.example"),
    await apply("Zainab", "zainab@mail.example"),
  ];
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(mail.letters.map(({ to }) => to)).toEqual(["zainab@mail.example"]);
  // Nobody's invitation is void because somebody else applied in their name.
  expect((await enrol(shown?.code ?? "")).status).toBe(200);
  await apply("Omar", "omar@mail.example");
  expect((await door()).apply).toBe(false);
});

test("an application that is none is refused, and many of one address wait (R25, R126)", async () => {
  await openPublic();
  for (const [name, contact] of [
    ["Z", "z@mail.example"],
    ["12", "z@mail.example"],
    ["Zainab", "z@mail"],
    ["Zainab", "z@mail.example, x@mail.example"],
    ["Zainab", "z@mail.example\r\nBcc: x@mail.example"],
  ] as const)
    expect((await apply(name, contact)).status).toBe(400);
  expect((await apply("Zainab", "z@mail.example")).status).toBe(429);
  expect(mail.letters).toEqual([]);
});
