import type { Tabs } from "./ports.ts";

const LEASE = "beep.lead";
const POST = "beep.post";
const RENEW_MS = 2000;

interface Locks {
  request(name: string, options: { signal?: AbortSignal }, held: () => Promise<void>): Promise<void>;
}

/** Elects the leading tab by a Web Lock; browsers without one take turns by a lease in localStorage. */
export function browserTabs(): Tabs {
  const locks = (navigator as { locks?: Locks }).locks;
  const own = `${Date.now()}.${Math.random()}`;
  let release = () => {};

  const byLock = (lead: () => void) => {
    const abort = new AbortController();
    let done = () => {};
    const held = new Promise<void>((resolve) => {
      done = resolve;
    });
    release = () => {
      abort.abort();
      done();
    };
    (locks as Locks)
      .request("beep", { signal: abort.signal }, () => {
        lead();
        return held;
      })
      .catch(() => {});
  };

  const byLease = (lead: () => void) => {
    let leads = false;
    const turn = () => {
      const [holder, until] = (localStorage.getItem(LEASE) || "").split(" ");
      if (holder === own || !(Number(until) > Date.now())) {
        localStorage.setItem(LEASE, `${own} ${Date.now() + 3 * RENEW_MS}`);
        // Leads only from the second turn on: of two that wrote at once, the later one stands.
        if (holder === own && !leads) {
          leads = true;
          lead();
        }
      }
    };
    turn();
    const timer = setInterval(turn, RENEW_MS);
    release = () => {
      clearInterval(timer);
      if (leads) localStorage.removeItem(LEASE);
    };
  };

  let post = (_message: string) => {};
  let close = () => {};

  const byChannel = (heard: (message: string) => void) => {
    const channel = new BroadcastChannel("beep");
    channel.onmessage = (event) => heard(String(event.data));
    post = (message) => channel.postMessage(message);
    close = () => channel.close();
  };

  const byStorage = (heard: (message: string) => void) => {
    const stored = (event: StorageEvent) => {
      if (event.key === POST && event.newValue) heard(event.newValue.split("|")[0] as string);
    };
    window.addEventListener("storage", stored);
    // The time makes the same message twice two changes: only a change is told.
    post = (message) => localStorage.setItem(POST, `${message}|${Date.now()}`);
    close = () => window.removeEventListener("storage", stored);
  };

  return {
    start: (lead) => {
      try {
        if (locks) byLock(lead);
        else byLease(lead);
      } catch {
        // Storage is refused altogether: nothing is shared, so nothing is to be agreed on.
        lead();
      }
    },
    stop: () => {
      release();
      close();
      post = () => {};
    },
    post: (message) => post(message),
    listen: (heard) => {
      try {
        if (typeof BroadcastChannel === "function") byChannel(heard);
        else byStorage(heard);
      } catch {
        // As above.
      }
    },
  };
}
