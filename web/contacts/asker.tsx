import type { ContactRequest } from "#protocol/contact";
import { useModel } from "../view/app-context.ts";
import { Avatar } from "../view/avatar.tsx";
import { when } from "../view/format.ts";
import { clean, isolated } from "../view/names.ts";
import { nameOf } from "../view/who.ts";
import { contactWords } from "./words.ts";

/** Who asks: a person, or a group into which one was put. No photo is fetched for somebody who was not accepted. */
export function Asker({ request }: { request: ContactRequest }) {
  const app = useModel();
  const w = contactWords.value;
  const { kind, by, size } = request;
  const name = by ? nameOf(app, by) : "";
  const title = kind === "direct" ? name : clean(request.name);
  const two = kind === "direct";
  return (
    <>
      <Avatar id={request.room} name={title} kind={kind} photo="" />
      <span class="lines">
        <span class="line">
          <bdi class="name">{title}</bdi>
          <time>{when(request.at)}</time>
        </span>
        <span class="quiet cut">
          {two ? w.wants : name ? w.added(isolated(name)) : w.addedUnknown}
          {!two && ` · ${w.people(size)}`}
        </span>
      </span>
    </>
  );
}
