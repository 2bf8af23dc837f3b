import { encode } from "uqr";
import type { IssuedInvitation } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { clean } from "../../view/names.ts";
import { langOf } from "../../view/script.ts";
import { en } from "../../locales/admin/paper-en.ts";
import { ur } from "../../locales/admin/paper-ur.ts";
import { adminWords } from "../furnish.ts";
import { visit } from "../place.ts";
import { Empty, Screen } from "../screen.tsx";
import { momentOf } from "../time.ts";
import { Who } from "../who.tsx";
import { issued } from "./issued.ts";

/** A QR code as one path: no picture to fetch, and sharp on paper. */
function Code({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  let path = "";
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return (
    <svg class="admin-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** One A5 sheet for one person, in both languages whatever the reader's is. */
function Paper({ each }: { each: IssuedInvitation & { code: string } }) {
  const person = useModel().person(each.person).value;
  return (
    <article class="admin-paper">
      <header>
        <p class="name" lang="en" dir="ltr">
          {clean(person?.name.en ?? "")}
        </p>
        <p class="name" lang={langOf(person?.name.ur ?? "")} dir="rtl">
          {clean(person?.name.ur ?? "")}
        </p>
      </header>
      {each.url && <Code text={each.url} label={en.qr} />}
      <p class="admin-code" dir="ltr" translate={false}>
        {each.code}
      </p>
      {each.url && (
        <p class="admin-url" dir="ltr">
          {each.url.replace(/#.*$/, "").replace(/\/$/, "")}
        </p>
      )}
      <div lang="en" dir="ltr">
        <p>{en.how}</p>
        {each.from && <p>{en.from(momentOf(each.from, "en-GB"))}</p>}
        <p>{en.until(momentOf(each.expires, "en-GB"))}</p>
        <p>{en.secret}</p>
      </div>
      <div lang={langOf(ur.how)} dir="rtl">
        <p>{ur.how}</p>
        {each.from && <p>{ur.from(momentOf(each.from, "ur-PK"))}</p>}
        <p>{ur.until(momentOf(each.expires, "ur-PK"))}</p>
        <p>{ur.secret}</p>
      </div>
    </article>
  );
}

/** Invitations just made: sheets to print, and which went out by themselves. */
export function Issued() {
  const w = adminWords.value;
  const all = issued.value;
  const shown = all.filter((each): each is IssuedInvitation & { code: string } => each.code !== undefined);
  const sent = all.filter((each) => each.code === undefined || typeof each.sent === "object");
  const away = () => {
    issued.value = [];
    visit("invitations");
  };
  return (
    <Screen
      title={w.issuedTitle}
      tools={
        shown.length > 0 && (
          <button type="button" class="primary" onClick={() => window.print()}>
            {w.print}
          </button>
        )
      }
      note={shown.length > 0 ? w.issuedNote : undefined}
    >
      {all.length === 0 && <Empty text={w.noneIssued} hint={w.noInvitationsHint} />}
      {sent.length > 0 && (
        <ul class="admin-rows">
          {sent.map((each) => (
            <li key={each.id}>
              <Who id={each.person} />{" "}
              {typeof each.sent === "object" ? (
                <span class="admin-flag" dir="auto">
                  {w.notSent} {each.sent.failed}
                </span>
              ) : (
                <span class={each.sent === "show" ? "admin-flag" : "badge"}>{w.sentBy[each.sent]}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      <div class="admin-papers">
        {shown.map((each) => (
          <Paper key={each.id} each={each} />
        ))}
      </div>
      {all.length > 0 && (
        <div class="admin-actions">
          <button type="button" class="secondary" onClick={away}>
            {w.putAway}
          </button>
        </div>
      )}
    </Screen>
  );
}
