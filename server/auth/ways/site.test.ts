import { expect, test } from "bun:test";
import { siteOf } from "./site.ts";

test("passkeys are for the host name of the province's own nodes (R141)", () => {
  expect(siteOf(["https://beep.is.example", "https://two.beep.is.example", "https://other.example"])).toEqual({
    id: "beep.is.example",
    origins: ["https://beep.is.example", "https://two.beep.is.example"],
  });
  expect(siteOf(["http://localhost:7100", "https://beep.is.example:8443"])).toEqual({
    id: "beep.is.example",
    origins: ["https://beep.is.example:8443"],
  });
});

test("on the loopback they are for localhost, whatever the node calls itself (R141)", () => {
  for (const node of ["http://127.0.0.1:7100", "http://localhost:7100", "http://[::1]:7100"])
    expect(siteOf([node])).toEqual({ id: "localhost", origins: ["http://localhost:7100"] });
});

test("no browser makes any for an address, or over http (R141)", () => {
  for (const node of ["http://10.0.0.5:7100", "https://10.0.0.5", "https://[2001:db8::1]", "http://beep.is.example"])
    expect(siteOf([node])).toBeUndefined();
  expect(siteOf([])).toBeUndefined();
});
