import { type Browser, chromium, firefox } from "playwright-core";

const CHROMIUM_FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

// Cameras and microphones that are made up, two of each, and nobody who has to allow them.
const CHROMIUM_MEDIA =
  "--use-fake-ui-for-media-stream --use-fake-device-for-media-stream=device-count=2,fps=10 --autoplay-policy=no-user-gesture-required";
const FIREFOX_MEDIA = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
};

export type Engine = "chromium" | "firefox";

/** Debian's own Chromium. @param more flags besides */
export const launchChromium = (more = CHROMIUM_MEDIA): Promise<Browser> =>
  chromium.launch({ executablePath: "/usr/bin/chromium", args: `${CHROMIUM_FLAGS} ${more}`.split(" ") });

/** Debian's own browsers; Firefox is spoken to over WebDriver BiDi. */
export const launch = (engine: Engine): Promise<Browser> =>
  engine === "chromium"
    ? launchChromium()
    : firefox.launch({
        channel: "moz-firefox",
        executablePath: "/usr/bin/firefox-esr",
        headless: true,
        firefoxUserPrefs: FIREFOX_MEDIA,
      });
