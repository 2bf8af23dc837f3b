import type { Table, Vault } from "./ports.ts";

const TABLES: readonly Table[] = ["meta", "rooms", "pages", "people", "outbox"];

const settle = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = (factory: IDBFactory, name: string): Promise<IDBDatabase> => {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    for (const table of [...TABLES, "keys"]) request.result.createObjectStore(table);
  };
  return settle(request);
};

export interface BrowserStore {
  vault: Vault;
  /** the device's key pair, kept as CryptoKey objects that no script can read */
  getPair(): Promise<CryptoKeyPair | undefined>;
  putPair(pair: CryptoKeyPair | undefined): Promise<void>;
}

/** IndexedDB as the vault. Rejects where the browser refuses storage (private windows of old Firefox). */
export async function openIdb(factory: IDBFactory = indexedDB, name = "beep"): Promise<BrowserStore> {
  const db = await open(factory, name);
  // Another tab that deletes or upgrades the database must not wait for this one.
  db.onversionchange = () => db.close();

  const change = (tables: readonly string[], work: (tx: IDBTransaction) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const tx = db.transaction(tables as string[], "readwrite");
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error || new Error("The browser's storage refused a write."));
      try {
        work(tx);
      } catch (error) {
        // What was put before it would otherwise be committed alone.
        tx.abort();
        reject(error);
      }
    });
  const read = (table: string) => db.transaction(table).objectStore(table);

  const vault: Vault = {
    get: async (table, key) => settle(read(table).get(key)),
    all: async (table, prefix = "") => {
      const range = prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : undefined;
      const store = read(table);
      const [keys, values] = await Promise.all([settle(store.getAllKeys(range)), settle(store.getAll(range))]);
      return keys.map((key, i) => ({ key: key as string, value: values[i] as unknown }));
    },
    write: async (ops) => {
      const tables = TABLES.filter((table) => ops.some((op) => op.table === table));
      if (!tables.length) return;
      await change(tables, (tx) => {
        for (const op of ops) {
          const store = tx.objectStore(op.table);
          if (op.value === undefined) store.delete(op.key);
          else store.put(op.value, op.key);
        }
      });
    },
    clear: () =>
      change(TABLES, (tx) => {
        for (const table of TABLES) tx.objectStore(table).clear();
      }),
    close: async () => db.close(),
  };
  return {
    vault,
    getPair: async () => settle(read("keys").get("device")),
    putPair: (pair) =>
      change(["keys"], (tx) => {
        if (pair) tx.objectStore("keys").put(pair, "device");
        else tx.objectStore("keys").delete("device");
      }),
  };
}
