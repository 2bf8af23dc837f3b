import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Calls } from "../../call/contract.ts";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { Icon } from "../icon.tsx";
import { CallChat } from "./chat.tsx";
import { Connection } from "./connection.tsx";
import { type CallPanel, useDesk } from "./desk.ts";
import { DeviceChoice } from "./devices.tsx";
import { Leave } from "./leave.tsx";
import { More } from "./more.tsx";
import { People } from "./people.tsx";
import { Reactions } from "./reactions.tsx";
import { Security } from "./security.tsx";
import { callWords } from "./words.ts";

function Content({ panel, room, calls }: { panel: CallPanel; room: RoomItem; calls: Calls }): ComponentChildren {
  switch (panel) {
    case "people":
      return <People />;
    case "chat":
      return <CallChat room={room} />;
    case "security":
      return <Security />;
    case "devices":
      return <DeviceChoice devices={calls.devices} />;
    case "connection":
      return <Connection calls={calls} />;
    case "more":
      return <More />;
    case "leave":
      return <Leave />;
    case "react":
      return <Reactions />;
  }
}

/** What opens beside the pictures, or over them on a phone. It takes the focus and gives it back. */
export function Panel(props: { panel: CallPanel; room: RoomItem; calls: Calls }) {
  const desk = useDesk();
  const c = callWords.value;
  const box = useRef<HTMLElement>(null);
  // Asked while drawing: by the time of the effects a field inside may have taken the focus.
  const [before] = useState(() => document.activeElement as HTMLElement | null);
  useEffect(() => {
    if (!box.current?.contains(document.activeElement)) box.current?.focus();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  const titles: Record<CallPanel, string> = {
    people: c.peopleCount(desk.call.faces.value.filter((face) => face.state !== "lobby").length),
    chat: c.messages,
    security: c.security,
    devices: c.devices,
    connection: c.connection,
    more: c.more,
    leave: c.leaveCall,
    react: c.react,
  };
  const title = titles[props.panel];
  return (
    <section ref={box} class={`panel ${props.panel}`} role="dialog" aria-label={title} tabIndex={-1}>
      <div class="bar">
        <h3>{title}</h3>
        <button type="button" class="plain" aria-label={words.value.close} onClick={() => (desk.panel.value = null)}>
          <Icon sign="close" />
        </button>
      </div>
      <Content {...props} />
    </section>
  );
}
