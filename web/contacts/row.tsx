import { useModel } from "../view/app-context.ts";
import { showRoute } from "../view/address.ts";
import { Icon } from "../view/icon.tsx";
import { contactWords } from "./words.ts";

const MANY = 100;

/** The one row in the list that tells of requests, however many there are. */
export function ContactsRow() {
  const count = useModel().contacts.value;
  const w = contactWords.value;
  return (
    <li>
      <a class="row contacts-row" href={showRoute({ room: null, panel: "contacts", event: null })}>
        <span class="avatar">
          <Icon sign="chat" />
        </span>
        <span class="lines">
          <span class="name">{count < MANY ? w.row(count) : w.rowMany}</span>
          <span class="quiet cut">{w.rowHint}</span>
        </span>
      </a>
    </li>
  );
}
