import { changeText } from "#protocol/change";
import type { DeviceId } from "#protocol/ids";
import type { SelfAct } from "#protocol/self";
import { type ClientUnderTest, sign } from "../../gateway/client-under-test.ts";
import type { Deed, Message } from "./deeds.ts";
import type { World } from "./world.ts";

/** They are of this province, and may change their own ways of signing in: with a proof that holds. */
const OWN = ["nobody", "nodal", "auditor", "custodian", "former", "citizen", "second"] as const;

/** Changes that are their own, sound but for their proof. */
const CHANGES: readonly SelfAct[] = [
  { do: "recovery" },
  { do: "forget", way: "pin" },
  { do: "pin-made", pin: "493817", totp: "123456" },
  { do: "passkey-made", response: { id: "x", response: {} }, label: "x" },
  { do: "link-let", code: "ABCDEFGH", signature: "A".repeat(88) },
];

interface Proven {
  nonce: string;
  /** what was signed, and by whom */
  act: SelfAct;
  device: DeviceId;
  origin: string;
  pair: CryptoKeyPair;
}

const proof = async ({ nonce, act, device, origin, pair }: Proven) => ({
  ...{ nonce, origin, signature: await sign(pair, changeText(nonce, device, origin, act)) },
});

const nonceOf = async ({ at: { node } }: World, { person, device }: ClientUnderTest): Promise<string> =>
  (await node.proven.ask({ person: person.id, device, address: "" })).nonce;

const WAYS: Record<string, (world: World, actor: ClientUnderTest, sound: Proven) => unknown> = {
  "without a proof": () => undefined,
  "proven for another change": (_w, _a, sound) => proof({ ...sound, act: { do: "forget", way: { passkey: "other" } } }),
  "proven by another's device": ({ victim }, _a, sound) => proof({ ...sound, pair: victim.pair }),
  "proven in another's name": ({ victim }, _a, sound) => proof({ ...sound, device: victim.device, pair: victim.pair }),
  "proven with another's nonce": async (world, _a, sound) =>
    proof({ ...sound, nonce: await nonceOf(world, world.victim) }),
  "proven for another node": (_w, _a, sound) => proof({ ...sound, origin: "http://evil.example" }),
  "proven for another node, under this one's name": async ({ at }, _a, sound) => ({
    ...(await proof({ ...sound, origin: "http://evil.example" })),
    origin: at.node.url,
  }),
  "proven with a passkey and a PIN that are none": async ({ victim }, _a, sound) => ({
    ...(await proof({ ...sound, pair: victim.pair })),
    passkey: { session: "x".repeat(40), response: "{}" },
    pin: { pin: "493817", totp: "123456" },
  }),
};

/** Who can come in as a person is changed by that person's own hand at this node, for that very change (R127). */
export const PROOF_DEEDS: readonly Deed[] = Object.entries(WAYS).map(([name, make]) => ({
  name: `self ${name}`,
  who: OWN,
  make: async (world, actor): Promise<Message> => {
    const act = CHANGES[Math.floor(Math.random() * CHANGES.length)] as SelfAct;
    const { device, pair } = actor;
    const sound = { nonce: await nonceOf(world, actor), act, device, origin: world.at.node.url, pair };
    const given = await make(world, actor, sound);
    return { t: "self", act, ...(given !== undefined && { proof: given }) };
  },
}));
