import type { Notice } from "#protocol/notice";
import { dealtWith } from "../model/access.ts";
import { useModel } from "../view/app-context.ts";
import { tell } from "../view/announce.tsx";
import { day, since } from "../view/format.ts";
import { Icon } from "../view/icon.tsx";
import { isolated } from "../view/names.ts";
import { openPanel } from "../view/route.ts";
import { ask, useDeed } from "./own.ts";
import { furnish, securityWords } from "./words.ts";

/** What somebody's own access needs of them: an invitation that they may stop, what another device changed. */
export async function accessNotices() {
  await furnish();
  return AccessNotices;
}

function Asked({ notice }: { notice: Extract<Notice, { kind: "invitation" }> }) {
  const w = securityWords.value;
  const { app, busy, trouble, deed } = useDeed();
  const say = async (act: "invitation-stop" | "invitation-allow", done: string) => {
    if (!(await deed(() => ask(app, { do: act, invitation: notice.invitation }, "done")))) return;
    dealtWith(app, notice);
    tell(done);
  };
  return (
    <p class="banner warn news" role="alert">
      <Icon sign="lock" />
      <span>
        {w.invitationAsked(day(notice.from))} {trouble && <small>{trouble}</small>}
      </span>
      <span class="answers">
        <button type="button" disabled={busy} onClick={() => say("invitation-stop", w.invitationStopped)}>
          {w.stopIt}
        </button>
        <button type="button" disabled={busy} onClick={() => say("invitation-allow", w.invitationAllowed)}>
          {w.askedByMe}
        </button>
      </span>
    </p>
  );
}

/** If it was not them, this is how they learn of it. */
function Changed({ notice }: { notice: Extract<Notice, { kind: "changes" }> }) {
  const app = useModel();
  const w = securityWords.value;
  const [newest, ...more] = notice.changes;
  if (!newest) return null;
  const { what, did, label, at } = newest;
  return (
    <p class="banner warn news" role="alert">
      <Icon sign="lock" />
      <span>
        {w.changed(what, did, isolated(label), since(at))} {more.length > 0 && w.moreChanged(more.length)} {w.notYou}
      </span>
      <span class="answers">
        <button type="button" onClick={() => openPanel("security")}>
          {w.lookAtDevices}
        </button>
        <button type="button" onClick={() => dealtWith(app, notice)}>
          {w.itWasMe}
        </button>
      </span>
    </p>
  );
}

function AccessNotices() {
  const notices = useModel().access.value;
  return (
    <div class="banners">
      {notices.map((notice) =>
        notice.kind === "invitation" ? (
          <Asked key={notice.invitation} notice={notice} />
        ) : (
          notice.kind === "changes" && <Changed key="changes" notice={notice} />
        ),
      )}
    </div>
  );
}
