import { expect, test } from "bun:test";
import { without } from "./without.ts";

const why = "not yours";

test("what would be refused is left out, and nothing else", () => {
  expect(without({ do: "state", people: ["a", "b"], state: "removed" }, [{ id: "a", why }])).toEqual({
    do: "state",
    people: ["b"],
    state: "removed",
  });
  expect(without({ do: "revoke", devices: ["a"] }, [{ id: "a", why }])).toBeNull();
});

test("where the act itself is refused, and nothing in its list, nothing is left", () => {
  expect(without({ do: "state", people: ["a", "b"], state: "removed" }, [{ id: "me", why }])).toBeNull();
});

test("an order for one thing is not given when that is refused", () => {
  expect(without({ do: "export", what: "people" }, [{ id: "me", why }])).toBeNull();
  expect(without({ do: "export", what: "people" }, [])).toEqual({ do: "export", what: "people" });
});
