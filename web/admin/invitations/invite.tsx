import { useState } from "preact/hooks";
import type { Person } from "#protocol/directory";
import type { InviteWay, OrderAct } from "#protocol/order";
import { Option } from "../../view/sheet/option.tsx";
import { Choice } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { visit } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { Sheet } from "../sheet.tsx";
import { issued } from "./issued.ts";

const DAY = 86_400_000;
/** Days that an invitation may be good for. */
const TERMS = ["1", "3", "7", "14", "30"];
const WAYS: readonly InviteWay[] = ["show", "email", "sms"];

/** Invites people: how the code reaches them, and how long it is good. */
export function InviteSheet({ people, onClose }: { people: readonly Person[]; onClose: () => void }) {
  const w = adminWords.value;
  const [way, setWay] = useState<InviteWay>("show");
  const [days, setDays] = useState("7");
  const [act, setAct] = useState<OrderAct | null>(null);
  const title = w.inviteCount(people.length);
  if (act)
    return (
      <Proposal
        title={title}
        acts={[act]}
        onClose={onClose}
        onDone={() => issued.value.length > 0 && visit("invitations", "issued")}
      />
    );
  const lacking = people.filter(({ contact }) =>
    way === "email" ? !contact?.email : way === "sms" && !contact?.mobile,
  );
  return (
    <Sheet
      title={title}
      onClose={onClose}
      foot={
        <>
          <button
            type="button"
            class="primary"
            onClick={() =>
              setAct({ do: "invite", people: people.map(({ id }) => id), validMs: Number(days) * DAY, way })
            }
          >
            {w.preview}
          </button>
          <button type="button" class="secondary" onClick={onClose}>
            {w.cancel}
          </button>
        </>
      }
    >
      <p class="label" id="admin-way">
        {w.way}
      </p>
      <div class="options" role="radiogroup" aria-labelledby="admin-way">
        {WAYS.map((each) => (
          <Option key={each} group="way" checked={way === each} onPick={() => setWay(each)} hint={w.wayHints[each]}>
            {w.ways[each]}
          </Option>
        ))}
      </div>
      {lacking.length > 0 && <p class="admin-flag">{w.lackContact(lacking.length)}</p>}
      <Choice
        label={w.validFor}
        value={days}
        choices={TERMS.map((each) => [each, w.days(Number(each))] as const)}
        onChange={setDays}
      />
    </Sheet>
  );
}
