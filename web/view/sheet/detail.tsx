import { useEffect, useMemo } from "preact/hooks";
import type { EventId } from "#protocol/ids";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { since } from "../format.ts";
import { Icon } from "../icon.tsx";
import { Prose } from "../text/prose.tsx";
import { nameOf, provinceName } from "../who.ts";
import { Dialog } from "./dialog.tsx";
import { furnish, sheetWords } from "./sheet-words.ts";

/** Where one message is: in which provinces, with which people. */
function Whereabouts({ room, event }: { room: RoomItem; event: EventId }) {
  const app = useModel();
  const w = words.value;
  const s = sheetWords.value;
  const timeline = useMemo(() => app.open(room.id), [room.id]);
  useEffect(() => () => timeline.close(), [timeline]);
  const item = timeline.items.value.find((each) => each.id === event);
  // read for their news: the detail is made from them
  app.links.value;
  const detail = timeline.detail(event);
  const shown = { sent: "stored", delivered: "delivered", read: "read" } as const;
  return (
    <Dialog title={s.whereIs}>
      {item?.content.kind === "text" && (
        <blockquote class="quoted">
          <Prose text={item.content.text.slice(0, 200)} links={false} />
        </blockquote>
      )}
      {item?.refusal && <p class="trouble">{item.refusal}</p>}
      <section>
        <h3>{s.provinces}</h3>
        <ul class="where">
          {detail.provinces.map((each) => {
            const sign = each.stored ? "delivered" : each.cutOffSince ? "cut" : "waiting";
            return (
              <li key={each.province} class={each.stored ? "good" : each.cutOffSince ? "bad" : ""}>
                <span class="name">{provinceName(app, each.province)}</span>
                <span class="quiet">
                  {each.stored
                    ? s.provinceStored
                    : each.cutOffSince
                      ? w.provinceCut(since(each.cutOffSince))
                      : s.provinceWaiting}
                </span>
                <Icon sign={sign} />
              </li>
            );
          })}
        </ul>
      </section>
      {detail.people.length > 0 && (
        <section>
          <h3>{w.people}</h3>
          <ul class="where">
            {detail.people.map(({ person, stage }) => (
              <li key={person}>
                <Avatar id={person} name={nameOf(app, person)} small />
                <span class="lines">
                  <bdi class="name">{nameOf(app, person)}</bdi>
                  <span class="quiet">{stage === "sent" ? s.personSent : w.stage[stage]}</span>
                </span>
                <span class={`stage ${shown[stage]}`}>
                  <Icon sign={stage === "sent" ? "waiting" : shown[stage]} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}

/** The part with its words. */
export async function detailSheet() {
  await furnish();
  return Whereabouts;
}
