import { makePasskey } from "../enter/others/passkey.ts";
import { remember } from "../enter/ways.ts";
import type { AppModel } from "../model/contract.ts";
import { ask } from "./own.ts";

/** Makes a passkey on this device and has the node keep its public half. @throws Refusal, DOMException */
export async function addPasskey(app: AppModel): Promise<void> {
  const { options } = await ask(app, { do: "passkey" }, "passkey");
  const response = await makePasskey(options);
  const { deviceLabel } = await import("../model/device-label.ts");
  await ask(app, { do: "passkey-made", response, label: deviceLabel(navigator.userAgent) }, "done");
  remember("passkey");
}
