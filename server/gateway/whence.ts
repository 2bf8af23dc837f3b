import type { Now } from "../domain/clock.ts";
import { Buckets, type Rate } from "./limits.ts";

/**
 * Where a request comes from, at two widths. Whoever has one IPv6 line has 2^64 addresses of it, and one who rents
 * addresses gets neighbouring ones: a limit for each address alone is none to them.
 */
export interface Whence {
  /** an IPv4 address, or the /64 of an IPv6 address */
  host: string;
  /** the /24 of an IPv4 address, or the /48 of an IPv6 address */
  net: string;
}

/** A net may do so many times what a host may. */
export const NET_FACTOR = 4;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** @param address as the socket or a proxy tells it: in any spelling, with a port or without */
export function whence(address: string): Whence {
  const bare = /^\[([^\]]*)\]/.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d+$/, "$1");
  const groups = groupsOf(bare.replace(/%.*$/, "").toLowerCase());
  if (IPV4.test(bare)) return ofIpv4(bare);
  if (!groups) return { host: address.slice(0, 64), net: "other" };
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  // An IPv4 address as a socket of both kinds sees it (::ffff:a.b.c.d).
  if (a + b + c + d + e === 0 && f === 0xffff) return ofIpv4([g >> 8, g & 255, h >> 8, h & 255].join("."));
  const hex = (some: number[]) => some.map((group) => group.toString(16)).join(":");
  return { host: `${hex([a, b, c, d])}::/64`, net: `${hex([a, b, c])}::/48` };
}

const ofIpv4 = (address: string): Whence => {
  const [a, b, c, d] = address.split(".").map(Number);
  return { host: [a, b, c, d].join("."), net: `${[a, b, c].join(".")}.0/24` };
};

/** The eight groups of an IPv6 address; undefined where it is none. */
function groupsOf(text: string): number[] | undefined {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = (high: unknown, low: unknown) => (Number(high) * 256 + Number(low)).toString(16);
  const plain = dotted ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}` : text;
  const halves = plain.split("::");
  if (halves.length > 2 || !plain.includes(":")) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  return all.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}

/** What a host may do, and its net: strangers next door share one bound, those elsewhere have their own. */
export class WhenceBuckets {
  private readonly hosts: Buckets;
  private readonly nets: Buckets;

  constructor(rate: Rate, now: Now) {
    this.hosts = new Buckets(rate, now);
    this.nets = new Buckets({ burst: rate.burst * NET_FACTOR, perSecond: rate.perSecond * NET_FACTOR }, now);
  }

  /** Milliseconds to wait, 0 when it may be done. */
  take(address: string): number {
    const { host, net } = whence(address);
    const wait = this.hosts.take(host);
    if (wait > 0) return wait;
    const netWait = this.nets.take(net);
    if (netWait > 0) this.hosts.giveBack(host);
    return netWait;
  }

  giveBack(address: string): void {
    const { host, net } = whence(address);
    this.hosts.giveBack(host);
    this.nets.giveBack(net);
  }
}
