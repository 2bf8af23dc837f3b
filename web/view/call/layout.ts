import type { SeatId } from "#protocol/call";
import type { CurrentCall, Face } from "../../call/contract.ts";

/** Tiles of one page, all of one size, in CSS pixels. */
export interface Shape {
  columns: number;
  width: number;
  height: number;
  perPage: number;
  pages: number;
}

export type Want = Parameters<CurrentCall["show"]>[0][number];

export const GAP = 8;
const LEAST = { width: 150, height: 105 };
/** A page shows no more pictures than a phone can decode beside its other work. */
const MOST = 16;
const WIDEST = 16 / 9;
const TALLEST = 4 / 5;

/** Lays `count` equal tiles into an area so that the tiles are as large as can be. */
export function fitGrid(width: number, height: number, count: number): Shape {
  const across = Math.max(1, Math.floor((width + GAP) / (LEAST.width + GAP)));
  const down = Math.max(1, Math.floor((height + GAP) / (LEAST.height + GAP)));
  const perPage = Math.min(MOST, across * down);
  const shown = Math.max(1, Math.min(count, perPage));
  let best: Shape = { columns: 1, width: 0, height: 0, perPage, pages: Math.max(1, Math.ceil(count / perPage)) };
  for (let columns = 1; columns <= Math.min(across, shown); columns++) {
    const rows = Math.ceil(shown / columns);
    const w = (width - GAP * (columns - 1)) / columns;
    const h = (height - GAP * (rows - 1)) / rows;
    const fitted = { width: Math.floor(Math.min(w, h * WIDEST)), height: Math.floor(Math.min(h, w / TALLEST)) };
    if (fitted.width * fitted.height > best.width * best.height) best = { ...best, columns, ...fitted };
  }
  return best;
}

/** How large a picture to fetch for a tile. @param width CSS pixels @param density device pixels in one */
export function sizeFor(width: number, density = 1): Want["size"] {
  const pixels = width * Math.min(density, 2);
  return pixels <= 280 ? "small" : pixels <= 640 ? "middle" : "full";
}

/** What stands large: the pinned one, else a shared screen, else who spoke last, else whoever is there. */
export function pickMain(
  faces: readonly Face[],
  speakers: readonly SeatId[],
  pinned: SeatId | null,
): { face: Face; track: "camera" | "screen" } | null {
  const others = faces.filter((face) => !face.mine && face.state !== "lobby");
  const kept = others.find((face) => face.seat === pinned);
  if (kept) return { face: kept, track: kept.on.has("screen") ? "screen" : "camera" };
  const sharing = others.find((face) => face.on.has("screen"));
  if (sharing) return { face: sharing, track: "screen" };
  for (const seat of speakers) {
    const face = others.find((each) => each.seat === seat);
    if (face) return { face, track: "camera" };
  }
  const first = others[0];
  return first ? { face: first, track: "camera" } : null;
}

/** The strip beside the large picture: who spoke last comes first, so that a short strip shows those who matter. */
export function stripOrder(faces: readonly Face[], speakers: readonly SeatId[], main: SeatId | null): Face[] {
  const place = (face: Face) => {
    const at = speakers.indexOf(face.seat);
    return at < 0 ? speakers.length : at;
  };
  return faces.filter((face) => face.seat !== main).sort((a, b) => place(a) - place(b));
}
