/** How this node sends invitations. Secrets stand here and nowhere else. */
export interface MessengerSettings {
  smtp?: SmtpSettings | undefined;
  sms?: SmsSettings | undefined;
}

export interface SmtpSettings {
  host: string;
  port: number;
  /** TLS from the first byte (port 465); otherwise STARTTLS is demanded of every server but one on this machine */
  secure: boolean;
  user?: string;
  pass?: string;
  /** the sender's address */
  from: string;
  /** PEM of the authority that signed the server's certificate, where it is the ministry's own */
  ca?: string;
}

/** Any gateway that takes an HTTP POST. `{to}` and `{text}` in values of `fields` are filled in. */
export interface SmsSettings {
  url: string;
  headers: Record<string, string>;
  form: "json" | "form";
  fields: Record<string, string>;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]", "::1"];
export const isLoopback = (host: string): boolean => LOOPBACK.includes(host);

const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isText);

/** Checks a parsed messengers.json; a sentence where it is wrong, without its secrets. */
export function readMessengers(value: unknown): MessengerSettings | string {
  const { smtp, sms } = (value ?? {}) as Record<string, Record<string, unknown> | undefined>;
  if (!smtp && !sms) return 'it must have "smtp" or "sms".';
  const mail = smtp && readSmtp(smtp);
  if (typeof mail === "string") return mail;
  const gateway = sms && readSms(sms);
  if (typeof gateway === "string") return gateway;
  return { ...(mail && { smtp: mail }), ...(gateway && { sms: gateway }) };
}

function readSmtp(given: Record<string, unknown>): SmtpSettings | string {
  const { host, port = 587, secure = false, user, pass, from, ca } = given;
  if (!isText(host)) return '"smtp" must have "host", the mail server.';
  if (!Number.isInteger(port) || (port as number) < 1 || (port as number) > 65535) return '"smtp.port" must be a port.';
  if (typeof secure !== "boolean") return '"smtp.secure" must be true or false.';
  if (!isText(from) || !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(from)) return '"smtp.from" must be a mail address alone.';
  if ((user === undefined) !== (pass === undefined) || ![user, pass].every((one) => one === undefined || isText(one)))
    return '"smtp.user" and "smtp.pass" stand together, as texts.';
  if (ca !== undefined && !isText(ca)) return '"smtp.ca" must be a certificate in PEM.';
  const login = isText(user) && isText(pass) ? { user, pass } : {};
  return { host, port: port as number, secure, from, ...login, ...(isText(ca) && { ca }) };
}

function readSms(given: Record<string, unknown>): SmsSettings | string {
  const { url, headers = {}, form = "json", fields } = given;
  if (!isText(url) || !URL.canParse(url)) return '"sms" must have "url", an address.';
  const { protocol, hostname } = new URL(url);
  // Codes travel on this line.
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname)))
    return '"sms.url" must be an https address, or http on this machine alone.';
  if (!isTexts(headers)) return '"sms.headers" must be names with texts.';
  if (form !== "json" && form !== "form") return '"sms.form" must be "json" or "form".';
  if (!isTexts(fields)) return '"sms.fields" must be names with texts.';
  const all = Object.values(fields).join(" ");
  if (!all.includes("{to}") || !all.includes("{text}")) return '"sms.fields" must have {to} and {text} in its values.';
  return { url, headers, form, fields };
}
