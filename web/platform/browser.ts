import { steadyNow } from "./clock.ts";
import { deviceKey, makeKeyPair } from "./device-key.ts";
import { openIdb } from "./idb.ts";
import type { DeviceKeys, Platform, Vault } from "./ports.ts";
import { browserTabs } from "./tabs.ts";

const WAKES = ["online", "focus", "pageshow"];

interface Kept {
  vault: Vault;
  keys: DeviceKeys;
  lasting: boolean;
}

/** The browser's own storage; where it is refused, memory that lasts as long as the page. */
async function openKept(): Promise<Kept> {
  try {
    const store = await openIdb();
    const keys: DeviceKeys = {
      load: async () => {
        const pair = await store.getPair();
        return pair && deviceKey(pair);
      },
      create: async () => {
        const pair = await makeKeyPair(false);
        await store.putPair(pair);
        return deviceKey(pair);
      },
      forget: () => store.putPair(undefined),
    };
    return { vault: store.vault, keys, lasting: true };
  } catch {
    const { memoryKeys, memoryVault } = await import("./memory.ts");
    return { vault: memoryVault(), keys: memoryKeys(), lasting: false };
  }
}

export function browserPlatform(): Platform {
  const opening = openKept();
  const vault = opening.then((kept) => kept.vault);
  const keys = opening.then((kept) => kept.keys);
  return {
    vault: {
      get: async (table, key) => (await vault).get(table, key),
      all: async (table, prefix) => (await vault).all(table, prefix),
      write: async (ops) => (await vault).write(ops),
      clear: async () => (await vault).clear(),
      close: async () => (await vault).close(),
    },
    lasting: async () => (await opening).lasting,
    keys: {
      load: async () => (await keys).load(),
      create: async () => (await keys).create(),
      forget: async () => (await keys).forget(),
    },
    tabs: browserTabs(),
    now: steadyNow,
    random: Math.random,
    fetch: (url, init) => fetch(url, init),
    socket: (url) => new WebSocket(url),
    onWake: (wake, gone) => {
      const seen = () => {
        if (!document.hidden) wake();
      };
      for (const name of WAKES) window.addEventListener(name, seen);
      document.addEventListener("visibilitychange", seen);
      window.addEventListener("offline", gone);
      return () => {
        window.removeEventListener("offline", gone);
        for (const name of WAKES) window.removeEventListener(name, seen);
        document.removeEventListener("visibilitychange", seen);
      };
    },
  };
}
