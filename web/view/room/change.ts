import type { PersonId } from "#protocol/ids";
import type { ControlOp } from "#protocol/room";
import type { AppModel } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { isolated } from "../names.ts";
import { nameOf } from "../who.ts";

/** A change of the room as a sentence in the reader's language. */
export function changeWords(app: AppModel, by: PersonId, change: ControlOp): string {
  const w = words.value;
  const name = (id: PersonId) => (id === app.me.value?.id ? w.you : isolated(nameOf(app, id)));
  const who = name(by);
  switch (change.op) {
    case "create":
      return w.created(who);
    case "add":
      return w.added(who, w.list(change.members.map(name)));
    case "remove":
      return change.members.length === 1 && change.members[0] === by
        ? w.leftRoom(who)
        : w.removed(who, w.list(change.members.map(name)));
    case "rename":
      return w.renamed(who, isolated(change.name));
    case "role":
      return (change.role === "owner" ? w.madeOwner : w.madeMember)(who, name(change.person));
    case "succeed":
      return w.succeeded;
  }
}
