import { render } from "preact";
import "../../styles/index.css";
import { App } from "../app.tsx";
import { newVersion } from "../new-version.tsx";
import { applyPreferences, choose, theme } from "../preferences.ts";
import { createFake } from "./fake.ts";

const asked = new URLSearchParams(location.search);

async function show() {
  if (asked.get("theme")) theme.value = asked.get("theme") as "dark";
  await applyPreferences();
  if (asked.get("lang")) await choose(asked.get("lang") as "ur");
  if (asked.has("version")) newVersion.value = () => location.reload();
  const model = createFake();
  const role = asked.get("admin");
  if (role) {
    const { fakeDesk } = await import("../../admin/testing/fake-desk.ts");
    Object.assign(model, fakeDesk(role as "provincial", asked.has("bare")));
  }
  render(<App model={model} />, document.getElementById("app") as HTMLElement);
  performance.mark("app-ready");
}
void show();
