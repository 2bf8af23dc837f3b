import { useState } from "preact/hooks";
import { words } from "../../locales/language.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { since } from "../format.ts";
import { Languages } from "../languages.tsx";
import { told } from "../names.ts";
import { type TextSize, type Theme, size, theme } from "../preferences.ts";
import { forgetDrafts } from "../room/draft.ts";
import { PersonFace } from "../rooms/person-row.tsx";
import { go } from "../route.ts";
import { provinceHere, provinceName } from "../who.ts";
import { AdminLink } from "./admin-link.tsx";
import { Confirm } from "./confirm.tsx";
import { Dialog } from "./dialog.tsx";
import { Option } from "./option.tsx";
import { PhotoLink } from "./photo-link.tsx";
import { SecurityLink } from "./security-link.tsx";
import { furnish, settingsWords } from "./settings-words.ts";

/** What this node is and which provinces it reaches. */
function About() {
  const app = useModel();
  const w = words.value;
  const s = settingsWords.value;
  const me = app.me.value;
  const connection = app.connection.value;
  const here = provinceHere(app);
  return (
    <section>
      <h3>{s.about}</h3>
      <p>{s.aboutText}</p>
      <dl class="facts">
        {me && (
          <>
            <dt>{s.yourProvince}</dt>
            <dd>{provinceName(app, me.province)}</dd>
          </>
        )}
        <dt>{s.connectedTo}</dt>
        <dd>
          {connection.state === "online" ? (
            <>
              {provinceName(app, connection.province)} <bdi class="quiet code">{connection.node}</bdi>
            </>
          ) : (
            w.offline
          )}
        </dd>
      </dl>
      {app.links.value.length > 0 && (
        <>
          <h4>{s.provincesNow}</h4>
          <dl class="facts">
            {here && connection.state === "online" && (
              <>
                <dt>{provinceName(app, here)}</dt>
                <dd class="good">{s.reached}</dd>
              </>
            )}
            {app.links.value.map((link) => [
              <dt key={link.province}>{provinceName(app, link.province)}</dt>,
              <dd key={`${link.province}.`} class={link.up ? "good" : "bad"}>
                {link.up ? s.reached : w.provinceCut(since(link.since))}
              </dd>,
            ])}
          </dl>
        </>
      )}
    </section>
  );
}

function Settings() {
  const app = useModel();
  const w = words.value;
  const s = settingsWords.value;
  const [leaving, setLeaving] = useState(false);
  const me = app.me.value;
  const waiting = app.outbox.value;
  const themes: [Theme, string][] = [
    ["system", s.system],
    ["light", s.light],
    ["dark", s.dark],
  ];
  const sizes: [TextSize, string][] = [
    ["small", s.small],
    ["normal", s.normal],
    ["large", s.large],
    ["huge", s.huge],
  ];
  const signOut = () => {
    forgetDrafts();
    app.signOut().then(
      () => go({}, true),
      () => tell(words.value.failed),
    );
  };
  return (
    <Dialog title={w.settings}>
      {me && (
        <div class="row self">
          <PersonFace person={me} />
        </div>
      )}
      {me && <p class="hint unit">{told(me.unit)}</p>}
      <PhotoLink />
      <SecurityLink />
      <AdminLink />
      <section>
        <h3>{w.language}</h3>
        <Languages />
      </section>
      <section>
        <h3 id="theme">{s.theme}</h3>
        <div class="options three" role="radiogroup" aria-labelledby="theme">
          {themes.map(([key, name]) => (
            <Option key={key} group="theme" checked={theme.value === key} onPick={() => (theme.value = key)}>
              {name}
            </Option>
          ))}
        </div>
      </section>
      <section>
        <h3 id="size">{s.textSize}</h3>
        <div class="options four" role="radiogroup" aria-labelledby="size">
          {sizes.map(([key, name]) => (
            <Option key={key} group="size" checked={size.value === key} onPick={() => (size.value = key)}>
              {name}
            </Option>
          ))}
        </div>
      </section>
      <About />
      {leaving ? (
        <Confirm
          text={waiting > 0 ? `${s.signOutSure} ${s.signOutWaiting(waiting)}` : s.signOutSure}
          yes={s.signOut}
          onYes={signOut}
          onNo={() => setLeaving(false)}
        />
      ) : (
        <button type="button" class="secondary wide" onClick={() => setLeaving(true)}>
          {s.signOut}
        </button>
      )}
    </Dialog>
  );
}

/** The settings with their words. */
export async function settingsSheet() {
  await furnish();
  return Settings;
}
