import type { Province } from "#protocol/ids";
import { keysText, type NodeList, nodesText, type ProvinceNodes } from "#protocol/nodes";
import { deviceKey, makeKeyPair } from "../../platform/device-key.ts";
import type { DeviceKey } from "../../platform/ports.ts";

/** A province's key, and the lists of nodes that it signs. */
export class ProvinceKey {
  private constructor(
    readonly code: Province,
    private readonly pair: DeviceKey,
  ) {}

  static async make(code: Province): Promise<ProvinceKey> {
    return new ProvinceKey(code, await deviceKey(await makeKeyPair(true)));
  }

  async list(version: number, provinces: ProvinceNodes[], province = this.code): Promise<NodeList> {
    const said = { province, version, provinces };
    const [signature, keysSignature] = [await this.pair.sign(nodesText(said)), await this.pair.sign(keysText(said))];
    return { ...said, key: this.pair.spki, signature, keysSignature };
  }
}

export const entry = (code: Province, ...nodes: string[]): ProvinceNodes => ({ code, name: { en: "", ur: "" }, nodes });
