import { createTransport } from "nodemailer";
import { type Messenger, type Outgoing, Undelivered } from "../domain/enrolment/messenger.ts";
import { isLoopback, type SmtpSettings } from "../messenger-settings.ts";
import { letter, oneLine, SUBJECT } from "./words.ts";

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** An address and nothing besides: what is in it would stand in a command and in a header. */
const ADDRESS = /^[^\s\p{Cc}@<>()[\],;:"\\]{1,64}@[a-z0-9.-]{1,253}$/iu;

/**
 * Sends invitations by mail (RFC 5321), over TLS unless the server is on this machine. A refusal of the recipient or of
 * the letter is for good (5xx); everything else, a server that is away or that greylists (4xx) or a password that it
 * does not take, is tried again.
 */
export function smtpMessenger(settings: SmtpSettings, patience = PATIENCE): Messenger {
  const { host, port, secure, user, pass, from, ca } = settings;
  const transport = createTransport({
    ...{ host, port, secure, ...patience },
    requireTLS: !secure && !isLoopback(host),
    ...(user !== undefined && pass !== undefined && { auth: { user, pass } }),
    tls: { minVersion: "TLSv1.2", ...(ca !== undefined && { ca }) },
    // A letter is made of the words given here alone.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return {
    async send({ email = "" }, invitation: Outgoing): Promise<void> {
      if (!ADDRESS.test(email)) throw new Undelivered("The e-mail address is malformed.", true);
      const to = { name: "", address: email };
      try {
        await transport.sendMail({
          ...{ from, to, subject: SUBJECT, text: letter(invitation) },
          messageId: `<${invitation.id}@${from.split("@")[1]}>`,
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        throw undelivered(error);
      }
    },
  };
}

function undelivered(error: unknown): Undelivered {
  const { code, responseCode = 0, response } = error as { code?: string; responseCode?: number; response?: string };
  const isRefused = responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE");
  if (code === "EAUTH") return new Undelivered("The mail server does not take this node's name and password.", false);
  if (response) return new Undelivered(`The mail server said: ${oneLine(response).slice(0, 150)}`, isRefused);
  return new Undelivered("The mail server could not be reached, or took too long.", false, { cause: error });
}
