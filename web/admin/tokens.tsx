import { useState } from "preact/hooks";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { clean } from "../view/names.ts";
import { useAsked } from "./asked.ts";
import { Choice, Text } from "./fields.tsx";
import { adminWords } from "./furnish.ts";
import { Proposal } from "./proposal.tsx";
import { Empty, Pending, Screen } from "./screen.tsx";
import { may } from "./sections.ts";
import { Sheet } from "./sheet.tsx";
import { dateOf, momentOf } from "./time.ts";

const DAY = 86_400_000;

function TokenForm({ onClose, onAct }: { onClose: () => void; onAct: (act: OrderAct) => void }) {
  const app = useModel();
  const w = adminWords.value;
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [trouble, setTrouble] = useState("");
  const next = () => {
    if (!name.trim()) return setTrouble(w.needName);
    const scope = { province: app.me.value?.province ?? "" };
    onAct({ do: "token", name: name.trim(), scope, validMs: Number(days) * DAY });
  };
  return (
    <Sheet
      title={w.makeToken}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="primary" onClick={next}>
            {w.preview}
          </button>
          <button type="button" class="secondary" onClick={onClose}>
            {w.cancel}
          </button>
        </>
      }
    >
      <Text label={w.tokenName} value={name} onChange={setName} hint={w.tokenNameHint} />
      <Choice
        label={w.validFor}
        value={days}
        choices={["30", "90", "180", "365"].map((each) => [each, w.days(Number(each))] as const)}
        onChange={setDays}
      />
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
    </Sheet>
  );
}

/** Bearer tokens by which personnel systems change people (SCIM 2.0). A new one is shown once, to whoever approves it. */
export function Tokens() {
  const roles = useModel().roles.value;
  const w = adminWords.value;
  const asked = useAsked({ ask: "tokens" });
  const [form, setForm] = useState(false);
  const [act, setAct] = useState<OrderAct | null>(null);
  const done = () => {
    setAct(null);
    setForm(false);
  };
  return (
    <Screen
      title={w.sections.tokens}
      note={w.tokensNote}
      tools={
        may(roles, "token") && (
          <button type="button" class="primary" onClick={() => setForm(true)}>
            {w.makeToken}
          </button>
        )
      }
    >
      <Pending asked={asked} />
      {asked.data?.tokens.length === 0 && <Empty text={w.noTokens} hint={w.noTokensHint} />}
      <ul class="admin-rows">
        {(asked.data?.tokens ?? []).map((token) => (
          <li key={token.id} class="admin-device">
            <div>
              <bdi class="name">{clean(token.name)}</bdi>
              <p class="hint">
                {w.madeAt(dateOf(token.made))} · {w.goodUntil(dateOf(token.expires))} ·{" "}
                {token.used === null ? w.neverUsed : w.usedAt(momentOf(token.used))}
              </p>
            </div>
            {may(roles, "untoken") && (
              <button type="button" class="secondary" onClick={() => setAct({ do: "untoken", token: token.id })}>
                {w.endToken}
              </button>
            )}
          </li>
        ))}
      </ul>
      {form && !act && <TokenForm onClose={done} onAct={setAct} />}
      {act && (
        <Proposal
          title={act.do === "token" ? w.makeToken : w.endToken}
          acts={[act]}
          danger={act.do === "untoken"}
          onClose={done}
        />
      )}
    </Screen>
  );
}
