const BROWSERS = ["Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari"];
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];
const WORDS: Record<string, string> = {
  Edg: "Edge",
  OPR: "Opera",
  SamsungBrowser: "Samsung Internet",
  "Mac OS": "macOS",
};

/** Words by which a person knows the device in their list: "Firefox on Windows". */
export function deviceLabel(agent: string): string {
  const names = [BROWSERS, SYSTEMS].map((list) => list.find((name) => agent.indexOf(name) >= 0));
  return names
    .filter((name): name is string => name !== undefined)
    .map((name) => WORDS[name] || name)
    .join(" on ");
}
