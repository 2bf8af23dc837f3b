import { useEffect, useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import { announce } from "../view/announce.tsx";
import { useModel } from "../view/app-context.ts";
import { Icon } from "../view/icon.tsx";
import { actWords } from "./act-words.ts";
import { carryOut, deed, type Deed } from "./deeds.ts";
import { adminWords } from "./furnish.ts";
import { issued } from "./invitations/issued.ts";
import { address } from "./place.ts";
import { RefusedList } from "./proposal.tsx";
import { momentOf } from "./time.ts";
import { inverseOf } from "./undo.ts";
import { whyNot } from "./said.ts";

/** What came of a deed, in one sentence. */
function summary({ given, undone }: Deed): string {
  const w = adminWords.value;
  const waiting = given.find(({ answer }) => answer.state === "waiting");
  if (waiting?.answer.state === "waiting") return w.waitsUntil(momentOf(waiting.answer.until));
  const dated = given.find(({ answer }) => answer.state === "dated");
  if (dated?.answer.state === "dated") return w.datedUntil(momentOf(dated.answer.from));
  if (undone) return w.undone;
  const [first] = given;
  return w.done(first && given.length === 1 ? actWords(first.act) : w.orders(given.length));
}

/** Says what was done last, and takes it back. */
export function DeedBar() {
  const app = useModel();
  const w = adminWords.value;
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const last = deed.value;
  const text = last ? summary(last) : "";
  useEffect(() => {
    setTrouble("");
    if (text) announce(text);
  }, [last]);
  if (!last) return null;
  const back = last.undone ? [] : [...last.given].reverse().flatMap(inverseOf);
  const refused = last.given.flatMap(({ answer }) => (answer.state === "done" ? answer.refused : []));
  const answers = last.given.flatMap(({ answer }) => (answer.state === "done" ? [answer] : []));
  const fresh = issued.value.filter(({ id }) => answers.some((each) => each.invitations?.some((one) => one.id === id)));
  const tokens = answers.flatMap(({ token }) => token ?? []);
  const undo = () => {
    setBusy(true);
    carryOut(app, back, { undone: true })
      .catch((error) => setTrouble(whyNot(error)))
      .then(() => setBusy(false));
  };
  return (
    <section class="admin-deed" aria-label={w.lastDeed}>
      <div class="admin-deed-line">
        <p>{text}</p>
        {back.length > 0 && (
          <button type="button" class="secondary" aria-busy={busy} disabled={busy} onClick={undo}>
            {w.undo}
          </button>
        )}
        <button type="button" class="plain" aria-label={words.value.close} onClick={() => (deed.value = null)}>
          <Icon sign="close" />
        </button>
      </div>
      {fresh.length > 0 && (
        <p>
          <a href={address("invitations", "issued")}>{w.issuedWaiting(fresh.length)}</a>
        </p>
      )}
      {tokens.map((token) => (
        <div key={token} class="admin-secret">
          <p>{w.tokenOnce}</p>
          <p class="admin-code" dir="ltr">
            {token}
          </p>
        </div>
      ))}
      <RefusedList refused={refused} />
      {trouble && (
        <p class="trouble" role="alert" dir="auto">
          {trouble}
        </p>
      )}
    </section>
  );
}
