import { useState } from "preact/hooks";
import type { WaveStatus } from "#protocol/admin";
import type { Wave, WaveGates } from "#protocol/directory";
import { words } from "../../locales/language.ts";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { useAsked } from "../asked.ts";
import { adminWords } from "../furnish.ts";
import { useUnits } from "../offices/tree.ts";
import { place, visit } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { Empty, Pending, Screen } from "../screen.tsx";
import { may } from "../sections.ts";
import { told as said } from "../said.ts";
import { momentOf } from "../time.ts";
import { GB, WaveForm } from "./form.tsx";

/** Whom a wave lets in, in words. */
function useAdmitted(): (who: Wave["who"]) => string {
  const { unit } = useUnits();
  const w = adminWords.value;
  return (who) => {
    if (who.kind === "named") return w.namedPeople(who.people.length);
    if (who.kind === "units") return words.value.list(who.units.map((id) => told(unit(id)?.name) || id));
    return w.waveWho[who.kind];
  };
}

function gateWords({ errors, signInMs, diskFree }: WaveGates): string[] {
  const w = adminWords.value;
  const gates: string[] = [];
  if (errors !== undefined) gates.push(w.gateErrors(`${Math.round(errors * 1000) / 10}%`));
  if (signInMs !== undefined) gates.push(w.gateSignIn(String(signInMs / 1000)));
  if (diskFree !== undefined) gates.push(w.gateDisk(String(Math.round((diskFree / GB) * 10) / 10)));
  return gates;
}

function WaveCard({ status, onHand }: { status: WaveStatus; onHand: ((hand: Wave["hand"]) => void) | null }) {
  const w = adminWords.value;
  const admitted = useAdmitted();
  const { wave, state, why, inside, invited } = status;
  const gates = gateWords(wave.gates);
  return (
    <li class={`admin-wave ${state}`}>
      <p>
        <span class="quiet">{wave.place}.</span> <bdi class="name">{told(wave.name)}</bdi>{" "}
        <span class="badge">{w.waveStates[state]}</span>
      </p>
      {why.length > 0 && (
        <ul class="admin-flag">
          {why.map((each) => (
            <li key={each} dir="auto">
              {said(each)}
            </li>
          ))}
        </ul>
      )}
      <p>{wave.quota === null ? w.insideNow(inside) : w.insideOf(inside, wave.quota)}</p>
      {wave.quota !== null && (
        <progress max={wave.quota || 1} value={inside} aria-label={w.insideOf(inside, wave.quota)} />
      )}
      <dl class="facts">
        <dt>{w.lets}</dt>
        <dd>
          <bdi>{admitted(wave.who)}</bdi>
        </dd>
        <dt>{w.opens}</dt>
        <dd>{momentOf(wave.opens)}</dd>
        {wave.closes !== null && (
          <>
            <dt>{w.closes}</dt>
            <dd>{momentOf(wave.closes)}</dd>
          </>
        )}
        {gates.length > 0 && (
          <>
            <dt>{w.gates}</dt>
            <dd>{gates.join(" · ")}</dd>
          </>
        )}
        <dt>{w.invitation}</dt>
        <dd>{w.invitedCount(invited)}</dd>
      </dl>
      {onHand && (
        <div class="admin-actions">
          <button type="button" class="secondary" onClick={() => visit("waves", wave.id)}>
            {w.edit}
          </button>
          {wave.hand !== "hold" && (
            <button type="button" class="secondary" onClick={() => onHand("hold")}>
              {w.hands.hold}
            </button>
          )}
          {wave.hand !== "auto" && (
            <button type="button" class="secondary" onClick={() => onHand("auto")}>
              {w.hands.auto}
            </button>
          )}
          {wave.hand !== "close" && (
            <button type="button" class="secondary" onClick={() => onHand("close")}>
              {w.hands.close}
            </button>
          )}
        </div>
      )}
    </li>
  );
}

/** Who may come in when: the waves in their order, and what holds the next one. */
export function Waves() {
  const app = useModel();
  const w = adminWords.value;
  const asked = useAsked({ ask: "waves" });
  const [next, setNext] = useState<Wave | null>(null);
  const can = may(app.roles.value, "put-office");
  const waves = [...(asked.data?.waves ?? [])].sort((a, b) => a.wave.place - b.wave.place);
  const [which] = place.value.rest;
  const last = waves[waves.length - 1]?.wave.place ?? 0;
  if (which)
    return asked.data ? (
      <WaveForm wave={waves.find(({ wave }) => wave.id === which)?.wave} last={last} />
    ) : (
      <Screen title={w.sections.waves}>
        <Pending asked={asked} />
      </Screen>
    );
  return (
    <Screen
      title={w.sections.waves}
      note={w.wavesNote}
      tools={
        can && (
          <button type="button" class="primary" onClick={() => visit("waves", "new")}>
            {w.addWave}
          </button>
        )
      }
    >
      <Pending asked={asked} />
      {asked.data && waves.length === 0 && <Empty text={w.noWaves} hint={w.noWavesHint} />}
      <ol class="admin-waves">
        {waves.map((status) => (
          <WaveCard
            key={status.wave.id}
            status={status}
            onHand={can ? (hand) => setNext({ ...status.wave, hand }) : null}
          />
        ))}
      </ol>
      {next && (
        <Proposal
          title={w.hands[next.hand]}
          acts={[{ do: "put", entries: [{ wave: next }] }]}
          danger={next.hand === "close"}
          onClose={() => setNext(null)}
        />
      )}
    </Screen>
  );
}
