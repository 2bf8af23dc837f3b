import { openCalls } from "../call/calls.ts";
import { browserPlatform } from "../platform/browser.ts";
import { Client } from "./app.ts";
import type { AppModel } from "./contract.ts";

/** The client of this page, not started yet. The node that served the page is the one to sign in at. */
export const createApp = (): AppModel =>
  new Client(browserPlatform(), {
    node: location.origin,
    app: "beep-web/0.1",
    label: deviceLabel(navigator.userAgent),
    calls: openCalls,
  });

const BROWSERS = ["Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari"];
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];
const WORDS: Record<string, string> = {
  Edg: "Edge",
  OPR: "Opera",
  SamsungBrowser: "Samsung Internet",
  "Mac OS": "macOS",
};

/** Words by which a person knows the device in their list: "Firefox on Windows". */
function deviceLabel(agent: string): string {
  const names = [BROWSERS, SYSTEMS].map((list) => list.find((name) => agent.indexOf(name) >= 0));
  return names
    .filter((name): name is string => name !== undefined)
    .map((name) => WORDS[name] || name)
    .join(" on ");
}
