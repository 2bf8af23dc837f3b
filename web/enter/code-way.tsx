import { signal } from "@preact/signals";
import type { Brought } from "../view/route.ts";
import { byCode } from "./door.ts";
import { useEntry } from "./entry.ts";
import { WayForm } from "./way-form.tsx";
import { enterWords } from "./words.ts";

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
