import type { EventId } from "#protocol/ids";
import type { RoomItem, Timeline } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { Dialog } from "../sheet/dialog.tsx";

/** Plans a conference, or changes the plan `id`. */
export function PlanSheet({ room }: { room: RoomItem; timeline: Timeline; id: EventId | null }) {
  return <Dialog title={words.value.start}>{room.name}</Dialog>;
}
