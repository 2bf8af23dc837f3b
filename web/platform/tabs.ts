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
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("beep") : undefined;
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

  return {
    start: (lead) => (locks ? byLock(lead) : byLease(lead)),
    stop: () => {
      release();
      if (channel) channel.close();
    },
    post: (message) => {
      if (channel) channel.postMessage(message);
      else localStorage.setItem(POST, `${message} ${Date.now()}`);
    },
    listen: (heard) => {
      if (channel) channel.onmessage = (event) => heard(String(event.data));
      else
        window.addEventListener("storage", (event) => {
          if (event.key === POST && event.newValue) heard(event.newValue.split(" ")[0] as string);
        });
    },
  };
}
