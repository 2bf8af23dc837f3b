import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { Confirm } from "../sheet/confirm.tsx";
import { attempt, canShare } from "./controls.tsx";
import { type CallPanel, useDesk } from "./desk.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

function Item(props: {
  sign: ComponentChildren;
  text: string;
  hint?: string;
  on?: boolean;
  onClick: () => void;
  look?: string;
}) {
  return (
    <li class={props.look}>
      <button type="button" class="item" aria-pressed={props.on} onClick={props.onClick}>
        {props.sign}
        <span class="lines">
          <span>{props.text}</span>
          {props.hint && <span class="hint">{props.hint}</span>}
        </span>
        {props.on !== undefined && <i class="switch" />}
      </button>
    </li>
  );
}

/** All that has no button of its own, and on a phone what has no room for one. */
export function More() {
  const desk = useDesk();
  const { call } = desk;
  const c = callWords.value;
  const [sure, setSure] = useState(false);
  const me = call.faces.value.find((face) => face.mine);
  const on = call.on.value;
  const go = (panel: CallPanel | null) => () => {
    desk.panel.value = panel;
  };
  const does = (work: () => void) => () => {
    work();
    desk.panel.value = null;
  };
  const grid = desk.alike.value;
  return (
    <ul class="panel-body items">
      <Item look="phone" sign={<Icon sign="chat" />} text={c.messages} onClick={go("chat")} />
      <Item
        look="phone"
        sign={<Sign sign="hand" />}
        text={me?.hand == null ? c.raise : c.lower}
        onClick={does(() => call.hand(me?.hand == null))}
      />
      <Item look="phone" sign={<Sign sign="smile" />} text={c.react} onClick={go("react")} />
      {canShare() && (
        <Item
          look="phone"
          sign={<Sign sign="screen" />}
          text={on.has("screen") ? c.stopShare : c.share}
          onClick={does(() => attempt(call.share(!on.has("screen"))))}
        />
      )}
      <Item
        sign={<Sign sign={grid ? "large" : "grid"} />}
        text={grid ? c.speakerView : c.gridView}
        onClick={does(() => {
          desk.view.value = grid ? "speaker" : "grid";
          if (!grid) desk.pinned.value = null;
        })}
      />
      <Item
        sign={<Sign sign="saver" />}
        text={c.saver}
        hint={c.saverHint}
        on={call.saver.value}
        onClick={() => call.saving(!call.saver.value)}
      />
      <Item sign={<Sign sign="devices" />} text={c.devices} onClick={go("devices")} />
      <Item sign={<Icon sign="info" />} text={c.connection} onClick={go("connection")} />
      <Item sign={<Icon sign="lock" />} text={c.security} hint={c.seal[call.seal.value]} onClick={go("security")} />
      {sure ? (
        <li>
          <Confirm
            text={c.recordSure}
            yes={c.record}
            onYes={does(() => call.record(true))}
            onNo={() => setSure(false)}
          />
        </li>
      ) : (
        <Item
          sign={<Sign sign="record" />}
          text={me?.recording ? c.stopRecord : c.record}
          hint={c.recordHint}
          onClick={() => (me?.recording ? call.record(false) : setSure(true))}
        />
      )}
    </ul>
  );
}
