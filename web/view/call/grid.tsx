import { useState } from "preact/hooks";
import type { Face } from "../../call/contract.ts";
import { GAP, fitGrid, sizeFor } from "./layout.ts";
import { Sign } from "./sign.tsx";
import { Tile } from "./tile.tsx";
import { useWants, wantOf } from "./wants.ts";
import { callWords } from "./words.ts";

const PAGER = 52;

/** All alike, in pages; only the page that is looked at is fetched. */
export function GridView({ faces, area }: { faces: Face[]; area: { width: number; height: number } }) {
  const c = callWords.value;
  const [asked, setPage] = useState(0);
  const whole = fitGrid(area.width, area.height, faces.length);
  const shape = whole.pages > 1 ? fitGrid(area.width, area.height - PAGER, faces.length) : whole;
  const page = Math.min(asked, shape.pages - 1);
  const shown = faces.slice(page * shape.perPage, (page + 1) * shape.perPage);
  const size = sizeFor(shape.width, devicePixelRatio);
  useWants(shown.flatMap((face) => wantOf(face, "camera", size)));
  return (
    <>
      <ul class="tiles grid" aria-label={c.people} style={{ maxWidth: `${shape.columns * (shape.width + GAP)}px` }}>
        {shown.map((face) => (
          <Tile key={face.seat} face={face} width={shape.width} height={shape.height} />
        ))}
      </ul>
      {shape.pages > 1 && (
        <nav class="pager" aria-label={c.people}>
          <button
            type="button"
            class="plain"
            aria-label={c.previousPage}
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            <Sign sign="next" flip />
          </button>
          <span role="status">{c.page(page + 1, shape.pages)}</span>
          <button
            type="button"
            class="plain next"
            aria-label={c.nextPage}
            disabled={page === shape.pages - 1}
            onClick={() => setPage(page + 1)}
          >
            <Sign sign="next" flip />
          </button>
        </nav>
      )}
    </>
  );
}
