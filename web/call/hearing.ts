import type { CallNews, Track } from "#protocol/call";
import type { Chair } from "./chair.ts";
import type { Happenings } from "./happenings.ts";
import type { Scene } from "./scene.ts";
import type { CallNewsOf } from "./signalling.ts";

/** Hands what happens to a seat to the part that it concerns. */
export function hearNews(
  news: CallNews,
  chair: Chair,
  scene: Scene,
  happenings: Happenings,
  turnedOff: (track: Track) => void,
  ended: (why: CallNewsOf<"over">["why"]) => void,
): void {
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
      turnedOff(news.track);
      happenings.add({ is: "muted", by: news.by });
      break;
    case "asked":
      happenings.add({ is: "asked", by: news.by });
      break;
    case "reacted":
      happenings.add({ is: "reacted", seat: news.seat, sign: news.sign });
      break;
    case "over":
      // The end of a seat that is being given up for a new one is no news.
      if (chair.place.peek().at !== "returning") ended(news.why);
      break;
    case "note":
      // Whoever is asked may have left by then: the engine writes it.
      break;
  }
}
