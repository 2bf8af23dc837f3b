import type { Database } from "bun:sqlite";
import type { PersonId } from "#protocol/ids";
import type { Account, CredentialsTx, Misses, Passkey, Pin } from "../domain/enrolment/ports.ts";

type PasskeyRow = Omit<Passkey, "transports"> & { transports: string };

const statements = (db: Database) => ({
  passkey: db.prepare<PasskeyRow, [string]>("SELECT * FROM passkeys WHERE id = ?"),
  passkeysOf: db.prepare<PasskeyRow, [string]>("SELECT * FROM passkeys WHERE person = ? ORDER BY made, id"),
  addPasskey: db.prepare("INSERT INTO passkeys VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
  usePasskey: db.prepare("UPDATE passkeys SET counter = ?, used = ? WHERE id = ?"),
  dropPasskey: db.prepare("DELETE FROM passkeys WHERE id = ?"),
  pin: db.prepare<Pin, [string]>("SELECT * FROM pins WHERE person = ?"),
  putPin: db.prepare(
    `INSERT INTO pins VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     hash = excluded.hash, secret = excluded.secret, step = excluded.step, made = excluded.made`,
  ),
  dropPin: db.prepare("DELETE FROM pins WHERE person = ?"),
  misses: db.prepare<Misses, [string]>("SELECT count, until FROM misses WHERE person = ?"),
  putMisses: db.prepare(
    "INSERT INTO misses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = excluded.count, until = excluded.until",
  ),
  dropMisses: db.prepare("DELETE FROM misses WHERE person = ?"),
  recoveryOf: db.prepare<{ hash: string }, [string]>("SELECT hash FROM recovery WHERE person = ?"),
  addRecovery: db.prepare("INSERT INTO recovery VALUES (?, ?)"),
  takeRecovery: db.prepare("DELETE FROM recovery WHERE person = ? AND hash = ?"),
  dropRecovery: db.prepare("DELETE FROM recovery WHERE person = ?"),
  account: db.prepare<Account, [string, string]>("SELECT * FROM accounts WHERE issuer = ? AND subject = ?"),
  accountOf: db.prepare<Account, [string, string]>("SELECT * FROM accounts WHERE issuer = ? AND person = ?"),
  dropAccount: db.prepare("DELETE FROM accounts WHERE issuer = ? AND person = ?"),
  dropAccounts: db.prepare("DELETE FROM accounts WHERE person = ?"),
  addAccount: db.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)"),
  key: db.prepare<{ key: string }, []>("SELECT key FROM ways_key"),
  addKey: db.prepare("INSERT INTO ways_key VALUES (1, ?) ON CONFLICT DO NOTHING"),
});

export class CredentialTable implements CredentialsTx {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  passkey(id: string): Passkey | undefined {
    const row = this.sql.passkey.get(id);
    return row ? readPasskey(row) : undefined;
  }

  passkeysOf(person: PersonId): Passkey[] {
    return this.sql.passkeysOf.all(person).map(readPasskey);
  }

  addPasskey({ id, person, key, counter, transports, label, made, used }: Passkey): void {
    this.sql.addPasskey.run(id, person, key, counter, JSON.stringify(transports), label, made, used);
  }

  usePasskey(id: string, counter: number, at: number): void {
    this.sql.usePasskey.run(counter, at, id);
  }

  dropPasskey(id: string): void {
    this.sql.dropPasskey.run(id);
  }

  pin(person: PersonId): Pin | undefined {
    return this.sql.pin.get(person) ?? undefined;
  }

  putPin({ person, hash, secret, step, made }: Pin): void {
    this.sql.putPin.run(person, hash, secret, step, made);
  }

  dropPin(person: PersonId): void {
    this.sql.dropPin.run(person);
  }

  misses(person: PersonId): Misses | undefined {
    return this.sql.misses.get(person) ?? undefined;
  }

  putMisses(person: PersonId, { count, until }: Misses): void {
    this.sql.putMisses.run(person, count, until);
  }

  dropMisses(person: PersonId): void {
    this.sql.dropMisses.run(person);
  }

  recovery(person: PersonId): string[] {
    return this.sql.recoveryOf.all(person).map(({ hash }) => hash);
  }

  putRecovery(person: PersonId, hashes: readonly string[]): void {
    this.sql.dropRecovery.run(person);
    for (const hash of hashes) this.sql.addRecovery.run(person, hash);
  }

  takeRecovery(person: PersonId, hash: string): boolean {
    return this.sql.takeRecovery.run(person, hash).changes > 0;
  }

  account(issuer: string, subject: string): Account | undefined {
    return this.sql.account.get(issuer, subject) ?? undefined;
  }

  accountOf(issuer: string, person: PersonId): Account | undefined {
    return this.sql.accountOf.get(issuer, person) ?? undefined;
  }

  putAccount({ issuer, subject, person, claim, made }: Account): void {
    this.sql.dropAccount.run(issuer, person);
    this.sql.addAccount.run(issuer, subject, person, claim, made);
  }

  dropAccounts(person: PersonId): void {
    this.sql.dropAccounts.run(person);
  }

  key(): string | undefined {
    return this.sql.key.get()?.key;
  }

  keepKey(key: string): void {
    this.sql.addKey.run(key);
  }
}

const readPasskey = ({ transports, ...row }: PasskeyRow): Passkey => ({
  ...row,
  transports: JSON.parse(transports) as string[],
});
