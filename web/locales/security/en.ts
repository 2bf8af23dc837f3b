import type { Change } from "#protocol/notice";
import { plural } from "../plural.ts";

const n = plural("en");

/** A day within a sentence. */
const within = (time: string): string => time.replace(/^(Today|Yesterday)/, (day) => day.toLowerCase());

/** Words of one's own devices and ways of signing in; fetched with them. */
export const en = {
  title: "Devices and sign-in",
  offline: "This needs a connection to your node. It is shown as soon as there is one.",
  elsewhere:
    "Devices and ways of signing in are kept in your own province. Open this again when you are connected to it.",

  // devices
  devices: "Your devices",
  devicesHint: (count: number, most: number) => `${n(count, "# device", "# devices")} of ${most} that are allowed`,
  thisDevice: "This device",
  online: "In use now",
  lastSeen: (time: string) => `Last seen ${within(time)}`,
  notSeen: "Not seen here yet",
  since: (time: string) => `since ${within(time)}`,
  rename: "Rename",
  deviceName: "Name of the device",
  save: "Save",
  cancel: "Cancel",
  shutOut: "Shut out",
  shutOutSure: (name: string) =>
    `Shut out “${name}”? It is signed out within seconds and receives nothing more. What is already stored on it stays there: if it is lost or stolen, tell your nodal officer too.`,
  shutOutDone: (name: string) => `“${name}” is shut out.`,
  shutOutOnes: (count: number) => n(count, "# device that was shut out", "# devices that were shut out"),
  linkDevice: "Link a device",
  linkDeviceHint: "Let another phone or computer of yours in",

  // what happened to one's own access
  invitationAsked: (time: string) =>
    `An administrator made an invitation in your name. From ${within(time)} on a new device gets in with it, and reads what you read.`,
  stopIt: "Stop it",
  askedByMe: "It was me",
  invitationStopped: "Stopped. Nobody gets in with it.",
  invitationAllowed: "The invitation is good now.",

  // ways
  ways: "Ways of signing in",
  passkeys: "Passkeys",
  noPasskey: "None yet. A passkey lets you in with fingerprint, face or screen lock, and cannot be copied or guessed.",
  passkeyMade: (time: string) => `Made ${within(time)}`,
  passkeyUsed: (time: string) => `last used ${within(time)}`,
  addPasskey: "Add a passkey",
  passkeyAdded: "The passkey is ready.",
  passkeyStopped: "No passkey was made. Try again when you are ready.",
  passkeyThere: "This device has a passkey of yours already.",
  remove: "Remove",
  removePasskeySure: (name: string) => `Remove the passkey “${name}”? It will no longer let you in.`,
  pin: "PIN and authenticator",
  pinSet: "Set up",
  pinUnset: "Not set up. For browsers without passkeys.",
  setUp: "Set up",
  change: "Change",
  removePinSure: "Remove PIN and authenticator? They will no longer let you in.",
  recovery: "Recovery codes",
  recoveryLeft: (count: number) =>
    count ? n(count, "# code is left", "# codes are left") : "None. They help when everything else is lost.",
  newCodes: "Make new codes",
  newCodesSure: "Make new codes? The codes that you have now stop working.",
  oidc: "Your ministry account lets you in as well.",
  done: "Done",

  // a change is proven
  proveTitle: "Is it you?",
  proveHint: "Before devices and ways of signing in are changed, show once more that it is you.",
  provePin: "Your PIN",
  prove: "Go on",
  unproven: "Nothing was changed: it was not proven that it is you.",

  // what another device changed
  changed: (what: Change["what"], did: Change["did"], device: string, time: string) => {
    if (what === "device")
      return did === "came"
        ? `${device} came in as a device of yours, ${within(time)}.`
        : `A device of yours was shut out on ${device}, ${within(time)}.`;
    const thing = { passkey: "A passkey was", pin: "PIN and authenticator were", recovery: "New recovery codes were" };
    const done =
      did === "forgotten" ? "removed" : did === "changed" ? "changed" : what === "passkey" ? "added" : "made";
    return `${thing[what]} ${done} on ${device}, ${within(time)}.`;
  },
  moreChanged: (count: number) => n(count, "There is # more change.", "There are # more changes."),
  notYou: "Was this not you?",
  lookAtDevices: "Look at devices",
  itWasMe: "It was me",

  // setting up a PIN
  pinTitle: "PIN and authenticator",
  pinScan: "Scan this with the authenticator app on your phone",
  pinType: "Or type this key into it",
  pinOpen: "Open the authenticator on this phone",
  pinQr: "QR code for your authenticator app",
  pinChoose: "Choose a PIN",
  pinHint: "6 to 12 digits. No row such as 123456, no date, no number of yours.",
  pinAgain: "The same PIN again",
  pinCode: "Code that the app shows now",
  pinShort: "A PIN has 6 to 12 digits.",
  pinDiffers: "The two PINs are not the same.",
  pinRefused: "The PIN is too easy to guess, or the code is not the one that the app shows now.",
  pinLate: "This took too long. Scan the new code above, and enter what the app shows then.",
  codeShort: "The code has six digits.",
  copy: "Copy",
  copied: "Copied.",

  // recovery codes
  codesTitle: "Recovery codes",
  codesHint: "Each code lets you in once, should your devices and everything else be lost. They are shown only now.",
  download: "Save as a file",
  print: "Print",
  codesFile: "Beep recovery codes",
  codesFileHint: "Each code works once. Keep them locked away; whoever has one can sign in as you.",
  codesKept: "I have kept these codes in a safe place",

  // protecting the way back in
  protect: "Protect your way back in",
  protectWhy: "You are signed in on this device. Should it be lost or replaced, this is how you come in again.",
  protectPasskey: "Make a passkey",
  protectPasskeyHint: "Your fingerprint, face or screen lock; nothing to remember.",
  recommended: "Recommended",
  protectPinHint: "A PIN of yours, and a code from an app on your phone.",
  later: "Later",
  laterHint: "You find this under Settings at any time.",
  protected: "Your way back in is protected",
  protectedHint: "You can change it under Settings, “Devices and sign-in”.",
  goOn: "Go on to Beep",

  // linking a device
  linkTitle: "Link a device",
  linkScan: "Scan this with the other device’s camera",
  linkQr: "QR code that opens Beep on your other device",
  linkType: (address: string) => `Or open ${address} there, choose “Another device of yours” and enter this code`,
  linkWaiting: "Waiting for the other device…",
  linkValid: (minutes: number) => n(minutes, "The code is good for # minute.", "The code is good for # minutes."),
  linkOver: "This code is no longer good.",
  linkNew: "Make a new code",
  linkYou: "Is this you?",
  linkLabel: (label: string) => `${label} asks to be let in as you.`,
  linkCheck: "Allow it only if that device shows the same six digits:",
  allow: "Allow",
  refuse: "Refuse",
  linkDone: (label: string) => `${label} is now a device of yours.`,
  linkRefused: "Refused. Nobody was let in.",
  tooMany: "You have as many devices as are allowed. Shut one out first.",
};

export type SecurityWords = typeof en;
