import { plural } from "../plural.ts";

const n = plural("en");

/** Words of coming in; fetched with the sign-in screen. */
export const en = {
  tagline: "Messages between offices, kept on the government’s own machines.",
  signIn: "Sign in",
  signingIn: "Signing in…",
  ways: {
    code: "Invitation",
    passkey: "Passkey",
    pin: "PIN and authenticator",
    recovery: "Recovery code",
    oidc: "Ministry account",
    link: "Another device of yours",
  },
  hints: {
    code: "With the code that your nodal officer gave you",
    passkey: "With this device’s fingerprint, face or screen lock",
    pin: "With your personal number, your PIN and a six-digit code",
    recovery: "With one of the codes that you kept for such a case",
    oidc: "With the account that your office gave you",
    link: "Allow this device on one where you are signed in",
  },
  otherWays: "Other ways to sign in",
  fewerWays: "Hide the other ways",
  missing: "Fill in this field first.",
  refused: {
    code: "This code is not valid, or it has been used already. Check it, or ask your nodal officer for a new one.",
    passkey: "This passkey is not known here. Choose another way to sign in.",
    pin: "These do not match. Check the number, the PIN and the code, and try again.",
    recovery: "These do not match, or the code has been used already.",
    oidc: "The ministry account could not be used for signing in here.",
    link: "This code is not valid any more. Have your other device show a new one.",
  },
  tooMany: (seconds: number) =>
    n(seconds, "Too many attempts. Try again in # second.", "Too many attempts. Try again in # seconds."),
  tooManyDevices:
    "You already have as many devices as are allowed. Shut one out on a device that you still use, or ask your nodal officer.",

  // waiting before the door
  queue: "Many people are signing in just now",
  place: (place: number, seconds: number) =>
    `${place ? n(place, "# person is before you", "# people are before you") : "You are next"}, about ${n(seconds, "# second", "# seconds")}.`,
  queueHint: "Your place is kept. Leave this page open; you come in by yourself.",

  // invitation
  code: "Invitation code",
  codeHint: "The code is on your invitation. It works once, on this device.",
  codeBrought: "The code was taken from your invitation. Press “Sign in” to use it on this device.",

  // passkey
  passkeyUse: "Sign in with a passkey",
  passkeyHint:
    "Your device asks for your fingerprint, your face or your screen lock. Nothing of these leaves the device.",
  passkeyStopped: "The passkey was not used. Try again, or choose another way.",
  passkeyUnfit: "Passkeys do not work at this address. Choose another way.",

  // PIN and authenticator, recovery
  name: "Personal number",
  nameHint: "Or the e-mail address or mobile number of your file",
  pin: "PIN",
  totp: "Six-digit code",
  totpHint: "From the authenticator app on your phone",
  recovery: "Recovery code",
  codesLeft: (count: number) => n(count, "# recovery code is left.", "# recovery codes are left."),
  recoveryHint: "Each code works once. Cross it out on your list.",

  // the ministry's account
  oidcUse: (name: string) => `Sign in with ${name}`,
  oidcHint: "You are taken to its sign-in page, and come back here afterwards.",
  oidcBack: "Finishing the sign-in…",

  // another device
  linkCode: "Code on your other device",
  linkHint: "On a device where you are signed in, open Settings, “Devices and sign-in”, “Link a device”.",
  linkUse: "Ask to be let in",
  linkWaiting: "Waiting for your other device",
  linkCheck: "Your other device shows the same six digits. Allow this device there.",
  linkDifferent: "If the digits differ, refuse there and cancel here.",
  linkRefused: "Your other device did not let this one in.",
  cancel: "Cancel",

  // outside the open wave
  notYet: "It is not your turn yet",
  notYetOn: (day: string, time: string) => `Beep opens for you on ${day} at ${time}, Pakistan time.`,
  notYetSoon: "Beep opens for one group of officials after another. No date has been set for yours yet.",
  meanwhile: "Until then",
  meanwhileKeep: "Keep your invitation. It has not been used.",
  meanwhileNew: "If it expires before that day, your nodal officer gives you a new one.",
  meanwhileWork: "Go on working as before. Nothing is missed: messages to your post are kept for you.",
  again: "Try again",

  // asking for an invitation
  apply: "Ask for an invitation",
  applyHint: "You have no invitation? Ask for one here.",
  fullName: "Full name",
  contact: "E-mail address or mobile number",
  send: "Send",
  applied: "Thank you. If an invitation can be given to you, it will reach you at that address or number.",
  back: "Back",
};

export type EnterWords = typeof en;
