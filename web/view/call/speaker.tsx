import type { Face } from "../../call/contract.ts";
import { useDesk } from "./desk.ts";
import { GAP, fitGrid, type pickMain, sizeFor, stripOrder } from "./layout.ts";
import { Tile } from "./tile.tsx";
import { useWants, wantOf } from "./wants.ts";
import { callWords } from "./words.ts";

type Main = NonNullable<ReturnType<typeof pickMain>>;

/** How the strip lies: under the large picture, or beside it where the screen is low. */
function stripShape(area: { width: number; height: number }) {
  const beside = area.height < 330 || (area.width > area.height * 1.9 && area.height < 480);
  const tile = area.width < 600 || area.height < 480 ? { width: 104, height: 78 } : { width: 168, height: 112 };
  const room = beside ? area.height + GAP : area.width + GAP;
  const fits = Math.max(2, Math.floor(room / ((beside ? tile.height : tile.width) + GAP)));
  return { beside, tile, fits };
}

/** One large picture, and a strip of the others in which whoever spoke last comes first. */
export function SpeakerView(props: { faces: Face[]; main: Main | null; area: { width: number; height: number } }) {
  const { faces, main, area } = props;
  const desk = useDesk();
  const c = callWords.value;
  const mine = faces.find((face) => face.mine);
  const two = faces.length <= 2 && main?.track !== "screen";
  const { beside, tile, fits } = stripShape(area);
  const order = stripOrder(
    faces.filter((face) => !face.mine),
    desk.call.speakers.value,
    main?.track === "camera" ? main.face.seat : null,
  );
  const places = fits - (mine ? 1 : 0);
  const others = two ? [] : order.slice(0, order.length > places ? places - 1 : places);
  const rest = two ? 0 : order.length - others.length;
  const left = two
    ? area
    : beside
      ? { width: area.width - tile.width - GAP, height: area.height }
      : { width: area.width, height: area.height - tile.height - GAP };
  const whole = main?.track === "screen" || (two && area.width < area.height);
  const large = whole ? left : fitGrid(left.width, left.height, 1);
  useWants([
    ...(main ? wantOf(main.face, main.track, sizeFor(large.width, devicePixelRatio)) : []),
    ...others.flatMap((face) => wantOf(face, "camera", sizeFor(tile.width, devicePixelRatio))),
  ]);
  return (
    <div class={`one-large${two ? " two" : beside ? " beside" : ""}`}>
      <ul class="tiles main" aria-label={c.speakerView}>
        {main && (
          <Tile
            key={main.face.seat}
            face={main.face}
            track={main.track}
            width={large.width}
            height={large.height}
            large
          />
        )}
      </ul>
      {two && mine && (
        <ul class="tiles own" aria-label={c.yourPicture}>
          <Tile face={mine} />
        </ul>
      )}
      {!two && (
        <ul class="tiles strip" aria-label={c.people}>
          {mine && <Tile key={mine.seat} face={mine} {...tile} />}
          {others.map((face) => (
            <Tile key={face.seat} face={face} {...tile} />
          ))}
          {rest > 0 && (
            <li class="tile rest" style={{ width: `${tile.width}px`, height: `${tile.height}px` }}>
              <button
                type="button"
                onClick={() => {
                  desk.view.value = "grid";
                  desk.pinned.value = null;
                }}
              >
                {c.moreHere(rest)}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
