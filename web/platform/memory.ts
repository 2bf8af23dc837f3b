import { deviceKey, makeKeyPair } from "./device-key.ts";
import type { DeviceKey, DeviceKeys, Table, Tabs, Vault } from "./ports.ts";

/** A vault that forgets with the process: where storage is refused, and for crowds of test clients. */
export function memoryVault(): Vault {
  const tables = new Map<Table, Map<string, unknown>>();
  const table = (name: Table) => {
    let found = tables.get(name);
    if (!found) {
      found = new Map();
      tables.set(name, found);
    }
    return found;
  };
  return {
    get: async (name, key) => table(name).get(key),
    all: async (name, prefix = "") =>
      [...table(name)]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value })),
    write: async (ops) => {
      for (const op of ops) {
        if (op.value === undefined) table(op.table).delete(op.key);
        else table(op.table).set(op.key, op.value);
      }
    },
    clear: async () => tables.clear(),
    close: async () => {},
  };
}

export function memoryKeys(): DeviceKeys {
  let key: DeviceKey | undefined;
  return {
    load: async () => key,
    create: async () => {
      key = await deviceKey(await makeKeyPair(false));
      return key;
    },
    forget: async () => {
      key = undefined;
    },
  };
}

/** The only tab there is. */
export const soloTabs = (): Tabs => ({
  start: (lead) => lead(),
  stop: () => {},
  post: () => {},
  listen: () => {},
});
