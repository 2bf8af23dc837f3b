import { effect } from "@preact/signals";
import { render } from "preact";
import { createApp } from "./model/index.ts";
import { App } from "./view/app.tsx";
import { newVersion } from "./view/new-version.tsx";
import { applyPreferences } from "./view/preferences.ts";

/** Opens the client: words first, then what is kept on the device, then the node. */
async function main(): Promise<void> {
  const model = createApp();
  await applyPreferences();
  render(<App model={model} />, document.getElementById("app") as HTMLElement);
  const marked = effect(() => {
    if (model.phase.value === "starting") return;
    requestAnimationFrame(() => {
      if (performance.getEntriesByName("app-ready").length === 0) performance.mark("app-ready");
    });
  });
  await model.start();
  marked();
  if (import.meta.env.PROD) {
    const { keepOffline } = await import("./sw/register.ts");
    await keepOffline((takeOver) => (newVersion.value = takeOver)).catch(() => {});
  }
}

void main();
