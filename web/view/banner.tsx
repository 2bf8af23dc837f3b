import { useModel } from "./app-context.ts";
import { Lazy } from "./lazy.tsx";
import { NewVersion } from "./new-version.tsx";

const securityNews = async () => (await import("../security/part.ts")).securityNews();

// Asked for as soon as the screen stands, and kept offline: only the first second of a first visit is without it.
const connection = async () => (await import("./connection.tsx")).Connection;

export function Banners() {
  const changed = useModel().changes.value.length > 0;
  return (
    <div class="banners" role="status">
      <NewVersion />
      {changed && <Lazy load={securityNews} props={{}} />}
      <Lazy load={connection} props={{}} />
    </div>
  );
}
