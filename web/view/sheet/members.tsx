import { useState } from "preact/hooks";
import type { PersonId } from "#protocol/ids";
import type { Member } from "#protocol/room";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { reason } from "../reason.ts";
import { plain, told } from "../names.ts";
import { openRoom } from "../route.ts";
import { Standing } from "../standing.tsx";
import { useChange } from "./ask.ts";
import { Confirm } from "./confirm.tsx";
import { sheetWords } from "./sheet-words.ts";
import { called } from "../who.ts";

const SHOWN = 60;

function MemberRow(props: { room: RoomItem; member: Member; manage: boolean; open: boolean; onOpen: () => void }) {
  const { room, member, manage, open, onOpen } = props;
  const app = useModel();
  const w = words.value;
  const s = sheetWords.value;
  const ask = useChange(room);
  const [sure, setSure] = useState(false);
  const person = app.person(member.person).value;
  const name = called(person);
  const mine = member.person === app.me.value?.id;
  // Whoever is here as holder of a post is shown with it, and goes with it.
  const title = member.post === undefined ? "" : told(app.post(member.post).value?.post.title);
  const online = app.online.value.has(member.person);
  const write = async () => {
    try {
      await app.createRoom({ kind: "direct", name: "", history: "all", members: [member.person] }, openRoom);
    } catch (error) {
      tell(reason(error));
    }
  };
  return (
    <li>
      <button type="button" class="row" aria-expanded={mine ? undefined : open} disabled={mine} onClick={onOpen}>
        <Avatar id={member.person} name={name} online={online} />
        <span class="lines">
          <span class="line">
            <bdi class="name">{mine ? w.you : name}</bdi>
            {member.role === "owner" && room.kind !== "direct" && !room.post && <span class="badge">{s.owner}</span>}
          </span>
          <span class="quiet cut">
            <Standing post={title || told(person?.post)} province={member.province} />
          </span>
          {online && <span class="sr">{w.online}</span>}
        </span>
      </button>
      {open && !sure && (
        <div class="buttons">
          {room.kind !== "direct" && (
            <button type="button" class="secondary" onClick={() => void write()}>
              {w.write}
            </button>
          )}
          {manage && (
            <>
              <button
                type="button"
                class="secondary"
                onClick={() =>
                  void ask({
                    op: "role",
                    person: member.person,
                    role: member.role === "owner" ? "member" : "owner",
                  })
                }
              >
                {member.role === "owner" ? s.makeMember : s.makeOwner}
              </button>
              <button type="button" class="danger" onClick={() => setSure(true)}>
                {w.remove}
              </button>
            </>
          )}
        </div>
      )}
      {open && sure && (
        <Confirm
          text={s.removeSure(title || name)}
          yes={w.remove}
          onYes={() => {
            setSure(false);
            onOpen();
            const { post, person: id } = member;
            void ask(post ? { op: "remove", members: [], posts: [post] } : { op: "remove", members: [id] });
          }}
          onNo={() => setSure(false)}
        />
      )}
    </li>
  );
}

/** Who is in the room; a search appears when there are many. */
export function MemberList({ room, members, manage }: { room: RoomItem; members: Member[]; manage: boolean }) {
  const app = useModel();
  const w = words.value;
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState<PersonId | null>(null);
  const text = plain(typed);
  const shown = text
    ? members.filter((member) => {
        const person = app.person(member.person).value;
        return [person?.name, person?.post].some((each) => each && plain(`${each.en} ${each.ur}`).includes(text));
      })
    : members;
  return (
    <>
      {members.length > 12 && (
        <div class="search">
          <input
            type="search"
            dir={typed ? "auto" : undefined}
            placeholder={w.searchMembers}
            aria-label={w.searchMembers}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
      )}
      <ul class="found" aria-label={w.members(members.length)}>
        {shown.slice(0, SHOWN).map((member) => (
          <MemberRow
            key={member.person}
            room={room}
            member={member}
            manage={manage}
            open={open === member.person}
            onOpen={() => setOpen(open === member.person ? null : member.person)}
          />
        ))}
      </ul>
    </>
  );
}
