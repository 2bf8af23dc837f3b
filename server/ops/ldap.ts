import { readFileSync } from "node:fs";
import { Client, InvalidCredentialsError } from "ldapts";
import { COLUMNS, type Column, type RawRow } from "../domain/import/row.ts";
import { OpsError } from "./error.ts";

/** Where and how people stand in a directory server (RFC 4511); a file for the operator's eyes alone. */
export interface LdapSettings {
  /** ldaps://host, or ldap://host with `startTls`; in the clear on this machine alone */
  url: string;
  startTls?: boolean;
  bindDn?: string;
  password?: string;
  base: string;
  filter?: string;
  /** attribute for each column; what is left out has its usual name (inetOrgPerson, RFC 2798) */
  attributes?: Partial<Record<Column, string>>;
}

const USUAL: Partial<Record<Column, string>> = {
  number: "employeeNumber",
  name_en: "cn",
  post_en: "title",
  unit_en: "ou",
  email: "mail",
  mobile: "mobile",
  office: "telephoneNumber",
};
const PAGE = 500;
const PATIENCE_MS = 15_000;

/** @throws OpsError */
export function readLdapSettings(path: string): LdapSettings {
  let value: Partial<LdapSettings>;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new OpsError(`${path} cannot be read: ${(error as Error).message}`);
  }
  const { url, base, startTls, attributes = {} } = value;
  const address = URL.canParse(url ?? "") ? new URL(url as string) : undefined;
  if (!address || !["ldap:", "ldaps:"].includes(address.protocol) || typeof base !== "string" || !base)
    throw new OpsError(`${path} must have "url" (ldaps://host) and "base" (the part of the tree with the people).`);
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(address.hostname);
  if (address.protocol === "ldap:" && !startTls && !local)
    throw new OpsError(`${path}: ${url} would send the password in the clear. Use ldaps:// or "startTls": true.`);
  for (const column of Object.keys(attributes))
    if (!COLUMNS.includes(column as Column)) throw new OpsError(`${path}: "attributes" has no column "${column}".`);
  return value as LdapSettings;
}

/** Reads everybody whom the filter finds, page by page (RFC 2696). `line` counts people from 1. @throws OpsError */
export async function readLdap(settings: LdapSettings): Promise<RawRow[]> {
  const { url, startTls, bindDn, password = "", base, filter = "(objectClass=inetOrgPerson)" } = settings;
  const wanted = Object.entries({ ...USUAL, ...settings.attributes }) as [Column, string][];
  const client = new Client({ url, timeout: PATIENCE_MS, connectTimeout: PATIENCE_MS });
  const rows: RawRow[] = [];
  try {
    if (startTls) await client.startTLS();
    if (bindDn) await client.bind(bindDn, password);
    const attributes = wanted.map(([, attribute]) => attribute);
    const pages = client.searchPaginated(base, { scope: "sub", filter, attributes, paged: { pageSize: PAGE } });
    for await (const { searchEntries } of pages)
      for (const entry of searchEntries) {
        const row: RawRow = { line: rows.length + 1 };
        for (const [column, attribute] of wanted) {
          const text = firstText(entry[attribute]);
          if (text) row[column] = text;
        }
        rows.push(row);
      }
    return rows;
  } catch (error) {
    if (error instanceof InvalidCredentialsError) throw new OpsError(`${url} refuses "bindDn" and "password".`);
    throw new OpsError(`${url} did not answer as asked: ${(error as Error).message || (error as Error).name}`);
  } finally {
    await client.unbind().catch(() => {});
  }
}

function firstText(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : Buffer.isBuffer(first) ? first.toString("utf8") : undefined;
}
