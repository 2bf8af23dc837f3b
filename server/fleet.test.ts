import { expect, test } from "bun:test";
import { aloneFleet, readFleet } from "./fleet.ts";

const fleet = (media: unknown) => ({
  provinces: [{ code: "is", name: { en: "Islamabad", ur: "اسلام آباد" }, nodes: ["https://is.example"], media }],
});

test("a province says where its media is, or says nothing of it", () => {
  const stated = fleet({ host: "10.1.0.20", probe: 7300 });
  expect(readFleet(stated)).toEqual(stated as never);
  expect(readFleet(fleet(undefined))).toMatchObject({ provinces: [{ code: "is" }] });
  expect(aloneFleet("is", "http://127.0.0.1:7100").provinces[0]?.media).toBeUndefined();
});

test("media is one host's IPv4 and a port that no system service has", () => {
  for (const host of [
    "",
    "gw.example",
    "::1",
    "10.1.0",
    "10.1.0.256",
    "10.1.0.01",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    7,
  ])
    expect(readFleet(fleet({ host, probe: 7300 }))).toContain('"media" of "is"');
  for (const probe of [undefined, 0, 53, 1023, 65_536, 7300.5, "7300"])
    expect(readFleet(fleet({ host: "10.1.0.20", probe }))).toContain('"media" of "is"');
  expect(readFleet(fleet(null))).toContain('"media" of "is"');
  expect(readFleet(fleet("10.1.0.20:7300"))).toContain('"media" of "is"');
});
