import type { Report } from "#protocol/contact";
import { decodeRecord } from "#protocol/record";
import { textOf } from "../model/content.ts";
import { useModel } from "../view/app-context.ts";
import { clean } from "../view/names.ts";
import { langOf } from "../view/script.ts";
import { usePages } from "./asked.ts";
import { deskOf } from "./desk.ts";
import { adminWords } from "./furnish.ts";
import { address } from "./place.ts";
import { Empty, More, Pending, Screen } from "./screen.tsx";
import { momentOf } from "./time.ts";
import { Who } from "./who.tsx";

/** A reported message as it was written: bare text, in which no link can be followed. */
const textIn = (record: string): string => textOf(decodeRecord(Uint8Array.from(atob(record), (c) => c.charCodeAt(0))));

function Line({ report }: { report: Report }) {
  const w = adminWords.value;
  const { person, by, at, kind, name, messages } = report;
  return (
    <li>
      <a href={address("people", person)}>
        <Who id={person} />
      </a>
      <p class="hint">
        {momentOf(at)} · {w.reportedBy} <Who id={by} /> · {kind === "direct" ? w.inTwo : w.inRoom(clean(name))}
      </p>
      {messages.length === 0 && <p class="quiet">{w.noMessages}</p>}
      {messages.map(textIn).map((text) => (
        <blockquote key={text} class="admin-reported" dir="auto" lang={langOf(text)}>
          {text}
        </blockquote>
      ))}
    </li>
  );
}

/** Whom people within reach told of, and what they chose to show of it. */
export function Reports() {
  const app = useModel();
  const w = adminWords.value;
  const pages = usePages("reports", async (after) => {
    const page = await deskOf(app).ask({
      ask: "reports",
      limit: 20,
      ...(after !== undefined && { after: String(after) }),
    });
    return { items: page.reports, next: page.next };
  });
  return (
    <Screen title={w.sections.reports} note={w.reportsNote}>
      <Pending asked={pages} />
      {pages.data?.length === 0 && !pages.more && <Empty text={w.noReports} hint={w.noReportsHint} />}
      <ul class="admin-rows">
        {(pages.data ?? []).map((report) => (
          <Line key={report.id} report={report} />
        ))}
      </ul>
      <More pages={pages} />
    </Screen>
  );
}
