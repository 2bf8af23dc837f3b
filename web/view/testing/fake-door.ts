import type { DeviceInfo } from "#protocol/admin";
import { isContactAct } from "#protocol/contact";
import type { SelfAct, SelfAnswer, Ways } from "#protocol/self";
import { fakeContacts } from "./fake-contacts.ts";
import { idOf } from "./people.ts";

/**
 * What a made-up node answers to one who comes in: code 1234 is good, 2222 is before its time, 3333 finds a crowd.
 * `?door=passkey,pin,oidc,apply` says which ways there are, `?ways=none` that nothing protects the way back in.
 */
const asked = new URLSearchParams(location.search);
const HOUR = 3_600_000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const refuse = (code: string, more: object = {}, status = 403) =>
  json({ error: { code, message: "The node says no.", ...more } }, status);

let place = 12;

async function answer(path: string, body: Record<string, string>): Promise<Response> {
  const ways = (asked.get("door") ?? "passkey,pin,oidc,apply").split(",");
  const has = (way: string) => ways.includes(way);
  const enrolled = json({ person: idOf(0), device: idOf(1, 9), province: "is" });
  switch (path) {
    case "/v1/door": {
      const oidc = has("oidc") ? "Ministry of Interior" : null;
      return json({ province: "is", passkey: has("passkey"), pin: has("pin"), oidc, apply: has("apply") });
    }
    case "/v1/link":
      return body.code === "1234" || body.code === "ABCDEFGH" ? json({ ticket: "t" }) : refuse("forbidden");
    case "/v1/link/in":
      await pause(Number(asked.get("link") ?? 1_000_000));
      return enrolled;
    case "/v1/apply":
      return json({});
    case "/v1/enrol":
      if (body.code === "2222") return refuse("forbidden", { opens: Date.UTC(2027, 2, 23, 4) });
      if (body.code === "2223") return refuse("forbidden", { opens: null });
      if (body.code === "3333" && place > 0) {
        place -= 4;
        return refuse("wait", { place, turn: "kept", retryAfter: 1500 }, 503);
      }
  }
  return Object.values(body).includes("1234") || body.code === "3333" ? enrolled : refuse("forbidden");
}

export function openFakeDoor(): void {
  const real = globalThis.fetch;
  const fetch = async (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const path = String(url).replace(location.origin, "");
    if (!path.startsWith("/v1/")) return real(url, init);
    await pause(150);
    return answer(path, JSON.parse(String(init?.body ?? "{}")));
  };
  Object.assign(globalThis, { fetch });
}

const now = Date.now();
let devices: DeviceInfo[] = [
  {
    id: idOf(1, 9),
    label: "Chrome on Android",
    since: now - 40 * 24 * HOUR,
    lastSeen: now,
    revoked: false,
    online: true,
  },
  {
    id: idOf(2, 9),
    label: "Firefox on Windows",
    since: now - 12 * 24 * HOUR,
    lastSeen: now - HOUR,
    revoked: false,
    online: false,
  },
  {
    id: idOf(3, 9),
    label: "Safari on iPad",
    since: now - 200 * 24 * HOUR,
    lastSeen: null,
    revoked: true,
    online: false,
  },
];
let made: Ways =
  asked.get("ways") === "none"
    ? { passkeys: [], pin: false, recovery: 0, oidc: false }
    : {
        passkeys: [{ id: "k1", label: "Chrome on Android", made: now - 40 * 24 * HOUR, used: now - HOUR }],
        pin: true,
        recovery: 7,
        oidc: true,
      };
const CODES = "K7QF-3MZR,8WHT-XN4C,PD5V-J2GY,RC9B-64TE,ZFA3-QK8M,H2NX-W7DP,5GJT-CRV9,Y4EB-MZ6K,3QWA-DH8F,TN7C-P5XJ";

/** One's own devices and ways, as a node would answer. */
export async function answerSelf(act: SelfAct): Promise<SelfAnswer> {
  await pause(100);
  if (isContactAct(act)) return fakeContacts.answer(act);
  switch (act.do) {
    case "devices":
      return { answer: "devices", devices, limit: 8 };
    case "rename":
      devices = devices.map((each) => (each.id === act.device ? { ...each, label: act.label } : each));
      return { answer: "done" };
    case "revoke":
      devices = devices.map((each) => (each.id === act.device ? { ...each, revoked: true } : each));
      return { answer: "done" };
    case "prove":
      return { answer: "prove", nonce: "n", asks: asked.has("prove") ? ["pin"] : [] };
    case "ways":
      return { answer: "ways", ways: made };
    case "passkey":
      return { answer: "passkey", options: { challenge: "AAAA", rp: { name: "Beep" }, user: { id: "AAAA" } } };
    case "passkey-made": {
      const key = { id: `k${made.passkeys.length + 1}`, label: act.label, made: Date.now(), used: null };
      made = { ...made, passkeys: [...made.passkeys, key] };
      return { answer: "done" };
    }
    case "pin": {
      const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
      const uri = `otpauth://totp/Beep:100234?secret=${secret}&issuer=Beep&algorithm=SHA1&digits=6&period=30`;
      return { answer: "pin", uri, secret };
    }
    case "pin-made":
      if (act.totp !== "123456") throw Object.assign(new Error("The code is wrong."), { code: "forbidden" });
      made = { ...made, pin: true };
      return { answer: "done" };
    case "recovery":
      made = { ...made, recovery: 10 };
      return { answer: "recovery", codes: CODES.split(",") };
    case "forget":
      made =
        act.way === "pin"
          ? { ...made, pin: false }
          : { ...made, passkeys: made.passkeys.filter(({ id }) => act.way === "pin" || id !== act.way.passkey) };
      return { answer: "done" };
    case "link":
      return {
        answer: "link",
        code: "ABCDEFGH",
        url: `${location.origin}/#/link/ABCDEFGH`,
        expires: Date.now() + 300_000,
      };
    case "link-wait":
      await pause(Number(asked.get("comes") ?? 1_000_000));
      return { answer: "link-wait", comer: { label: "Firefox on Windows", key: "made-up-key", check: "123456" } };
    case "invitation-stop":
    case "invitation-allow":
    case "photo":
    case "link-let":
    case "link-refuse":
      return { answer: "done" };
  }
}
