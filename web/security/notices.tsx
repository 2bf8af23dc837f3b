import type { Notice } from "#protocol/notice";
import type { AppModel } from "../model/contract.ts";
import { useModel } from "../view/app-context.ts";
import { tell } from "../view/announce.tsx";
import { day } from "../view/format.ts";
import { Icon } from "../view/icon.tsx";
import { openPanel } from "../view/route.ts";
import { ask, useDeed } from "./own.ts";
import { furnish, securityWords } from "./words.ts";

/** What somebody's own access needs of them: an invitation that they may stop, a device that they may not know. */
export async function accessNotices() {
  await furnish();
  return AccessNotices;
}

/** It is shown no more. */
function dealtWith({ access }: AppModel, notice: Notice): void {
  access.value = access.peek().filter((each) => each !== notice);
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
    <p class="banner warn" role="alert">
      <Icon sign="lock" />
      <span>
        {w.invitationAsked(day(notice.from))} {trouble && <small>{trouble}</small>}
      </span>
      <button type="button" disabled={busy} onClick={() => say("invitation-stop", w.invitationStopped)}>
        {w.stopIt}
      </button>
      <button type="button" disabled={busy} onClick={() => say("invitation-allow", w.invitationAllowed)}>
        {w.askedByMe}
      </button>
    </p>
  );
}

function Came({ notice }: { notice: Extract<Notice, { kind: "device" }> }) {
  const w = securityWords.value;
  const { app } = useDeed();
  return (
    <p class="banner warn" role="alert">
      <Icon sign="lock" />
      <span>{w.deviceCame(notice.label)}</span>
      <button type="button" onClick={() => openPanel("security")}>
        {w.notMine}
      </button>
      <button type="button" onClick={() => dealtWith(app, notice)}>
        {w.askedByMe}
      </button>
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
          notice.kind === "device" && <Came key={notice.device} notice={notice} />
        ),
      )}
    </div>
  );
}
