import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { randomOf } from "../testing/fleet-schedule.ts";
import { newKey, post } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";
import { whence, WhenceBuckets } from "./whence.ts";

const hex = (n: number) => n.toString(16);

/** The same IPv6 address as people, sockets and proxies write it. */
function spellings(groups: readonly number[]): string[] {
  const plain = groups.map(hex).join(":");
  const padded = groups.map((group) => hex(group).padStart(4, "0")).join(":");
  const all = [plain, padded, padded.toUpperCase(), `[${plain}]`, `[${plain}]:443`, `${plain}%eth0`];
  for (let from = 0; from < 8; from++)
    for (let to = from + 1; to <= 8; to++)
      if (groups.slice(from, to).every((group) => group === 0))
        all.push(`${groups.slice(0, from).map(hex).join(":")}::${groups.slice(to).map(hex).join(":")}`);
  return all;
}

test("an address is of one host and one net in whatever spelling it comes, and its neighbours are of the same (R171)", () => {
  const random = randomOf(7);
  const some = (most: number) => Math.floor(random() * most);
  for (let i = 0; i < 300; i++) {
    const [a, b, c, d] = [1 + some(223), some(256), some(256), some(256)] as const;
    const ipv4 = `${a}.${b}.${c}.${d}`;
    const mapped = `::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
    for (const text of [ipv4, `${ipv4}:5060`, `::ffff:${ipv4}`, `::FFFF:${ipv4}`, mapped, `0:0:0:0:0:ffff:${ipv4}`])
      expect([text, whence(text)]).toEqual([text, { host: ipv4, net: `${a}.${b}.${c}.0/24` }]);
    expect(whence(`${a}.${b}.${c}.${(d + 1) % 256}`).net).toBe(`${a}.${b}.${c}.0/24`);
    const groups = Array.from({ length: 8 }, (_, at) => (at > 0 && random() < 0.4 ? 0 : some(0x10000)));
    groups[0] = 0x2000 + some(0x1000);
    const expected = {
      host: `${groups.slice(0, 4).map(hex).join(":")}::/64`,
      net: `${groups.slice(0, 3).map(hex).join(":")}::/48`,
    };
    for (const text of spellings(groups)) expect([text, whence(text)]).toEqual([text, expected]);
    const neighbour = [...groups.slice(0, 4), some(0x10000), some(0x10000), some(0x10000), some(0x10000)];
    expect(whence(neighbour.map(hex).join(":"))).toEqual(expected);
  }
});

test("what is no address is of a host of its own, in one net with all that are none (R171)", () => {
  for (const text of [
    "",
    "unknown",
    "_hidden",
    "1.2.3",
    "1:2:3",
    "::1::2",
    "g::1",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    ":::",
  ])
    expect(whence(text)).toEqual({ host: text, net: "other" });
  expect(whence("x".repeat(5000)).host).toHaveLength(64);
});

test("a net may do four times what a host may, and what it is refused costs the host nothing (R171)", () => {
  const buckets = new WhenceBuckets({ burst: 3, perSecond: 0.001 }, () => 0);
  const taken = (address: string) => buckets.take(address) === 0;
  expect([1, 2, 3, 4].map(() => taken("10.0.0.1"))).toEqual([true, true, true, false]);
  for (const last of [2, 3]) for (let i = 0; i < 3; i++) expect(taken(`10.0.0.${last}`)).toBe(true);
  expect([1, 2, 3, 4].map(() => taken("10.0.0.4"))).toEqual([true, true, true, false]);
  expect(taken("10.0.0.5")).toBe(false);
  expect(taken("10.0.1.5")).toBe(true);
  buckets.giveBack("10.0.0.4");
  expect(taken("10.0.0.5")).toBe(true);
});

const node = nodeForFile({ behindProxy: true });

/** Strangers: of one line, of one rented block, of lines all over the world. */
const CROWDS: Record<string, (i: number) => string> = {
  "one /64": (i) => `2001:db8:1:3::${hex(i)}`,
  "one /48": (i) => `2001:db8:2:${hex(i)}::1`,
  "one /24": (i) => `198.51.100.${i % 256}`,
  "the whole world": (i) => `${1 + (i % 200)}.${i >> 3}.7.1`,
};

test("however many guess, and from wherever, a right code from elsewhere is taken (R25, R171)", async () => {
  const { key } = await newKey();
  const guesses: [string, Record<string, string>][] = [
    ["/v1/link", { code: "AAAAAAAA" }],
    ["/v1/enrol", { code: "AAAA-AAAA-AA" }],
    ["/v1/recovery/in", { name: "9999", code: "AAAA-AAAA-AA" }],
    ["/v1/passkey/in", { session: "none", response: "{}" }],
    ["/v1/oidc/in", { session: "none", keep: "x".repeat(40) }],
  ];
  let guessed = 0;
  for (const [crowd, address] of Object.entries(CROWDS)) {
    const statuses = new Set<number>();
    for (let i = 0; i < 330; i++) {
      const [route, secret] = guesses[i % (i < 300 ? 2 : guesses.length)] as [string, Record<string, string>];
      const from = { "x-forwarded-for": address(i) };
      const answer = await post(`${node.url}${route}`, { ...secret, key, label: "x" }, from);
      statuses.add(answer.status);
      guessed++;
      await answer.arrayBuffer();
    }
    // Those who sit together are soon told to wait.
    expect([crowd, statuses.has(429)]).toEqual([crowd, crowd !== "the whole world"]);
    const person = await node.person(mintId(Date.now()));
    const code = await node.services.enrolment.issueCode(person.id, 600_000);
    const honest = { "x-forwarded-for": `203.0.${guessed % 256}.9` };
    const answer = await post(`${node.url}/v1/enrol`, { code, key: (await newKey()).key, label: "phone" }, honest);
    expect([crowd, answer.status]).toEqual([crowd, 200]);
  }
});
