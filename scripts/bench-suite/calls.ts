import { mintId } from "#protocol/ids";
import { janusPid } from "../../server/ops/fleet-janus.ts";
import { CallSeat } from "../../server/testing/calls-seat.ts";
import type { MediaPage, Sending } from "../../server/testing/calls-page.ts";
import { startRaw } from "./limits/janus.ts";
import type { CallHouse } from "./calls-house.ts";
import { until } from "./system.ts";

/** A way into a media server for the same pages: Janus by itself, or a call through a node. */
export interface Way {
  name: string;
  /** the media server */
  gateway: number;
  /** the processes beside it that take part */
  others: number[];
  /** Begins to send; settles when the server has it. */
  send(page: MediaPage, what: Sending): Promise<void>;
  /** One more who receives all that is sent; answers how long the first packet took, milliseconds. */
  receive(page: MediaPage): Promise<number>;
  stop(): Promise<void>;
}

export async function rawWay(dir: string): Promise<Way> {
  const janus = await startRaw(dir);
  const feeds: string[] = [];
  let count = 0;
  return {
    name: "Janus by itself",
    gateway: janus.pid,
    others: [],
    async send(page, what) {
      const feed = `feed${feeds.length}`;
      const { sdp } = await page.send(feed, what);
      await page.sent(feed, await janus.publish(feed, sdp));
      await carried(page, feed, "sent");
      feeds.push(feed);
    },
    async receive(page) {
      const peer = `receiver${count++}`;
      const at = performance.now();
      const offer = await janus.subscribe(feeds);
      await offer.answer(await page.receive(peer, offer.sdp));
      await carried(page, peer, "received");
      return performance.now() - at;
    },
    stop: () => janus.stop(),
  };
}

/** Everybody in one room of one province; who receives sends nothing. */
export async function beepWay(house: CallHouse): Promise<Way> {
  const [site] = house.fleet.sites as [(typeof house.fleet.sites)[number]];
  const seats: CallSeat[] = [];
  const sit = async (page: MediaPage, what: Sending, wants: boolean) => {
    const seat = await CallSeat.open(site.url, house.code(seats.length), house.room, page, what, () => wants);
    seats.push(seat);
    return seat;
  };
  const id = mintId(Date.now());
  return {
    name: "Beep",
    gateway: janusPid(site.data) as number,
    others: [site.node.pid as number],
    async send(page, what) {
      const seat = await sit(page, what, false);
      await seat.begin(id);
      await carried(page, `${seat.id}.${seat.life}.send`, "sent");
      const tracks = Number(what.audio) + Number(what.video);
      await until("the gateway has it", 15, () => seat.seats.get(seat.id as string)?.sends.length === tracks);
    },
    async receive(page) {
      const seat = await sit(page, { audio: false, video: false }, true);
      const at = performance.now();
      await seat.join();
      await carried(page, `${seat.id}.${seat.life}.receive`, "received");
      return performance.now() - at;
    },
    async stop() {
      for (const seat of seats) seat.close();
    },
  };
}

/** Waits until a connection of the page has carried a packet. */
async function carried(page: MediaPage, peer: string, way: "sent" | "received"): Promise<void> {
  await until(`${peer} has ${way} something`, 15, async () => {
    const stats = await page.stats();
    return stats[way].some((one) => one.peer === peer && one.packets > 0);
  });
}
