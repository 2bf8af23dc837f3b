import { useEffect, useState } from "preact/hooks";
import type { SelfAnswer, Ways } from "#protocol/self";
import { useModel } from "../view/app-context.ts";
import { up } from "../view/route.ts";
import { Lazy } from "../view/lazy.tsx";
import { Dialog } from "../view/sheet/dialog.tsx";
import { Devices } from "./devices.tsx";
import { LinkStep } from "./link-step.tsx";
import { ask, why } from "./own.ts";
import { PinStep } from "./pin-step.tsx";
import { Protect } from "./protect.tsx";
import { pinWanted } from "./proof.ts";
import { Proving } from "./proving.tsx";
import { RecoveryStep } from "./recovery-step.tsx";
import { WaysList } from "./ways-list.tsx";
import { securityWords } from "./words.ts";

type DeviceList = Extract<SelfAnswer, { answer: "devices" }>;

function Overview() {
  const app = useModel();
  const w = securityWords.value;
  const [list, setList] = useState<DeviceList | null>(null);
  const [ways, setWays] = useState<Ways | null>(null);
  const [trouble, setTrouble] = useState("");
  const online = app.connection.value.state === "online";
  const read = () =>
    Promise.all([ask(app, { do: "devices" }, "devices"), ask(app, { do: "ways" }, "ways")]).then(
      ([devices, { ways }]) => {
        setList(devices);
        setWays(ways);
        setTrouble("");
      },
      (error) => setTrouble(why(error)),
    );
  useEffect(() => {
    if (online) void read();
  }, [online]);
  const said = online ? trouble : list ? "" : w.offline;
  return (
    <Dialog title={w.title}>
      {said && (
        <p class="trouble" role="alert">
          {said}
        </p>
      )}
      {list && <Devices list={list} onChange={read} />}
      {ways && <WaysList ways={ways} onChange={read} />}
      {list && <Lazy load={blockedList} props={{}} />}
    </Dialog>
  );
}

const blockedList = async () => (await import("../contacts/part.ts")).blockedList();
const ownPhoto = async () => (await import("./own-photo.tsx")).ownPhoto();
const back = () => up();

/** One's own devices and ways of signing in. @param step the place within, from the address */
export function SecuritySheet({ step }: { step: string | null }) {
  return (
    <>
      {/* The step waits, and keeps what was typed in it. */}
      <div hidden={pinWanted.value !== null}>
        <Step step={step} />
      </div>
      <Proving />
    </>
  );
}

function Step({ step }: { step: string | null }) {
  const w = securityWords.value;
  switch (step) {
    case "protect":
      return <Protect />;
    case "link":
      return <LinkStep />;
    case "pin":
      return (
        <Dialog title={w.pinTitle}>
          <PinStep onDone={back} />
        </Dialog>
      );
    case "recovery":
      return <RecoveryStep onDone={back} />;
    case "photo":
      return <Lazy load={ownPhoto} props={{}} />;
    default:
      return <Overview />;
  }
}
