import { useEffect, useRef, useState } from "preact/hooks";
import { linkCheck, linkText } from "#protocol/self";
import type { AppModel } from "../model/contract.ts";
import type { Refusal } from "../net/refusal.ts";
import { tell } from "../view/announce.tsx";
import { isolated } from "../view/names.ts";
import { up } from "../view/route.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { ask, useDeed } from "./own.ts";
import { Qr } from "./qr.tsx";
import { securityWords } from "./words.ts";

interface Comer {
  label: string;
  key: string;
  check: string;
}
interface Shown {
  code: string;
  url: string;
  expires: number;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Waits until a device comes with the code; null once the code is over, or nobody waits any more. */
async function comerOf(app: AppModel, { code, expires }: Shown, over: () => boolean): Promise<Comer | null> {
  while (!over() && Date.now() < expires) {
    try {
      const { comer } = await ask(app, { do: "link-wait", code }, "link-wait");
      // The digits are made here, of what is signed: what the node says of them counts for nothing.
      if (comer) return { ...comer, check: await linkCheck(code, comer.key) };
    } catch (error) {
      if ((error as Refusal).code !== "offline") return null;
      await pause(1500);
    }
  }
  return null;
}

function Waiting({ shown }: { shown: Shown }) {
  const w = securityWords.value;
  return (
    <div class="steps">
      <p class="label">{w.linkScan}</p>
      <Qr text={shown.url} label={w.linkQr} />
      <p class="label">{w.linkType(location.host)}</p>
      <p class="secret big" dir="ltr">
        <code>{shown.code.replace(/(.{4})(?=.)/g, "$1-")}</code>
      </p>
      <p class="hint" role="status">
        {w.linkWaiting} {w.linkValid(Math.max(1, Math.round((shown.expires - Date.now()) / 60_000)))}
      </p>
    </div>
  );
}

/** Lets another device of the same person in: a code to scan or type, then six digits that both screens show. */
export function LinkStep() {
  const w = securityWords.value;
  const { app, busy, trouble, deed } = useDeed();
  const [shown, setShown] = useState<Shown | null>(null);
  const [comer, setComer] = useState<Comer | null>(null);
  const [over, setOver] = useState(false);
  const round = useRef(0);

  const begin = () =>
    deed(async () => {
      const mine = ++round.current;
      setOver(false);
      setComer(null);
      const link = await ask(app, { do: "link" }, "link");
      setShown(link);
      void comerOf(app, link, () => mine !== round.current).then((came) => {
        if (mine !== round.current) return;
        setComer(came);
        setOver(!came);
      });
    });
  useEffect(() => {
    void begin();
    return () => {
      round.current++;
    };
  }, []);

  const answer = (let_: boolean) =>
    deed(async () => {
      if (!shown || !comer) return;
      const { code } = shown;
      if (!let_) await ask(app, { do: "link-refuse", code }, "done");
      else await ask(app, { do: "link-let", code, signature: await app.sign(linkText(code, comer.key)) }, "done");
      tell(let_ ? w.linkDone(isolated(comer.label)) : w.linkRefused);
      up();
    }, w.tooMany);

  return (
    <Dialog title={comer ? w.linkYou : w.linkTitle}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {comer ? (
        <div class="steps" role="status">
          <p>{w.linkLabel(isolated(comer.label))}</p>
          <p>{w.linkCheck}</p>
          <p class="digits" dir="ltr">
            {comer.check.slice(0, 3)} {comer.check.slice(3)}
          </p>
          <div class="buttons flat">
            <button type="button" class="primary" aria-busy={busy} onClick={() => void answer(true)}>
              {w.allow}
            </button>
            <button type="button" class="danger" onClick={() => void answer(false)}>
              {w.refuse}
            </button>
          </div>
        </div>
      ) : over ? (
        <>
          <p role="status">{w.linkOver}</p>
          <button type="button" class="primary wide spaced" onClick={() => void begin()}>
            {w.linkNew}
          </button>
        </>
      ) : (
        shown && <Waiting shown={shown} />
      )}
    </Dialog>
  );
}
