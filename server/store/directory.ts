import type { Database } from "bun:sqlite";
import type { Device, Person } from "#protocol/directory";
import type { DeviceId, PersonId, Province } from "#protocol/ids";
import { PeopleSearch } from "./people-search.ts";

const statements = (db: Database) => ({
  upsertPerson: db.prepare<{ key: number }, [string, string, string]>(
    `INSERT INTO people (id, province, person) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET province = excluded.province, person = excluded.person RETURNING key`,
  ),
  personRow: db.prepare<{ person: string }, [string]>("SELECT person FROM people WHERE id = ?"),
  provinceRows: db.prepare<{ person: string }, [string]>("SELECT person FROM people WHERE province = ? ORDER BY id"),
  upsertDevice: db.prepare(
    `INSERT INTO devices (id, person, device) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET person = excluded.person, device = excluded.device`,
  ),
  deviceRow: db.prepare<{ device: string }, [string]>("SELECT device FROM devices WHERE id = ?"),
  deviceRows: db.prepare<{ device: string }, [string]>("SELECT device FROM devices WHERE person = ? ORDER BY id"),
});

/** People and devices: the tables of directory.db. */
export class DirectoryTable {
  private readonly sql: ReturnType<typeof statements>;
  private readonly words: PeopleSearch;

  constructor(db: Database) {
    this.sql = statements(db);
    this.words = new PeopleSearch(db);
  }

  putPerson(person: Person): void {
    const { key } = this.sql.upsertPerson.get(person.id, person.province, JSON.stringify(person)) as { key: number };
    this.words.put(key, person);
  }

  person(id: PersonId): Person | undefined {
    return parsed(this.sql.personRow.get(id)?.person);
  }

  peopleOf(province: Province): Person[] {
    return this.sql.provinceRows.all(province).map((row) => JSON.parse(row.person) as Person);
  }

  search(text: string, limit: number): Person[] {
    return this.words.find(text, limit);
  }

  putDevice(device: Device): void {
    this.sql.upsertDevice.run(device.id, device.person, JSON.stringify(device));
  }

  device(id: DeviceId): Device | undefined {
    return parsed(this.sql.deviceRow.get(id)?.device);
  }

  devicesOf(person: PersonId): Device[] {
    return this.sql.deviceRows.all(person).map((row) => JSON.parse(row.device) as Device);
  }
}

const parsed = <T>(json: string | undefined): T | undefined =>
  json === undefined ? undefined : (JSON.parse(json) as T);
