import { useState } from "preact/hooks";
import type { Face } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { nameOf } from "../who.ts";
import { faceName, facePost, isHost, useDesk } from "./desk.ts";
import { HostTools } from "./host-tools.tsx";
import { PersonActions } from "./person-actions.tsx";
import { Marks } from "./tile.tsx";
import { callWords } from "./words.ts";

/** A list of two hundred is drawn in steps. */
const STEP = 60;

function Who({ face }: { face: Face }) {
  const app = useModel();
  const c = callWords.value;
  return (
    <>
      <Avatar id={face.person} name={face.name ?? nameOf(app, face.person)} small />
      <span class="lines">
        <span class="line">
          <bdi class="name">{faceName(app, face)}</bdi>
          {(face.rank === "host" || face.rank === "cohost") && <span class="badge">{c.ranks[face.rank]}</span>}
        </span>
        <span class="quiet cut">
          <bdi>{face.state === "away" ? c.isAway : facePost(app, face)}</bdi>
        </span>
      </span>
      <span class="marks">
        <Marks face={face} all />
      </span>
    </>
  );
}

function InLobby({ waiting }: { waiting: Face[] }) {
  const { call } = useDesk();
  const c = callWords.value;
  return (
    <section aria-label={c.lobbyWaiting}>
      <h4>
        {c.lobbyWaiting} · {waiting.length}
      </h4>
      <ul>
        {waiting.map((face) => (
          <li key={face.seat} class="waits">
            <div class="row">
              <Who face={face} />
            </div>
            <div class="buttons">
              <button type="button" class="primary" onClick={() => call.admit(face.seat)}>
                {c.admit}
              </button>
              <button type="button" class="secondary" onClick={() => call.refuse(face.seat)}>
                {c.refuse}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {waiting.length > 1 && (
        <button
          type="button"
          class="secondary wide"
          onClick={() => {
            for (const face of waiting) call.admit(face.seat);
          }}
        >
          {c.admitAll}
        </button>
      )}
    </section>
  );
}

/** Raised hands first, in the order in which they went up; then oneself; then as they came. */
const inOrder = (faces: Face[]): Face[] =>
  faces
    .map((face, i) => ({ face, i }))
    .sort((a, b) => (a.face.hand ?? Number.POSITIVE_INFINITY) - (b.face.hand ?? Number.POSITIVE_INFINITY) || a.i - b.i)
    .map(({ face }) => face);

/** Who is in the call, who waits and who is rung; and what hosts may do with them. */
export function People() {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const host = isHost(call);
  const [open, setOpen] = useState<string | null>(null);
  const [shown, setShown] = useState(STEP);
  const faces = call.faces.value;
  const waiting = faces.filter((face) => face.state === "lobby" && !face.mine);
  const there = inOrder(faces.filter((face) => face.state !== "lobby"));
  const rung = call.head.value.ringing.filter((person) => !faces.some((face) => face.person === person));
  return (
    <div class="panel-body people-body">
      {waiting.length > 0 && host && <InLobby waiting={waiting} />}
      <ul aria-label={c.inCall}>
        {there.slice(0, shown).map((face) => (
          <li key={face.seat}>
            {host && !face.mine ? (
              <button
                type="button"
                class="row"
                aria-expanded={open === face.seat}
                onClick={() => setOpen(open === face.seat ? null : face.seat)}
              >
                <Who face={face} />
              </button>
            ) : (
              <div class="row">
                <Who face={face} />
              </div>
            )}
            {open === face.seat && host && <PersonActions face={face} onDone={() => setOpen(null)} />}
          </li>
        ))}
      </ul>
      {there.length > shown && (
        <button type="button" class="secondary wide" onClick={() => setShown(shown + STEP)}>
          {c.moreHere(there.length - shown)}
        </button>
      )}
      {rung.length > 0 && (
        <section aria-label={c.ringing}>
          <h4>{c.ringing}</h4>
          <ul>
            {rung.slice(0, STEP).map((person) => (
              <li key={person} class="row">
                <Avatar id={person} name={nameOf(app, person)} small />
                <span class="lines">
                  <bdi class="name">{nameOf(app, person)}</bdi>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {host && <HostTools />}
    </div>
  );
}
