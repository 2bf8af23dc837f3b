import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deviceKey, fromBase64, makeKeyPair, P256, toBase64 } from "../platform/device-key.ts";
import type { DeviceKeys } from "../platform/ports.ts";

/** The device's key in DIR/device.key: PKCS8 and SPKI in base64, a line each, readable by its owner alone. */
export function bunKeys(dir: string): DeviceKeys {
  const path = join(dir, "device.key");
  return {
    load: async () => {
      if (!existsSync(path)) return undefined;
      const [pkcs8, spki] = readFileSync(path, "utf8").split("\n");
      const privateKey = await crypto.subtle.importKey("pkcs8", fromBase64(pkcs8 || ""), P256, false, ["sign"]);
      const publicKey = await crypto.subtle.importKey("spki", fromBase64(spki || ""), P256, true, ["verify"]);
      return deviceKey({ privateKey, publicKey });
    },
    create: async () => {
      const pair = await makeKeyPair(true);
      const key = await deviceKey(pair);
      const pkcs8 = toBase64(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      // Whole or not at all, and never readable by others, not even for a moment.
      writeFileSync(`${path}.new`, `${pkcs8}\n${key.spki}\n`, { mode: 0o600 });
      chmodSync(`${path}.new`, 0o600);
      renameSync(`${path}.new`, path);
      return key;
    },
    forget: async () => rmSync(path, { force: true }),
  };
}
