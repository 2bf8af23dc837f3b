import type { Grant } from "#protocol/directory";
import type { WaveStatus } from "#protocol/admin";
import { useModel } from "../view/app-context.ts";
import { told } from "../view/names.ts";
import { provinceName } from "../view/who.ts";
import { useAsked } from "./asked.ts";
import { adminWords } from "./furnish.ts";
import { useUnits } from "./offices/tree.ts";
import { address } from "./place.ts";
import { told as said } from "./said.ts";
import { Pending, Screen } from "./screen.tsx";
import { sectionsOf } from "./sections.ts";
import { momentOf } from "./time.ts";

/** Where a grant holds, in words. */
export function useScope(): (scope: Grant["scope"]) => string {
  const app = useModel();
  const { unit } = useUnits();
  return (scope) =>
    "province" in scope ? provinceName(app, scope.province) : told(unit(scope.unit)?.name) || scope.unit;
}

function Roles({ roles }: { roles: readonly Grant[] }) {
  const w = adminWords.value;
  const scope = useScope();
  return (
    <section>
      <h2>{w.myRoles}</h2>
      <ul class="admin-rows">
        {roles.map((grant) => (
          <li key={grant.id}>
            <span class="name">{w.roles[grant.role]}</span> <bdi>{scope(grant.scope)}</bdi>
            <p class="hint">
              {w.roleHints[grant.role]} {grant.to !== null && w.until(momentOf(grant.to))}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The wave that lets people in now, and what holds the next. */
function Door({ waves }: { waves: readonly WaveStatus[] }) {
  const w = adminWords.value;
  const open = waves.filter(({ state }) => state === "open" || state === "full");
  const next = waves.find(({ state }) => state === "held" || state === "planned");
  return (
    <section>
      <h2>{w.door}</h2>
      <ul class="admin-rows">
        {open.length === 0 && <li>{waves.length === 0 ? w.noWaves : w.noneOpen}</li>}
        {open.map(({ wave, state, inside }) => (
          <li key={wave.id}>
            <bdi class="name">{told(wave.name)}</bdi> <span class="badge">{w.waveStates[state]}</span>
            <p class="hint">{wave.quota === null ? w.insideNow(inside) : w.insideOf(inside, wave.quota)}</p>
          </li>
        ))}
        {next && (
          <li>
            {w.next} <bdi class="name">{told(next.wave.name)}</bdi>{" "}
            <span class="badge">{w.waveStates[next.state]}</span>
            <p class="hint">
              {next.why.length > 0 ? (
                <span dir="auto">{next.why.map(said).join(" · ")}</span>
              ) : (
                w.opensAt(momentOf(next.wave.opens))
              )}
            </p>
          </li>
        )}
      </ul>
    </section>
  );
}

export function Overview() {
  const app = useModel();
  const w = adminWords.value;
  const sections = sectionsOf(app.roles.value);
  const asked = useAsked({ ask: "overview" });
  const waves = useAsked(sections.includes("waves") ? { ask: "waves" } : null);
  const overview = asked.data?.overview;
  const figures: [string, string, string][] = overview
    ? [
        [String(overview.inside), w.figureInside(overview.people), "people"],
        [String(overview.sessions), w.figureSessions, "sessions"],
        [String(overview.invitations), w.figureInvitations, "invitations"],
        [String(overview.waiting), w.figureWaiting, "orders"],
      ]
    : [];
  return (
    <Screen title={w.sections.overview}>
      <Pending asked={asked} />
      {overview && (
        <>
          <ul class="admin-figures">
            {figures.map(([figure, text, section]) => (
              <li key={section}>
                {sections.includes(section as never) ? (
                  <a href={address(section)}>
                    <b>{figure}</b> {text}
                  </a>
                ) : (
                  <span>
                    <b>{figure}</b> {text}
                  </span>
                )}
              </li>
            ))}
          </ul>
          {waves.data && <Door waves={waves.data.waves} />}
          <Roles roles={overview.roles} />
        </>
      )}
    </Screen>
  );
}
