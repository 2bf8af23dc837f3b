import type { DeviceId, PersonId, Province } from "./ids.ts";

/** A text in both languages of the house. */
export interface Bilingual {
  en: string;
  ur: string;
}

export interface Person {
  id: PersonId;
  province: Province;
  name: Bilingual;
  /** the post now held, in words: "Deputy Commissioner Quetta" */
  post: Bilingual;
  unit: Bilingual;
}

export interface Device {
  id: DeviceId;
  person: PersonId;
  /** P-256 public key, SPKI, base64 */
  key: string;
  label: string;
  revoked: boolean;
}

/** Body of a directory event (`directory.v1`): one province's part of the directory, last one per id stands. */
export type DirectoryBody = { person: Person } | { device: Device };
