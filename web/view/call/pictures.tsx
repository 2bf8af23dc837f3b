import { useEffect, useRef } from "preact/hooks";
import { useArea } from "./area.ts";
import { useDesk } from "./desk.ts";
import { GridView } from "./grid.tsx";
import { pickMain } from "./layout.ts";
import { SpeakerView } from "./speaker.tsx";

/** So many stand alike before one large picture serves better. */
const ALIKE = 9;

/** The people of the call: one large with the rest beside it, or all alike. */
export function Pictures() {
  const desk = useDesk();
  const box = useRef<HTMLDivElement>(null);
  const area = useArea(box);
  const faces = desk.call.faces.value.filter((face) => face.state !== "lobby");
  const main = pickMain(faces, desk.call.speakers.value, desk.pinned.value);
  const view = desk.view.value;
  const alike =
    view === "auto"
      ? desk.pinned.value === null && main?.track !== "screen" && faces.length > 2 && faces.length <= ALIKE
      : view === "grid";
  useEffect(() => {
    desk.alike.value = alike;
  }, [alike]);
  useEffect(() => () => desk.call.show([]), []);
  return (
    <div class="pictures" ref={box}>
      {area.width > 0 &&
        (alike ? <GridView faces={faces} area={area} /> : <SpeakerView faces={faces} main={main} area={area} />)}
    </div>
  );
}
