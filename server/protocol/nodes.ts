import type { Bilingual } from "./directory.ts";
import type { Province } from "./ids.ts";

export interface ProvinceNodes {
  code: Province;
  name: Bilingual;
  /** origins (`https://host[:port]`) at which its nodes serve */
  nodes: string[];
  /** the province's public key, as the directory of the list's own province has it: P-256, SPKI, base64 */
  key?: string;
}

/** What `GET /v1/nodes` answers: the fleet, as the node's own province knows it. */
export interface NodeList {
  /** whose node this is, and whose key signs */
  province: Province;
  /** grows; of two lists the one with the larger version stands */
  version: number;
  provinces: ProvinceNodes[];
  /** the province's public key: P-256, SPKI, base64 */
  key: string;
  /** over `nodesText`: ECDSA with SHA-256, IEEE P1363, base64 */
  signature: string;
  /** over `keysText`: the keys in the list, which `signature` does not take in */
  keysSignature?: string;
}

/** What the province's key signs of other provinces' keys. */
export const keysText = ({ province, version, provinces }: Pick<NodeList, "province" | "version" | "provinces">) =>
  `beep province keys v1\n${province}\n${version}\n${JSON.stringify(provinces.map(({ code, key }) => [code, key || ""]))}`;

/** What the province's key signs of its list of nodes. */
export const nodesText = ({ province, version, provinces }: Pick<NodeList, "province" | "version" | "provinces">) =>
  `beep nodes v1\n${province}\n${version}\n${JSON.stringify(
    provinces.map(({ code, name, nodes }) => [code, name.en, name.ur, ...nodes]),
  )}`;
