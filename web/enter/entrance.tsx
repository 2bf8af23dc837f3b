import { useEffect, useRef, useState } from "preact/hooks";
import type { Door } from "#protocol/enrol";
import { NewVersion } from "../view/new-version.tsx";
import { Languages } from "../view/languages.tsx";
import { fetchAhead, Lazy } from "../view/lazy.tsx";
import { Logo } from "../view/logo.tsx";
import { brought } from "../view/route.ts";
import { CodeWay } from "./code-way.tsx";
import { readDoor } from "./door.ts";
import { OtherWays } from "./other-ways.tsx";
import { notYet } from "./trouble.ts";
import { offered, remembered, type Way, type WayProps } from "./ways.ts";
import { enterWords } from "./words.ts";

/** Few come before their day. */
const notYetPart = async () => (await import("./others/not-yet.tsx")).NotYet;
const otherWay = async () => (await import("./others/other-way.tsx")).OtherWay;
const application = async () => (await import("./others/apply.tsx")).Apply;

const WAY_OF = { join: "code", link: "link", oidc: "oidc" } as const;

const OneWay = (props: WayProps) =>
  props.way === "code" ? <CodeWay brought={props.came} /> : <Lazy load={otherWay} props={props} />;

/** The sign-in screen: the way that is most likely wanted, and the others one press away. */
export function Entrance() {
  const w = enterWords.value;
  const came = brought.value;
  const [door, setDoor] = useState<Door | null>(null);
  const [asked, setAsked] = useState(false);
  const [chosen, setChosen] = useState<Way | null>(null);
  const [applying, setApplying] = useState(false);
  const [round, again] = useState(0);
  useEffect(() => {
    // Until it is known what the door offers, and where it cannot be asked, an invitation is always taken.
    readDoor()
      .then(setDoor, () => {})
      .then(() => setAsked(true));
    fetchAhead(otherWay);
  }, []);
  useEffect(() => {
    setChosen(null);
  }, [came]);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The button that was pressed is gone: whoever reads by ear or by keyboard goes on at the way that it opened.
    if (round + Number(applying) > 0 && document.activeElement === document.body) head.current?.focus();
  }, [round, applying]);

  const ways = offered(door);
  const wanted = chosen ?? (came ? WAY_OF[came.by] : remembered());
  const way = came || chosen || !door || ways.includes(wanted) ? wanted : "code";
  const choose = (next: Way) => {
    brought.value = null;
    setApplying(false);
    setChosen(next);
    again(round + 1);
  };

  return (
    <main class="sign-in">
      <NewVersion />
      <div class="card">
        <Logo />
        <h1>Beep</h1>
        <p class="quiet">{w.tagline}</p>
        {notYet.value ? (
          <Lazy load={notYetPart} props={{}} />
        ) : (
          <>
            <h2 ref={head} tabIndex={-1}>
              {applying ? w.apply : w.ways[way]}
            </h2>
            {applying ? (
              <Lazy load={application} props={{ onBack: () => setApplying(false) }} />
            ) : (
              <OneWay key={`${way} ${round} ${came?.code}`} {...{ way, door, came }} onCancel={() => choose("code")} />
            )}
            <OtherWays
              ways={asked ? ways.filter((each) => applying || each !== way) : []}
              door={door}
              onChoose={choose}
            />
            {door?.apply && !applying && (
              <button type="button" class="link" onClick={() => setApplying(true)}>
                {w.applyHint}
              </button>
            )}
          </>
        )}
      </div>
      <Languages />
    </main>
  );
}
