import type { ControlOp } from "#protocol/room";
import type { RoomItem } from "../../model/contract.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { reason } from "../reason.ts";
import { provinceName } from "../who.ts";
import { sheetWords } from "./sheet-words.ts";

type Change = Exclude<ControlOp, { op: "create" }>;

/** Asks the room's home for a change and says what became of it, or for whom it waits. */
export function useChange(room: RoomItem): (change: Change) => Promise<boolean> {
  const app = useModel();
  return async (change) => {
    try {
      const asked = app.change(room.id, change);
      const link = app.links.value.find((each) => each.province === room.home);
      if (app.connection.value.state !== "online" || link?.up === false) {
        tell(sheetWords.value.changeWaits(provinceName(app, room.home)));
        asked.catch(() => {});
        return true;
      }
      await asked;
      tell(sheetWords.value.changed);
      return true;
    } catch (error) {
      tell(reason(error));
      return false;
    }
  };
}
