import { useEffect, useRef, useState } from "preact/hooks";
import type { Door } from "#protocol/enrol";
import { NewVersion } from "../view/banner.tsx";
import { Languages } from "../view/languages.tsx";
import { Lazy } from "../view/lazy.tsx";
import { Logo } from "../view/logo.tsx";
import { type Brought, brought } from "../view/route.ts";
import { Apply } from "./apply.tsx";
import { readDoor } from "./door.ts";
import { CodeWay, OidcWay, PasskeyWay, PinWay, RecoveryWay } from "./each-way.tsx";
import { LinkWay } from "./link-way.tsx";
import { OtherWays } from "./other-ways.tsx";
import { notYet } from "./trouble.ts";
import { offered, remembered, type Way } from "./ways.ts";
import { enterWords } from "./words.ts";

/** Few come before their day. */
const notYetPart = async () => (await import("./not-yet.tsx")).NotYet;

const WAY_OF = { join: "code", link: "link", oidc: "oidc" } as const;

interface WayProps {
  way: Way;
  door: Door | null;
  came: Brought | null;
  onCancel(): void;
}

function OneWay({ way, door, came, onCancel }: WayProps) {
  switch (way) {
    case "code":
      return <CodeWay brought={came} />;
    case "passkey":
      return <PasskeyWay />;
    case "pin":
      return <PinWay />;
    case "recovery":
      return <RecoveryWay />;
    case "oidc":
      return <OidcWay door={door} brought={came} />;
    case "link":
      return <LinkWay brought={came} onCancel={onCancel} />;
  }
}

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
              <Apply onBack={() => setApplying(false)} />
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
