import { useState } from "preact/hooks";
import type { InvitationInfo, InvitationState } from "#protocol/admin";
import type { InviteWay } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { usePages } from "../asked.ts";
import { deskOf } from "../desk.ts";
import { Choice } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { address, place } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { Empty, More, Pending, Screen } from "../screen.tsx";
import { told } from "../said.ts";
import { may } from "../sections.ts";
import { momentOf } from "../time.ts";
import { Who } from "../who.tsx";
import { issued } from "./issued.ts";
import { Issued } from "./sheets.tsx";

const STATES: readonly InvitationState[] = ["open", "used", "expired", "cancelled"];

function List() {
  const app = useModel();
  const w = adminWords.value;
  const [state, setState] = useState<InvitationState>("open");
  const [cancelling, setCancelling] = useState<InvitationInfo | null>(null);
  const pages = usePages(`invitations ${state}`, async (after) => {
    const page = await deskOf(app).ask({
      ask: "invitations",
      state,
      limit: 50,
      ...(after !== undefined && { after: String(after) }),
    });
    return { items: page.invitations, next: page.next };
  });
  return (
    <Screen title={w.sections.invitations} note={w.invitationsNote}>
      {issued.value.length > 0 && (
        <p class="admin-flag">
          <a href={address("invitations", "issued")}>{w.issuedWaiting(issued.value.length)}</a>
        </p>
      )}
      <div class="admin-filters">
        <Choice
          label={w.state}
          value={state}
          choices={STATES.map((each) => [each, w.invitationStates[each]] as const)}
          onChange={setState}
        />
      </div>
      <Pending asked={pages} />
      {pages.data?.length === 0 && <Empty text={w.noInvitations} hint={w.noInvitationsHint} />}
      <ul class="admin-rows">
        {(pages.data ?? []).map((each) => (
          <li key={each.id} class="admin-device">
            <div>
              <a href={address("people", each.person)}>
                <Who id={each.person} />
              </a>{" "}
              <span class="badge">{w.ways[each.way as InviteWay] ?? each.way}</span>
              <p class="hint">
                {w.madeAt(momentOf(each.made))}{" "}
                {each.by && (
                  <>
                    {w.by} <Who id={each.by} />
                  </>
                )}
                {" · "}
                {each.state === "open" && each.from ? `${w.goodFrom(momentOf(each.from))} · ` : ""}
                {each.state === "open" ? w.goodUntil(momentOf(each.expires)) : w.invitationStates[each.state]}
              </p>
              {each.failed && (
                <p class="admin-flag">
                  {w.notSent} <span dir="auto">{told(each.failed)}</span>
                </p>
              )}
            </div>
            {each.state === "open" && may(app.roles.value, "uninvite") && (
              <button type="button" class="secondary" onClick={() => setCancelling(each)}>
                {w.cancelInvitation}
              </button>
            )}
          </li>
        ))}
      </ul>
      <More pages={pages} />
      {cancelling && (
        <Proposal
          title={w.cancelInvitation}
          acts={[{ do: "uninvite", invitations: [cancelling.id] }]}
          danger
          onClose={() => setCancelling(null)}
        />
      )}
    </Screen>
  );
}

export const Invitations = () => (place.value.rest[0] === "issued" ? <Issued /> : <List />);
