import type { CallNews, Track } from "#protocol/call";
import type { Chair } from "./chair.ts";
import type { Judging } from "./judging.ts";
import type { Happenings } from "./happenings.ts";
import type { Scene } from "./scene.ts";
import type { CallNewsOf } from "./signalling.ts";

/** Hands what happens to a seat to the part that it concerns. What a host is said to have done counts where that host ordered it. */
export function hearNews(
  news: CallNews,
  chair: Chair,
  scene: Scene,
  happenings: Happenings,
  judging: Judging,
  turnedOff: (track: Track) => void,
  ended: (why: CallNewsOf<"over">["why"], byHost: boolean) => void,
): void {
  const seat = scene.seat.peek();
  const where = (does: "mute" | "ask" | "remove", then: () => void, otherwise: () => void = () => {}) => {
    const of = "track" in news ? { do: does, seat, track: news.track } : { do: does, seat };
    judging.isOrdered("order" in news ? news.order : undefined, of).then(
      (is) => (is ? then() : otherwise()),
      () => otherwise(),
    );
  };
  switch (news.is) {
    case "move":
      chair.sitting?.move(news.life, news.ice);
      break;
    case "offer":
      chair.sitting?.offer(news);
      break;
    case "keys":
      chair.sitting?.seal.keys(news);
      break;
    case "speaking":
      scene.spoke(news.seats);
      break;
    case "admitted":
      chair.admit();
      break;
    case "muted":
      where("mute", () => {
        turnedOff(news.track);
        happenings.add({ is: "muted", by: news.order?.person ?? news.by });
      });
      break;
    case "asked":
      where("ask", () => happenings.add({ is: "asked", by: news.order?.person ?? news.by }));
      break;
    case "reacted":
      happenings.add({ is: "reacted", seat: news.seat, sign: news.sign });
      break;
    case "over":
      // The end of a seat that is being given up for a new one is no news.
      if (chair.place.peek().at === "returning") break;
      if (news.why === "removed" || news.why === "refused")
        where(
          "remove",
          () => ended(news.why, true),
          () => ended(news.why, false),
        );
      else ended(news.why, false);
      break;
    case "note":
      // Whoever is asked may have left by then: the engine writes it.
      break;
  }
}
