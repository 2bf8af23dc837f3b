/** Words of the people of a call, of what hosts may do with them, and of its security. */
export const hosts = {
  // people and moderation
  lobbyWaiting: "In the lobby",
  inCall: "In the call",
  ringing: "Ringing",
  admit: "Let in",
  admitAll: "Let all in",
  refuse: "Refuse",
  muteOne: "Mute",
  askToSpeak: "Ask to unmute",
  lowerHand: "Lower hand",
  remove: "Remove",
  removeSure: (name: string) => `Remove ${name} from the call?`,
  makeCohost: "Make co-host",
  makeMember: "No longer co-host",
  muteAll: "Mute all",
  lowerAll: "Lower all hands",
  lock: "Lock the call",
  lockHint: "Nobody new comes in",
  lobby: "Lobby",
  lobbyHint: "You let each person in",
  hostTools: "For hosts",
  actionsFor: (name: string) => `What to do with ${name}`,
  unseal: "Let in browsers that cannot encrypt",
  unsealHint: "Turns end-to-end encryption off for everyone in this call.",
  unsealSure:
    "From now on this call is no longer encrypted end to end: the government’s own gateways could hear it. Everyone sees this, and it cannot be turned back in this call. Do not discuss anything secret.",
  unsealYes: "Turn encryption off",

  // security
  security: "Security of this call",
  seal: {
    sealed: "End-to-end encrypted",
    sealing: "Encryption is being set up",
    impossible: "This browser cannot encrypt end to end",
    open: "Not encrypted end to end",
    asked: "Only this device encrypts",
  },
  sealHint: {
    sealed: "Only the devices in this call can see and hear it. No gateway, node or administrator can.",
    sealing: "The devices are exchanging keys. Nothing is sent until they have them.",
    impossible:
      "Others are not shown to you. A host may let this browser in, and the call is then not encrypted end to end for anyone. A newer browser helps.",
    open: "A host let in a browser that cannot encrypt. The government’s own gateways could hear this call. Do not discuss anything secret.",
    asked: "A host turned encryption off for this call. This device encrypts until you say yes.",
  },
  clearAsked: (name: string) =>
    `${name} turned end-to-end encryption off for this call. This device goes on encrypting, so you may not hear the others, nor they you. If you go on without encryption, the government’s own gateways could hear you.`,
  clearYes: "Go on without encryption",
  securityCode: "Security code",
  codeHow:
    "Read these numbers to one another aloud. If all of you see the same, nobody stands between you. They change when someone comes or goes.",
  codeGroup: (i: number) => `Group ${i}`,
  codeLater: "The code appears when the keys are there.",
};

export type HostWords = typeof hosts;
