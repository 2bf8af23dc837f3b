import { useEffect, useState } from "preact/hooks";
import { tell } from "../view/announce.tsx";
import { Dialog } from "../view/sheet/dialog.tsx";
import { ask, useDeed } from "./own.ts";
import { securityWords } from "./words.ts";

/** The codes as a file for the drawer of a desk. */
function saveFile(codes: readonly string[]): void {
  const w = securityWords.peek();
  const text = [w.codesFile, location.host, "", ...codes, "", w.codesFileHint, ""].join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = "beep-recovery-codes.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** New recovery codes, shown this once: the sheet closes only when its reader says that they are kept. */
export function RecoveryStep({ onDone }: { onDone(): void }) {
  const w = securityWords.value;
  const { app, trouble, deed } = useDeed();
  const [codes, setCodes] = useState<string[]>([]);
  const [kept, setKept] = useState(false);
  useEffect(() => {
    void deed(async () => setCodes((await ask(app, { do: "recovery" }, "recovery")).codes));
    // Of the whole page only the codes go to paper.
    document.documentElement.dataset.print = "codes";
    return () => {
      delete document.documentElement.dataset.print;
    };
  }, []);
  const copy = () =>
    navigator.clipboard?.writeText(codes.join("\n")).then(
      () => tell(w.copied),
      () => {},
    );
  return (
    <Dialog title={w.codesTitle} close={codes.length > 0 ? null : onDone}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {codes.length > 0 && (
        <>
          <p>{w.codesHint}</p>
          <div class="codes">
            <p class="on-paper">
              {w.codesFile} · <bdi>{location.host}</bdi>
            </p>
            <ol dir="ltr">
              {codes.map((code) => (
                <li key={code}>
                  <code>{code}</code>
                </li>
              ))}
            </ol>
            <p class="hint">{w.codesFileHint}</p>
          </div>
          <div class="buttons flat">
            <button type="button" class="secondary" onClick={copy}>
              {w.copy}
            </button>
            <button type="button" class="secondary" onClick={() => saveFile(codes)}>
              {w.download}
            </button>
            <button type="button" class="secondary" onClick={() => print()}>
              {w.print}
            </button>
          </div>
          <label class="kept">
            <input type="checkbox" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
            <span>{w.codesKept}</span>
          </label>
          <button type="button" class="primary wide" disabled={!kept} onClick={onDone}>
            {w.done}
          </button>
        </>
      )}
    </Dialog>
  );
}
