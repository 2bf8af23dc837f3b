import { openCalls } from "../call/calls.ts";
import { browserPlatform } from "../platform/browser.ts";
import { Client } from "./app.ts";
import type { AppModel } from "./contract.ts";

/** The client of this page, not started yet. The node that served the page is the one to sign in at. */
export const createApp = (): AppModel =>
  new Client(browserPlatform(), {
    node: location.origin,
    app: "beep-web/0.2",
    label: async () => (await import("./device-label.ts")).deviceLabel(navigator.userAgent),
    calls: openCalls,
  });
