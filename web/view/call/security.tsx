import { Icon } from "../icon.tsx";
import { useDesk } from "./desk.ts";
import { groups } from "./length.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

/** Whether this device encrypts. */
const SHUT: readonly string[] = ["sealed", "sealing", "asked"];

const Lock = ({ shut }: { shut: boolean }) => (shut ? <Icon sign="lock" /> : <Sign sign="open" />);

/** Whether the call is encrypted end to end, always in sight; a tap tells more. */
export function SealSign() {
  const desk = useDesk();
  const c = callWords.value;
  const seal = desk.call.seal.value;
  return (
    <button
      type="button"
      class={`seal ${seal}`}
      aria-expanded={desk.panel.value === "security"}
      onClick={() => (desk.panel.value = desk.panel.value === "security" ? null : "security")}
    >
      <Lock shut={SHUT.indexOf(seal) >= 0} />
      <span class="seal-words">{c.seal[seal]}</span>
    </button>
  );
}

/** What encryption does in this call, and the code by which people can be sure of it. */
export function Security() {
  const { call } = useDesk();
  const c = callWords.value;
  const seal = call.seal.value;
  const code = call.code.value;
  return (
    <div
      class="panel-body security-body"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <p class={`seal-state ${seal}`}>
        <Lock shut={SHUT.indexOf(seal) >= 0} />
        <b>{c.seal[seal]}</b>
      </p>
      <p>{c.sealHint[seal]}</p>
      {SHUT.indexOf(seal) >= 0 && (
        <>
          <h4>{c.securityCode}</h4>
          {code ? (
            <>
              <ol class="digits" dir="ltr" aria-label={c.securityCode}>
                {groups(code).map((group, i) => (
                  <li key={i} aria-label={`${c.codeGroup(i + 1)}: ${group.split("").join(" ")}`}>
                    {group}
                  </li>
                ))}
              </ol>
              <p class="hint">{c.codeHow}</p>
            </>
          ) : (
            <p class="hint">{c.codeLater}</p>
          )}
        </>
      )}
    </div>
  );
}
