import { useEffect, useState } from "preact/hooks";
import { useModel } from "../view/app-context.ts";
import { Lazy } from "../view/lazy.tsx";
import { told } from "../view/names.ts";
import { DeedBar } from "./deed-bar.tsx";
import { deed } from "./deeds.ts";
import { adminWords, furnish } from "./furnish.ts";
import { work } from "./import/work.ts";
import { issued } from "./invitations/issued.ts";
import { Mark } from "./mark.tsx";
import { address, leave, place } from "./place.ts";
import { Empty, Screen } from "./screen.tsx";
import { type Section, sectionsOf } from "./sections.ts";

const PAGES: Record<Section, () => Promise<() => preact.JSX.Element>> = {
  overview: async () => (await import("./overview.tsx")).Overview,
  people: async () => (await import("./people/people.tsx")).People,
  import: async () => (await import("./import/import.tsx")).Import,
  units: async () => (await import("./offices/units.tsx")).Units,
  posts: async () => (await import("./offices/posts.tsx")).Posts,
  waves: async () => (await import("./waves/waves.tsx")).Waves,
  invitations: async () => (await import("./invitations/invitations.tsx")).Invitations,
  sessions: async () => (await import("./sessions.tsx")).Sessions,
  reports: async () => (await import("./reports.tsx")).Reports,
  orders: async () => (await import("./orders.tsx")).Orders,
  grants: async () => (await import("./grants.tsx")).Grants,
  tokens: async () => (await import("./tokens.tsx")).Tokens,
  audit: async () => (await import("./audit/audit.tsx")).Audit,
};

function Menu({ sections }: { sections: readonly Section[] }) {
  const app = useModel();
  const w = adminWords.value;
  return (
    <nav class="admin-menu" aria-label={w.administration}>
      <p class="admin-title">
        {w.administration}
        <bdi class="quiet">{told(app.me.value?.name)}</bdi>
      </p>
      <ul>
        {sections.map((section) => (
          <li key={section}>
            <a
              class="admin-link"
              href={section === "overview" ? address() : address(section)}
              aria-current={place.value.section === section ? "page" : undefined}
            >
              <Mark of={section} />
              {w.sections[section]}
            </a>
          </li>
        ))}
      </ul>
      <a class="admin-link admin-out" href="#/">
        <Mark of="out" />
        {w.toConversations}
      </a>
    </nav>
  );
}

/** Escape goes one step up, but throws away no form. */
function stepUp(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  if (!(event.target as HTMLElement | null)?.closest?.("form")) leave();
}

/** Codes shown once, a file half entered and what was done last are one administrator's: the next one finds none of it. */
let whose: string | undefined;
function forgetOthers(id: string | undefined): void {
  if (whose !== undefined && whose !== id) {
    deed.value = null;
    issued.value = [];
    work.value = null;
  }
  whose = id;
}

function AdminArea() {
  const app = useModel();
  useState(() => forgetOthers(app.me.value?.id));
  const w = adminWords.value;
  const sections = sectionsOf(app.roles.value);
  const { section, rest } = place.value;
  useEffect(() => {
    const before = document.title;
    document.addEventListener("keydown", stepUp);
    return () => {
      document.removeEventListener("keydown", stepUp);
      document.title = before;
    };
  }, []);
  const seen = sections.includes(section);
  const connection = app.connection.value;
  const away = connection.state === "online" && connection.away;
  return (
    <div class={`admin${section === "overview" ? " at-top" : ""}`}>
      <Menu sections={sections} />
      <main class="admin-main">
        <DeedBar />
        {away ? (
          <Screen title={w.administration}>
            <Empty text={w.away} hint={w.awayHint} />
          </Screen>
        ) : seen ? (
          <Lazy key={`${section} ${rest.join(" ")}`} load={PAGES[section]} props={{}} />
        ) : (
          <Screen title={w.administration}>
            <Empty text={w.notYours} hint={w.notYoursHint} />
          </Screen>
        )}
      </main>
    </div>
  );
}

/** The administration, with its words and its style. */
export async function adminArea(): Promise<typeof AdminArea> {
  await furnish();
  return AdminArea;
}
