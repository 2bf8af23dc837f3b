import type { RoomKind } from "#protocol/room";
import { useModel } from "./app-context.ts";
import { Icon } from "./icon.tsx";
import { Lazy } from "./lazy.tsx";
import { initials } from "./names.ts";

const face = async () => (await import("./face.tsx")).Face;

/** One of six quiet colours, the same for an id everywhere. */
const tint = (id: string): number => {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) % 997;
  return sum % 6;
};

export function Avatar(props: {
  id: string;
  name: string;
  kind?: RoomKind;
  online?: boolean;
  small?: boolean;
  /** hash of the photo where it is known better than by the person's card; empty for none */
  photo?: string;
}) {
  const { id, name, kind = "direct", online, small, photo } = props;
  const app = useModel();
  const hash = photo ?? (kind === "direct" && id && app.person(id).value?.photo);
  const sign = kind === "group" ? kind : kind === "channel" && "horn";
  return (
    <span
      class={`avatar tint${tint(id)} ${kind}${small ? " small" : ""}`}
      data-initials={sign ? undefined : initials(name)}
      aria-hidden="true"
    >
      {sign && <Icon sign={sign} />}
      {hash && <Lazy load={face} props={{ id, hash }} />}
      {online && <i class="dot" />}
    </span>
  );
}
