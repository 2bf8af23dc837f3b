import { Lazy } from "./lazy.tsx";
import { NewVersion } from "./new-version.tsx";

// Asked for as soon as the screen stands, and kept offline: only the first second of a first visit is without it.
const connection = async () => (await import("./connection.tsx")).Connection;

export function Banners() {
  return (
    <div class="banners" role="status">
      <NewVersion />
      <Lazy load={connection} props={{}} />
    </div>
  );
}
