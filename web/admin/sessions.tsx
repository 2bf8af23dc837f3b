import { useState } from "preact/hooks";
import type { SessionInfo } from "#protocol/admin";
import { useModel } from "../view/app-context.ts";
import { clean } from "../view/names.ts";
import { usePages } from "./asked.ts";
import { deskOf } from "./desk.ts";
import { adminWords } from "./furnish.ts";
import { address } from "./place.ts";
import { Proposal } from "./proposal.tsx";
import { Empty, More, Pending, Screen } from "./screen.tsx";
import { may } from "./sections.ts";
import { momentOf } from "./time.ts";
import { Who } from "./who.tsx";

/** Who is signed in now, on which device. A device that was shut out is let in again from its person's page. */
export function Sessions() {
  const app = useModel();
  const w = adminWords.value;
  const [out, setOut] = useState<SessionInfo | null>(null);
  const pages = usePages("sessions", async (after) => {
    const page = await deskOf(app).ask({
      ask: "sessions",
      limit: 50,
      ...(after !== undefined && { after: String(after) }),
    });
    return { items: page.sessions, next: page.next };
  });
  return (
    <Screen
      title={w.sections.sessions}
      note={w.sessionsNote}
      tools={
        <button type="button" class="secondary" onClick={pages.again}>
          {w.refresh}
        </button>
      }
    >
      <Pending asked={pages} />
      {pages.data?.length === 0 && <Empty text={w.noSessions} hint={w.noSessionsHint} />}
      <ul class="admin-rows">
        {(pages.data ?? []).map((each) => (
          <li key={each.device + each.since} class="admin-device">
            <div>
              <a href={address("people", each.person)}>
                <Who id={each.person} />
              </a>
              <p class="hint">
                <bdi>{clean(each.label)}</bdi> · {w.since(momentOf(each.since))}
              </p>
            </div>
            {each.device === app.device ? (
              <span class="badge">{w.thisDevice}</span>
            ) : (
              may(app.roles.value, "revoke") && (
                <button type="button" class="secondary" onClick={() => setOut(each)}>
                  {w.shutOutDo}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      <More pages={pages} />
      {out && (
        <Proposal
          title={w.shutOutDo}
          acts={[{ do: "revoke", devices: [out.device] }]}
          danger
          onClose={() => setOut(null)}
        />
      )}
    </Screen>
  );
}
