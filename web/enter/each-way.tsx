import { signal } from "@preact/signals";
import type { Door } from "#protocol/enrol";
import type { Brought } from "../view/route.ts";
import { byCode, byOidc, byPasskey, byPin, byRecovery, goOidc } from "./door.ts";
import { useEntry } from "./entry.ts";
import { WayForm } from "./way-form.tsx";
import { enterWords } from "./words.ts";

/** The name is the same whichever secret goes with it. */
const typedName = signal("");
/** An invitation that was not taken yet is not typed twice. */
const typedCode = signal("");

export function CodeWay({ brought }: { brought: Brought | null }) {
  const w = enterWords.value;
  const entry = useEntry("code");
  const code = brought?.by === "join" ? brought.code : "";
  const value = code || typedCode.peek();
  const hint = code ? w.codeBrought : w.codeHint;
  const fields = [{ name: "code", label: w.code, hint, auto: "one-time-code", letters: true, value }];
  return (
    <WayForm
      {...{ entry, fields }}
      action={w.signIn}
      onSubmit={async ({ code = "" }) => {
        typedCode.value = code;
        const came = await entry.enter((device, stay) => byCode(device, code, stay));
        if (came) typedCode.value = "";
        return came;
      }}
    />
  );
}

export function PasskeyWay() {
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

export function PinWay() {
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

export function RecoveryWay() {
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

export function OidcWay({ door, brought }: { door: Door | null; brought: Brought | null }) {
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
