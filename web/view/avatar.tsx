import type { RoomKind } from "#protocol/room";
import { Icon } from "./icon.tsx";
import { initials } from "./names.ts";

/** One of six quiet colours, the same for an id everywhere. */
const tint = (id: string): number => {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) % 997;
  return sum % 6;
};

export function Avatar(props: { id: string; name: string; kind?: RoomKind; online?: boolean; small?: boolean }) {
  const { id, name, kind = "direct", online, small } = props;
  return (
    <span
      class={`avatar tint${tint(id)} ${kind}${small ? " small" : ""}`}
      data-initials={kind === "direct" ? initials(name) : undefined}
      aria-hidden="true"
    >
      {kind !== "direct" && <Icon sign={kind === "group" ? "group" : "horn"} />}
      {online && <i class="dot" />}
    </span>
  );
}
