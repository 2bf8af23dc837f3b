import { expect, test } from "bun:test";
import { said } from "../locales/admin/ur-said.ts";

test("what a node says is put into Urdu, figures and names kept, and what is not known is left as it is", () => {
  expect(said("This person has left.")).toBe("یہ فرد جا چکا ہے۔");
  expect(said("All of its 50 places are taken.")).toContain("50");
  expect(said('"Trial" comes first and is not open.')).toContain("”Trial“");
  expect(said("2.4% of requests failed; at most 1% may.")).toContain("\u20662.4%\u2069");
  expect(said("Something new.")).toBe("Something new.");
});
