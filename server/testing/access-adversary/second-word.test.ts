import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { type Order, orderHash } from "#protocol/order";
import { judgeOrder } from "../../domain/administration/rights.ts";
import { grantOf, NOW, personOf, WorldUnderTest } from "../../domain/administration/world-under-test.ts";

function open() {
  const at = new WorldUnderTest();
  for (const name of ["prov", "prov2"]) at.enter(personOf(name), grantOf(name, "provincial", { province: "pb" }));
  const id = mintId(NOW);
  const shown = at.order("prov", { do: "export", what: "people" }, { id });
  const grant = grantOf("clerk", "provincial", { province: "pb" });
  const other = at.order("prov", { do: "grant", grant }, { id });
  const word = async (on: Order) => at.order("prov2", { do: "approve", order: id, text: await orderHash(on) });
  return { world: at.world, shown, other, word };
}

test("a second word counts for the very order that its giver saw, and for no other one of its id", async () => {
  const { world, shown, other, word } = open();
  const second = await word(shown);
  expect(judgeOrder({ ...shown, second }, world).is).toBe("sound");
  expect(judgeOrder({ ...other, second }, world).is).toBe("refused");
  expect(judgeOrder({ ...other, second: await word(other) }, world).is).toBe("sound");
});

test("the hash cannot be taken out of a word, nor changed in it", async () => {
  const { world, shown, other, word } = open();
  const second = await word(shown);
  const { text: _, ...bare } = second.act as { do: "approve"; order: string; text: string };
  for (const act of [bare, { ...bare, text: await orderHash(other) }])
    expect(judgeOrder({ ...other, second: { ...second, act } }, world).is).toBe("refused");
});
