import type { Page } from "playwright-core";
import { BrowserHouse } from "../../../server/testing/browser-house.ts";
import { prepareForCalls, readCall, withModel } from "../../../server/testing/calls-probe.ts";
import { personId } from "../../../server/ops/seed-people.ts";
import { type Bench, figure, median } from "../report.ts";
import { until } from "../system.ts";

/** IPv4 and UDP, and SRTP's tag: what a packet has beside RTP's own head and payload. */
const PER_PACKET = 28 + 10;

/** Runs in the page: keeps its connections where `wire` finds them. */
function keepConnections(): void {
  const kept: RTCPeerConnection[] = [];
  const Original = RTCPeerConnection;
  Object.assign(globalThis, {
    connections: kept,
    RTCPeerConnection: new Proxy(Original, {
      construct(target, given) {
        const made = new target(...(given as []));
        kept.push(made);
        return made;
      },
    }),
  });
}

/** Bytes of sound sent so far, as they are on the wire. */
const wire = (page: Page): Promise<number> =>
  page.evaluate(async (perPacket) => {
    let bytes = 0;
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    for (const connection of connections)
      for (const stat of (await connection.getStats()).values())
        if (stat.type === "outbound-rtp" && stat.kind === "audio")
          bytes += stat.bytesSent + stat.headerBytesSent + stat.packetsSent * perPacket;
    return bytes;
  }, PER_PACKET);

export const voice: Bench = async ({ quick, runs }) => {
  const house = await BrowserHouse.open(["is"], { calls: true });
  try {
    const prepare = async (page: Page) => {
      await prepareForCalls(page);
      await page.addInitScript(`(${keepConnections})()`);
    };
    const pages: Page[] = [];
    for (const who of ["ayesha", "bilal"] as const) pages.push((await house.seat(who, "chromium", { prepare })).page);
    const [ayesha, bilal] = pages as [Page, Page];
    const room = await withModel(
      ayesha,
      (model, other) => model.rooms.value.find((one) => one.other === other)?.id ?? "",
      personId("bilal"),
    );
    const choice = { mic: true, camera: false };
    await withModel(
      ayesha,
      (model, { room, choice }) => model.calls?.begin(room, { ...choice, kind: "call", media: "audio", lobby: false }),
      { room, choice },
    );
    await until("it rings", 10, () =>
      withModel(bilal, (model, room) => model.calls?.heads.value.has(room) ?? false, room),
    );
    await withModel(bilal, (model, { room, choice }) => model.calls?.join(room, choice), { room, choice });
    const talking = async () => (await readCall(ayesha))?.stats?.received.some(({ energy }) => energy > 0) ?? false;
    await until("they talk", 20, talking);
    const sample = async () => {
      const at = performance.now();
      const before = await wire(ayesha);
      await Bun.sleep(quick ? 4000 : 8000);
      return (((await wire(ayesha)) - before) * 8) / (performance.now() - at);
    };
    const series = async () => {
      await Bun.sleep(3000);
      const taken: number[] = [];
      while (taken.length < runs) taken.push(await sample());
      return taken;
    };
    const usual = await series();
    await withModel(ayesha, (model) => model.calls?.current.value?.saving(true), null);
    const saving = await series();
    return {
      name: "voice",
      title: "a voice on the wire",
      method:
        "Two browsers in an audio call, sealed end to end; the fake microphone beeps once a second and is silent between. RTP, SRTP, UDP and IPv4 counted, one way. Without calls of ours, the same beeps by the browser's own choice are in `calls`.",
      rows: [
        { what: "sealed, as usual", figure: figure(usual, " kb/s") },
        {
          what: "sealed, with the data saver",
          figure: figure(saving, " kb/s"),
          target: "≤ 20 kb/s",
          met: median(saving) <= 20,
        },
      ],
      samples: { usual, saving },
    };
  } finally {
    await house.close();
  }
};
