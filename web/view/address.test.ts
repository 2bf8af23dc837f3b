import { expect, test } from "bun:test";
import { parseRoute, showRoute } from "./address.ts";

test("an address says where one is, and back", () => {
  for (const address of [
    "#/",
    "#/r/ab12",
    "#/r/ab12/info",
    "#/r/ab12/detail/ef",
    "#/settings",
    "#/r/ab12/new",
    "#/r/ab12/plan/ef",
  ])
    expect(showRoute(parseRoute(address))).toBe(address);
});

test("what is no address of ours leads to the list", () => {
  expect(parseRoute("#/r/ab12/else")).toEqual({ room: "ab12", panel: null, event: null });
  expect(parseRoute("")).toEqual({ room: null, panel: null, event: null });
});
