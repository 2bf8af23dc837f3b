import { type DeviceId, mintId } from "#protocol/ids";
import { type Order, type OrderAct, orderHash, orderText } from "#protocol/order";
import { openDesk } from "../../../ops/desk.ts";
import { until } from "../../until.ts";
import type { Attack, Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";
import { DeviceKey } from "../key.ts";

const HOUR = 3_600_000;
const ROUNDS = 5;
/** Odd, and the last before some bound that a node may have. */
const LAST = [255, 65_535, 999_999, 999_999_999, 2 ** 31 - 1, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER];

/** Shuts out devices of others' officials: any province may, so that a lost one is out at once; the home must be able to undo it. */
export const devices: Attack = {
  name: "devices",
  tries: "shuts out others' devices so that their home cannot let them back",
  async run(field) {
    const tried: Tried[] = [];
    for (const [name, turns] of [
      ["once", [1]],
      ["with the largest turn of every size", LAST],
      ["with a turn near one of these", LAST.map((turn) => turn - 2 * Math.floor(1 + field.random() * 3))],
      ["with a turn that is none", [1.5, 1e300, -1, Number.NaN]],
      ["again whenever it is let back", Array.from({ length: ROUNDS }, (_, i) => 2 * i + 1)],
    ] as const) {
      const saw = await shutOut(field, name.startsWith("again"), turns);
      tried.push({ name, succeeded: saw !== "", ...(saw && { saw }) });
    }
    return tried;
  },
};

/** Two administrators of the device's home order it, as a province that has them must (R205). */
async function letBack(field: Field, device: DeviceId): Promise<void> {
  const { here } = field;
  const sign = async (who: number, act: OrderAct): Promise<Order> => {
    const { id } = field.person(here, who);
    const key = field.keyOf(field.person(here, who));
    const order = { id: mintId(Date.now()), at: Date.now(), person: id, device: key.id, act };
    return { ...order, signature: await key.sign(orderText(order)) };
  };
  const say = async (who: number, order: Order) => {
    const { answer } = await field.official(here, who).ask({ t: "order", order }, "ordered");
    return answer;
  };
  const order = await sign(WHO.clerk, { do: "unrevoke", devices: [device] });
  await say(WHO.clerk, order);
  await say(WHO.second, await sign(WHO.second, { do: "approve", order: order.id, text: await orderHash(order) }));
}

/** Words of what is wrong, where the home's last word did not let the device in. */
async function shutOut(field: Field, goesOn: boolean, turns: readonly number[]): Promise<string> {
  const { hostile, here, there } = field;
  const person = field.person(here, WHO.holder);
  const { url, data } = field.site(here);
  const desk = await openDesk(data);
  try {
    const key = await DeviceKey.enrol(url, await desk.code(person.id, HOUR), field.keyOf(person).from);
    const device = { id: key.id, person: person.id, key: key.spki, label: "", revoked: true };
    const isIn = async (at = url) => (await key.ticket(at).catch(() => "")) !== "";
    for (const said of goesOn ? turns.map((turn) => [turn]) : [turns]) {
      await hostile.directory(...said.map((turn) => hostile.issued([{ device: { ...device, turn } }])));
      await field.rooms.caughtUp(here);
      if (!(await isIn())) await letBack(field, key.id);
    }
    if (!(await isIn())) return "its home cannot let it back";
    const isBelieved = () => isIn(field.site(there).url);
    const back = await until(isBelieved, "a device that its home let back").catch(() => undefined);
    return back === undefined ? `its home let it back, and ${there} does not` : "";
  } finally {
    await desk.close();
  }
}
