import { headText, witnessText } from "#protocol/audit";
import { provinceKeyText } from "#protocol/directory";
import { mintId, type Province } from "#protocol/ids";
import { type Order, type OrderAct, orderHash, orderText } from "#protocol/order";
import { openSigner } from "../../../auth/province-key.ts";
import type { Field } from "../field.ts";
import type { DeviceKey } from "../key.ts";
import { WHO } from "../people.ts";

/** Something that the hostile province writes into its part of the directory. Whatever it would put bears the canary. */
export interface Lie {
  name: string;
  canary: string;
  bodies: unknown[];
  /** it is the province's own to say: the control */
  true?: boolean;
}

/** Keys, heads and witnesses in the name of others. */
export function keys(field: Field): Lie[] {
  const { hostile, here, there } = field;
  const stranger = openSigner(new Map());
  const root = () => Array.from({ length: 64 }, () => Math.floor(field.random() * 16).toString(16)).join("");
  const key = { province: here, key: stranger.key };
  const rolled = { province: hostile.province, key: openSigner(new Map()).key };
  const head = (province: Province) => {
    const content = { province, size: 1_000, root: root(), at: Date.now() };
    return { ...content, from: 0, proof: [], signature: hostile.signer.sign(headText(content)) };
  };
  const witness = () => {
    const content = { witness: there, province: here, size: 9, root: root(), at: Date.now() };
    return { ...content, signature: hostile.signer.sign(witnessText(content)) };
  };
  const [a, w] = [head(here), witness()];
  return [
    {
      ...{ name: "another's key", canary: key.key },
      bodies: [{ key: { ...key, signature: stranger.sign(provinceKeyText(key)) } }],
    },
    {
      ...{ name: "its own key by a stranger's hand", canary: rolled.key },
      bodies: [{ key: { ...rolled, signature: stranger.sign(provinceKeyText(rolled)) } }],
    },
    { name: "a head of another's audit log", canary: a.root, bodies: [{ head: a }] },
    { name: "another's witness", canary: w.root, bodies: [{ witness: w }] },
  ];
}

/** Orders that its own rules say need another hand, and others' orders under its name. */
export async function orders(field: Field): Promise<Lie[]> {
  const { hostile, here } = field;
  const self = hostile.province;
  const signed = async (by: string, device: DeviceKey, as: DeviceKey, act: OrderAct): Promise<Order> => {
    const order = { id: mintId(Date.now()), at: Date.now(), person: by, device: as.id, act };
    return { ...order, signature: await device.sign(orderText(order)) };
  };
  const [e, e2] = [field.person(self, WHO.clerk), field.person(self, WHO.second)];
  const [own, other] = [field.keyOf(e), field.keyOf(e2)];
  const [plain, admin] = [field.person(self, WHO.holder), field.person(here, WHO.clerk)];
  const theirs = field.keyOf(admin);
  const grant = (id: string): OrderAct => ({
    do: "grant",
    grant: { id, person: plain.id, role: "provincial", scope: { province: self }, from: 0, to: null },
  });
  const put = (id: string, province: Province): OrderAct => ({
    do: "put",
    entries: [{ unit: { id, province, parent: null, kind: "office", name: { en: id, ur: id } } }],
  });
  const lies: Lie[] = [];
  const add = async (name: string, make: (canary: string) => Promise<unknown>) => {
    const canary = field.canary();
    lies.push({ name, canary, bodies: [{ order: await make(canary) }] });
  };
  const twice = async (canary: string, yes: (order: Order) => Promise<Order>) => {
    const order = await signed(e.id, own, own, grant(canary));
    return { ...order, second: await yes(order) };
  };
  await add("a role by one hand", (canary) => signed(e.id, own, own, grant(canary)));
  await add("a role approved without its words", (canary) =>
    twice(canary, ({ id }) => signed(e2.id, other, other, { do: "approve", order: id })),
  );
  await add("a role approved under other words", (canary) =>
    twice(canary, async ({ id }) => {
      const text = await orderHash(await signed(e.id, own, own, grant("another")));
      return signed(e2.id, other, other, { do: "approve", order: id, text });
    }),
  );
  await add("a role approved by who ordered it", (canary) =>
    twice(canary, async (order) =>
      signed(e.id, own, own, { do: "approve", order: order.id, text: await orderHash(order) }),
    ),
  );
  await add("an order in another administrator's name", (canary) => signed(admin.id, own, theirs, put(canary, here)));
  await add("another administrator's true order", (canary) => signed(admin.id, theirs, theirs, put(canary, here)));
  await add("another administrator's true order for itself", (canary) =>
    signed(admin.id, theirs, theirs, put(canary, self)),
  );
  await add("its own administrator's order for another", (canary) => signed(e.id, own, own, put(canary, here)));
  return lies;
}
