import { useEffect, useState } from "preact/hooks";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { openPanel } from "../route.ts";
import { settingsWords } from "./settings-words.ts";

/** The way to one's own devices; where nothing brings the person back in once this device is lost, it says so. */
export function SecurityLink() {
  const app = useModel();
  const w = settingsWords.value;
  const [bare, setBare] = useState(false);
  useEffect(() => {
    app.request({ t: "self", act: { do: "ways" } }).then(
      (answer) => {
        const said = "t" in answer && answer.t === "self" ? answer.answer : undefined;
        if (said?.answer === "ways") setBare(said.ways.passkeys.length === 0 && !said.ways.pin);
      },
      () => {},
    );
  }, []);
  return (
    <button type="button" class="row self security-link" onClick={() => openPanel("security")}>
      <Icon sign="lock" />
      <span class="lines">
        <span class="name">{w.security}</span>
        <span class={bare ? "bad" : "quiet"}>{bare ? w.securityLacks : w.securityHint}</span>
      </span>
    </button>
  );
}
