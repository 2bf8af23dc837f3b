import { useEffect, useRef, useState } from "preact/hooks";
import type { Person, Photo } from "#protocol/directory";
import { tell } from "../view/announce.tsx";
import { Avatar } from "../view/avatar.tsx";
import { told } from "../view/names.ts";
import { reason } from "../view/reason.ts";
import { Confirm } from "../view/sheet/confirm.tsx";
import { type Crop, cut, draw, encode, MIDDLE, MOST_ZOOM, moved, open } from "./crop.ts";
import { furnish, photoWords } from "./photo-words.ts";

const MOST_FILE = 30e6;
const SHOWN = 384;

function why(error: unknown): string {
  const w = photoWords.peek();
  const { code } = error as { code?: string };
  return code === "elsewhere" ? w.elsewhere : code === "wait" ? w.tooOften : reason(error);
}

function Frame({ image, crop, onCrop }: { image: HTMLImageElement; crop: Crop; onCrop(crop: Crop): void }) {
  const w = photoWords.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const from = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, image, crop, SHOWN);
  }, [image, crop]);
  const drag = (event: PointerEvent) => {
    const { current: at } = from;
    const side = canvas.current?.clientWidth;
    if (!at || !side) return;
    onCrop(moved(image, crop, (event.clientX - at.x) / side, (event.clientY - at.y) / side));
    from.current = { x: event.clientX, y: event.clientY };
  };
  const { side } = cut(image, crop);
  const slider = (
    label: string,
    value: number,
    min: number,
    max: number,
    change: (to: number) => Crop,
    stuck = false,
  ) => (
    <label class="photo-slider">
      <span>{label}</span>
      <input
        type="range"
        disabled={stuck}
        {...{ min, max, step: 0.01, value }}
        onInput={(event) => onCrop(change(Number(event.currentTarget.value)))}
      />
    </label>
  );
  return (
    <>
      <canvas
        ref={canvas}
        class="photo-frame"
        role="img"
        aria-label={w.preview}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          from.current = null;
        }}
        onPointerCancel={() => {
          from.current = null;
        }}
      />
      {slider(w.zoom, crop.zoom, 1, MOST_ZOOM, (zoom) => moved(image, { ...crop, zoom }, 0, 0))}
      {slider(w.across, crop.x, 0, 1, (x) => ({ ...crop, x }), side >= image.naturalWidth)}
      {slider(w.along, crop.y, 0, 1, (y) => ({ ...crop, y }), side >= image.naturalHeight)}
    </>
  );
}

function Pick({ label, camera, onFile }: { label: string; camera?: boolean; onFile(file: File): void }) {
  return (
    <label class={`photo-pick ${camera ? "secondary" : "primary"}`}>
      {label}
      <input
        type="file"
        accept="image/*"
        {...(camera && { capture: "user" })}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file may be chosen again.
          event.currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

/**
 * Sets a person's photo and takes it away: a picture is chosen or taken, cut to a square and made small here.
 * @param save puts it, null takes it away; false where the caller says why it could not; a rejection is said here
 */
export function PhotoEditor(props: {
  person: Person;
  save(photo: Omit<Photo, "person"> | null): Promise<boolean>;
  onDone(): void;
}) {
  const { person, save, onDone } = props;
  const w = photoWords.value;
  const [image, setImage] = useState<HTMLImageElement | null>(null);
  const [crop, setCrop] = useState(MIDDLE);
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const [trouble, setTrouble] = useState("");
  const isTouch = matchMedia("(pointer: coarse)").matches;

  const box = useRef<HTMLDivElement>(null);
  const before = useRef(image);
  useEffect(() => {
    // What had the focus went with the other half of the sheet.
    if (before.current !== image) box.current?.querySelector("input")?.focus();
    before.current = image;
  }, [image]);

  const choose = async (file: File) => {
    setTrouble("");
    setSure(false);
    if (file.size > MOST_FILE) return setTrouble(w.tooLarge);
    try {
      setImage(await open(file));
      setCrop(MIDDLE);
    } catch {
      setTrouble(w.unread);
    }
  };
  const put = async (picture: () => Promise<Omit<Photo, "person">> | null) => {
    if (busy) return;
    setBusy(true);
    setTrouble("");
    try {
      if (!(await save(await picture()))) return;
      tell(image ? w.saved : w.removed);
      onDone();
    } catch (error) {
      setTrouble(why(error));
    } finally {
      setBusy(false);
      setSure(false);
    }
  };
  const picks = (
    <>
      <Pick label={image || person.photo ? w.another : w.choose} onFile={(file) => void choose(file)} />
      {isTouch && <Pick label={w.take} camera onFile={(file) => void choose(file)} />}
    </>
  );
  return (
    <div class="photo-editor" ref={box}>
      {image ? (
        <>
          <Frame {...{ image, crop }} onCrop={setCrop} />
          <div class="photo-deeds">
            <button type="button" class="primary" aria-busy={busy} onClick={() => void put(() => encode(image, crop))}>
              {w.save}
            </button>
            <button type="button" class="secondary" onClick={() => setImage(null)}>
              {w.cancel}
            </button>
          </div>
        </>
      ) : (
        <>
          <Avatar id={person.id} name={told(person.name)} photo={person.photo ?? ""} />
          <p class="hint">{person.photo ? w.present : w.none}</p>
          {picks}
          {person.photo &&
            (sure ? (
              <Confirm
                text={w.removeSure}
                yes={w.remove}
                onYes={() => void put(() => null)}
                onNo={() => setSure(false)}
              />
            ) : (
              <button type="button" class="link" onClick={() => setSure(true)}>
                {w.remove}
              </button>
            ))}
        </>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

/** The editor with its words and its look. */
export async function photoEditor() {
  await furnish();
  return PhotoEditor;
}
