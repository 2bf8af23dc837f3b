import type { PostId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { AppModel, TimelineItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { isolated, told } from "../names.ts";
import { nameOf } from "../who.ts";
import { roomWords } from "./room-words.ts";

/** A change of the room as a sentence in the reader's language. */
export function changeWords(
  app: AppModel,
  by: PersonId,
  { change, came = [], went = [] }: Extract<TimelineItem["content"], { kind: "change" }>,
): string {
  const { you, list } = words.value;
  const w = roomWords.value;
  const name = (id: PersonId) => (id === app.me.value?.id ? you : isolated(nameOf(app, id)));
  const title = (id: PostId) => isolated(told(app.post(id).value?.post.title) || "…");
  const all = (people: PersonId[], posts: PostId[] = []) => list([...people.map(name), ...posts.map(title)]);
  const who = name(by);
  switch (change.op) {
    case "create":
      return w.created(who);
    case "add":
      return w.added(who, all(change.members, change.posts));
    case "remove":
      return !change.posts && change.members.length === 1 && change.members[0] === by
        ? w.leftRoom(who)
        : w.removed(who, all(change.members, change.posts));
    case "rename":
      return w.renamed(who, isolated(change.name));
    case "role":
      return (change.role === "owner" ? w.madeOwner : w.madeMember)(who, name(change.person));
    case "succeed": {
      const post = title(change.post);
      if (came.length === 0) return w.gaveUp(all(went), post);
      return went.length === 0 ? w.tookCharge(all(came), post) : w.handedOver(all(went), all(came), post);
    }
  }
}
