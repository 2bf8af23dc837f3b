import { plural } from "../plural.ts";

const n = plural("en");

/** Words of the settings; fetched with them. */
export const en = {
  theme: "Appearance",
  light: "Light",
  dark: "Dark",
  system: "As the device",
  textSize: "Text size",
  small: "Small",
  normal: "Normal",
  large: "Large",
  huge: "Very large",
  about: "About",
  yourProvince: "Your province",
  connectedTo: "Connected to",
  provincesNow: "Provinces now",
  reached: "Reached",
  aboutText:
    "Beep keeps messages on the government’s own nodes, one site in each province. A province goes on working when its links are cut, and everything is brought together when they return.",
  signOut: "Sign out",
  signOutSure: "Sign out of this device? Its messages and keys are deleted here. To come back, you sign in again.",
  signOutWaiting: (count: number) =>
    n(count, "# message has not been sent and would be lost.", "# messages have not been sent and would be lost."),
  /** the way to one's own devices */
  security: "Devices and sign-in",
  securityHint: "Your devices, and the ways in which you sign in",
  securityLacks: "Nothing protects your way back in yet. Set it up in a minute.",
};

export type SettingsWords = typeof en;
