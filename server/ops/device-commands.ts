import { existsSync, writeFileSync } from "node:fs";
import type { DeviceInfo, InvitationInfo, SessionInfo } from "#protocol/admin";
import { isId } from "#protocol/ids";
import type { IssuedInvitation } from "#protocol/order";
import { type Command, family } from "./command.ts";
import { OpsError } from "./error.ts";
import { numberIn, onePerson, oneOf, optional } from "./given.ts";
import { invitationSheet } from "./invitation-sheet.ts";

const HOUR_MS = 3600_000;
const stamp = (at: number): string => new Date(at).toISOString().slice(0, 16);

function hoursIn(values: Parameters<typeof numberIn>[0], usual: number): number {
  const hours = numberIn(values, "hours") ?? usual;
  if (!(hours > 0)) throw new OpsError("--hours must be a number above 0.");
  return hours * HOUR_MS;
}

/** A code for one person, on the screen. */
export const code: Command = async ({ desk, words, values, out }) => {
  const person = await onePerson(desk, words.join(" "));
  const { invitations } = await desk.act({ do: "invite", people: [person], validMs: hoursIn(values, 24), way: "show" });
  out.done({ invitations }, invitations?.[0]?.code ?? "");
};

export const invite: Command = async ({ desk, words, values, out }) => {
  const way = oneOf(optional(values, "way") ?? "show", ["show", "email", "sms"], "--way");
  const sheet = optional(values, "print");
  if (sheet && way !== "show") throw new OpsError("Only codes that are shown can be printed.");
  if (sheet && existsSync(sheet)) throw new OpsError(`${sheet} is there already: choose another name.`);
  const people: string[] = [];
  if (words.length > 0 && words.every(isId)) people.push(...words);
  else people.push(await onePerson(desk, words.join(" ")));
  const { invitations = [] } = await desk.act({ do: "invite", people, validMs: hoursIn(values, 72), way });
  if (sheet) {
    const known = new Map((await desk.people("")).map((person) => [person.id, person]));
    writeFileSync(sheet, invitationSheet(invitations, known), { mode: 0o600 });
  }
  out.list(invitations, ({ id, person, code: shown, sent, expires }: IssuedInvitation) =>
    typeof sent === "object"
      ? `${person}  not sent: ${sent.failed}`
      : [person, id, sheet ? "printed" : (shown ?? sent), `until ${stamp(expires)}`].join("  "),
  );
};

const invitations: Record<string, Command> = {
  async list({ desk, words: [state = "open"], out }) {
    const wanted = oneOf(state, ["open", "used", "expired", "cancelled"], "The state of an invitation");
    const found = await desk.list<InvitationInfo>({ list: "invitations", state: wanted });
    out.list(
      found,
      ({ id, person, way, expires, state: is }) => `${id}  ${person}  ${way}  ${is}  until ${stamp(expires)}`,
    );
  },
  async end({ desk, words, out }) {
    if (words.length === 0) throw new OpsError("Say which invitations, by their ids.");
    await desk.act({ do: "uninvite", invitations: words });
    out.done({ ended: words }, "They are void.");
  },
};

const devices: Record<string, Command> = {
  async list({ desk, words, out }) {
    const person = await onePerson(desk, words.join(" "));
    out.list(
      await desk.list<DeviceInfo>({ list: "devices", person }),
      ({ id, since, label, revoked, online }) =>
        `${id}  ${stamp(since)}  ${label}${revoked ? "  (shut out)" : online ? "  (online)" : ""}`,
    );
  },
  async revoke({ desk, words: [id], out }) {
    await desk.act({ do: "revoke", devices: [deviceIn(id)] });
    out.done({ device: id, revoked: true }, `Device ${id} is shut out.`);
  },
  async unrevoke({ desk, words: [id], out }) {
    await desk.act({ do: "unrevoke", devices: [deviceIn(id)] });
    out.done({ device: id, revoked: false }, `Device ${id} is let in again.`);
  },
};

function deviceIn(id: string | undefined): string {
  if (!isId(id)) throw new OpsError("A device is named by its 32 digits. See: beep device list PERSON");
  return id;
}

const sessions: Command = async ({ desk, out }) =>
  out.list(
    await desk.list<SessionInfo>({ list: "sessions" }),
    ({ person, device, label, since }) => `${person}  ${device}  since ${stamp(since)}  ${label}`,
  );

const wayActs: Record<string, Command> = {
  async void({ desk, words, out }) {
    const person = await onePerson(desk, words.join(" "));
    const voided = await desk.voidWays(person);
    out.done({ person, voided }, `Void: ${voided} ways of signing in. Devices are shut out by "beep device revoke".`);
  },
};

export const DEVICE_USAGE = `  beep code PERSON [--hours N]                     a one-time sign-in code; PERSON is an id, or words that find one person
  beep invite PERSON… [--way show|email|sms] [--hours N] [--print FILE]
                                                   FILE: a page of HTML to print, with QR codes
  beep invitation list [open|used|expired|cancelled] | end ID…
  beep device list PERSON                          the person's devices: id, when it came in, what it calls itself
  beep device revoke ID | unrevoke ID              shuts a lost device out, everywhere, or lets it back in
  beep ways void PERSON                            voids passkeys, PIN, recovery codes and the bound account of a person
  beep session list                                who is signed in at the running node`;

export const device = family("device", devices);
export const session = family("session", { list: sessions });
export const ways = family("ways", wayActs);
export const invitation = family("invitation", invitations);
