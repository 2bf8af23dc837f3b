import { signal } from "@preact/signals";
import type { Door } from "#protocol/enrol";
import type { Brought } from "../../view/route.ts";
import { byOidc, byPasskey, byPin, byRecovery, goOidc } from "./doors.ts";
import { LinkWay } from "./link-way.tsx";
import { useEntry } from "../entry.ts";
import { WayForm } from "../way-form.tsx";
import type { WayProps } from "../ways.ts";
import { enterWords } from "../words.ts";

/** The name is the same whichever secret goes with it. */
const typedName = signal("");
function PasskeyWay() {
  const w = enterWords.value;
  const entry = useEntry("passkey");
  return (
    <WayForm
      {...{ entry, fields: [] }}
      hint={w.passkeyHint}
      action={w.passkeyUse}
      onSubmit={() => entry.enter(byPasskey)}
    />
  );
}

function PinWay() {
  const w = enterWords.value;
  const entry = useEntry("pin");
  const fields = [
    { name: "name", label: w.name, hint: w.nameHint, auto: "username", value: typedName.peek() },
    { name: "pin", label: w.pin, secret: true, hidden: true, digits: true, auto: "current-password" },
    { name: "totp", label: w.totp, hint: w.totpHint, secret: true, digits: true, auto: "one-time-code" },
  ];
  return (
    <WayForm
      {...{ entry, fields }}
      action={w.signIn}
      onSubmit={({ name = "", pin = "", totp = "" }) => {
        typedName.value = name;
        return entry.enter((device, stay) => byPin(device, name, pin, totp.replace(/\D/g, ""), stay));
      }}
    />
  );
}

function RecoveryWay() {
  const w = enterWords.value;
  const entry = useEntry("recovery");
  const fields = [
    { name: "name", label: w.name, hint: w.nameHint, auto: "username", value: typedName.peek() },
    { name: "code", label: w.recovery, hint: w.recoveryHint, secret: true, letters: true },
  ];
  return (
    <WayForm
      {...{ entry, fields }}
      action={w.signIn}
      onSubmit={({ name = "", code = "" }) => {
        typedName.value = name;
        return entry.enter((device, stay) => byRecovery(device, name, code, stay));
      }}
    />
  );
}

function OidcWay({ door, brought }: { door: Door | null; brought: Brought | null }) {
  const w = enterWords.value;
  const entry = useEntry("oidc");
  const session = brought?.by === "oidc" ? brought.code : "";
  if (session)
    return (
      <WayForm
        {...{ entry, fields: [] }}
        hint={entry.busy ? w.oidcBack : ""}
        action={w.again}
        atOnce
        onSubmit={() => entry.enter((device, stay) => byOidc(device, session, stay))}
      />
    );
  return (
    <WayForm
      {...{ entry, fields: [] }}
      hint={w.oidcHint}
      action={w.oidcUse(door?.oidc ?? w.ways.oidc)}
      onSubmit={() =>
        entry.attempt(async () => {
          location.href = await goOidc(entry.stay);
        })
      }
    />
  );
}

/** Any way but the code: fetched once the sign-in screen stands. */
export function OtherWay({ way, door, came, onCancel }: WayProps) {
  switch (way) {
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
    default:
      return null;
  }
}
