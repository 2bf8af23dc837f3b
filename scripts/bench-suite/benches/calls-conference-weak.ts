import type { Page } from "playwright-core";
import { firstAddress } from "../../../server/config.ts";
import { personId } from "../../../server/ops/seed-people.ts";
import { BrowserHouse } from "../../../server/testing/browser-house.ts";
import { heardBetween } from "../../../server/testing/calls-voices.ts";
import { MediaLines, prepareForCalls, readCall, withModel } from "../../../server/testing/calls-probe.ts";
import { type Bench, figure, median, short } from "../report.ts";
import { until } from "../system.ts";

const WEAK = { loss: 0.03, kbps: 64, delay: 150 };
const CLEAR = { loss: 0, kbps: 0, delay: 0 };
const NAMES = ["weak", "other"];

interface Sample {
  /** milliseconds from the second one's joining until each hears the other, and until the picture is given up */
  sound: number[];
  gaveUp: number;
  /** of each voice, in the first ten seconds of its sound and in those after the picture is given up */
  first: number[];
  after: number[];
  kbps: number[];
  /** milliseconds from healing until the picture is back */
  back: number;
}

async function call(lines: MediaLines, pages: readonly Page[]): Promise<Sample> {
  const [weak, other] = pages as [Page, Page];
  const room = await withModel(
    weak,
    (model, other) => model.createRoom({ kind: "group", name: "Weak", history: "all", members: [other] }),
    personId("nadia"),
  );
  const has = (test: "rooms" | "heads") => () =>
    withModel(
      other,
      (model, { room, test }) =>
        test === "heads"
          ? (model.calls?.heads.value.has(room) ?? false)
          : model.rooms.value.some(({ id, elsewhere }) => id === room && !elsewhere),
      { room, test },
    );
  await until("the room is everywhere", 30, has("rooms"));
  await lines.set(WEAK);
  const choice = { mic: true, camera: true };
  await withModel(
    weak,
    (model, { room, choice }) => model.calls?.begin(room, { ...choice, kind: "call", media: "video", lobby: false }),
    { room, choice },
  );
  await until("the call is known", 30, has("heads"));
  const at = performance.now();
  await withModel(other, (model, { room, choice }) => model.calls?.join(room, choice), { room, choice });
  const readings = () => Promise.all(pages.map(readCall));
  const sound = await Promise.all(
    pages.map(async (page) => {
      await until(
        "sound",
        30,
        async () => (await readCall(page))?.stats?.received.some(({ energy }) => energy > 0) ?? false,
      );
      return performance.now() - at;
    }),
  );
  const begun = await readings();
  const firstAt = performance.now();
  await until("the picture is given up", 30, async () => (await readCall(weak))?.ladder.step === "audio");
  const gaveUp = performance.now() - at;
  await Bun.sleep(Math.max(0, firstAt + 10_000 - performance.now()));
  const first = await readings();
  await Bun.sleep(10_000);
  const later = await readings();
  const after = heardBetween(NAMES, first, later, 10_000);
  await lines.set(CLEAR);
  const healed = performance.now();
  await until("the picture is back", 60, async () => (await readCall(weak))?.ladder.step !== "audio");
  const back = performance.now() - healed;
  for (const page of pages) await withModel(page, (model) => model.calls?.current.value?.leave(), null);
  return {
    ...{ sound, gaveUp, back },
    first: heardBetween(NAMES, begun, first, 10_000).map(({ concealed }) => concealed),
    after: after.map(({ concealed }) => concealed),
    kbps: after.map(({ kbps }) => kbps),
  };
}

export const weak: Bench = async ({ runs }) => {
  const samples: Sample[] = [];
  for (let run = 0; run < Math.min(runs, 3); run++) {
    const house = await BrowserHouse.open(["is", "pb"], { calls: true });
    const lines = new MediaLines(firstAddress() as string);
    try {
      const pages: Page[] = [];
      for (const who of ["ayesha", "nadia"] as const) {
        const prepare = async (page: Page) => {
          await prepareForCalls(page);
          if (who === "ayesha") await lines.before(page);
        };
        pages.push((await house.seat(who, "chromium", { width: 640, height: 480, prepare })).page);
      }
      samples.push(await call(lines, pages));
    } finally {
      await lines.stop();
      await house.close();
    }
  }
  const all = (pick: (sample: Sample) => number[]) => samples.flatMap(pick);
  const shares = (pick: (sample: Sample) => number[]) => all(pick).map((share) => share * 100);
  return {
    name: "weak",
    title: "a call on a weak line",
    method:
      "Two browsers in two provinces, one on a line of 64 kb/s, 300 ms there and back, 3% of the packets lost each way. What is made up for lost sound is told by the browsers, silence not counted; the fake voice beeps once a second.",
    rows: [
      {
        what: "from joining until one hears the other",
        figure: figure(
          all(({ sound }) => sound),
          " ms",
        ),
      },
      {
        what: "from joining until the picture is given up",
        figure: figure(
          all(({ gaveUp }) => [gaveUp]),
          " ms",
        ),
      },
      {
        what: "of the sound made up, in the first ten seconds",
        figure: figure(
          shares(({ first }) => first),
          "%",
        ),
      },
      {
        what: "of the sound made up, in the ten seconds after",
        figure: figure(
          shares(({ after }) => after),
          "%",
        ),
        target: "≤ 5%",
        met: median(shares(({ after }) => after)) <= 5,
      },
      { what: "a voice then, without headers", figure: `${short(median(all(({ kbps }) => kbps)))} kb/s` },
      {
        what: "from healing until the picture is back",
        figure: figure(
          all(({ back }) => [back]),
          " ms",
        ),
      },
    ],
    samples,
  };
};
