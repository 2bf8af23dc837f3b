import type { RefusedRow } from "#protocol/admin";
import { useModel } from "../../view/app-context.ts";
import { countKinds } from "../act-words.ts";
import { EntryLine } from "../entry-line.tsx";
import { adminWords } from "../furnish.ts";
import { RefusedList } from "../proposal.tsx";
import { saveText } from "../save-text.ts";
import { told } from "../said.ts";
import { Screen } from "../screen.tsx";
import { type ImportWork, readFile, work, writeAll } from "./work.ts";

const cell = (text: string): string => `"${text.replace(/"/g, '""').replace(/^([=+\-@])/, "'$1")}"`;

/** The refused rows as a file, to be mended and chosen again. */
export const refusedCsv = (rows: readonly RefusedRow[]): string =>
  [
    "line,column,why",
    ...rows.map(({ line, column = "", why }) => [String(line), cell(column), cell(told(why))].join(",")),
  ].join("\r\n");

function Choose() {
  const app = useModel();
  const w = adminWords.value;
  return (
    <section>
      <p>{w.importHow}</p>
      <p class="admin-columns" dir="ltr" lang="en">
        number, name_en, name_ur, unit_en, unit_ur, post_en, post_ur, grade, email, mobile, office, charge, from, to,
        order, state
      </p>
      <p class="hint">{w.importAgain}</p>
      <label class="admin-file primary">
        <span>{w.chooseFile}</span>
        <input
          type="file"
          class="sr"
          accept=".csv,text/csv"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void readFile(app, { name: file.name, text: () => new Response(file).text() });
          }}
        />
      </label>
    </section>
  );
}

function RefusedRows({ rows, file }: { rows: readonly RefusedRow[]; file: string }) {
  const w = adminWords.value;
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>{w.refusedRows(rows.length)}</h2>
      <section
        class="admin-table"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={w.refusedRows(rows.length)}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{w.line}</th>
              <th scope="col">{w.column}</th>
              <th scope="col">{w.why}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 200).map((row, i) => (
              <tr key={String(i)}>
                <td>{row.line}</td>
                <td>
                  <bdi>{row.column ?? ""}</bdi>
                </td>
                <td dir="auto">{told(row.why)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <button
        type="button"
        class="secondary"
        onClick={() => saveText(`${file.replace(/\.csv$/i, "")}-refused.csv`, refusedCsv(rows))}
      >
        {w.saveRefused}
      </button>
    </section>
  );
}

function Found({ now }: { now: ImportWork }) {
  const app = useModel();
  const w = adminWords.value;
  const { entries, orders, done, stage } = now;
  return (
    <>
      <ul class="admin-figures">
        <li>
          <span>
            <b>{entries.length}</b> {w.toWrite}
          </span>
        </li>
        <li>
          <span>
            <b>{now.same}</b> {w.same}
          </span>
        </li>
        <li>
          <span>
            <b>{now.refused.length}</b> {w.refusedShort}
          </span>
        </li>
      </ul>
      {now.offices > 0 && <p class="admin-flag">{w.officesLeft(now.offices)}</p>}
      {entries.length > 0 && (
        <section>
          <h2>{w.kinds(countKinds(entries))}</h2>
          <ul class="admin-sample">
            {entries.slice(0, 8).map((entry, i) => (
              <EntryLine key={String(i)} entry={entry} among={entries} />
            ))}
            {entries.length > 8 && <li class="quiet">{w.andMore(entries.length - 8)}</li>}
          </ul>
        </section>
      )}
      {(stage === "writing" || stage === "written" || done > 0) && (
        <p role="status">
          <progress max={orders.length || 1} value={done} aria-label={w.ordersDone(done, orders.length)} />{" "}
          {stage === "written" ? w.imported(now.added, now.changed) : w.ordersDone(done, orders.length)}
        </p>
      )}
      {now.waiting > 0 && <p class="admin-flag">{w.importWaits(now.waiting)}</p>}
      <RefusedList refused={now.left} />
      <div class="admin-actions">
        {stage === "read" && entries.length > 0 && (
          <button type="button" class="primary" onClick={() => void writeAll(app)}>
            {done > 0 ? w.goOn : w.importNow(entries.length)}
          </button>
        )}
        {stage !== "writing" && (
          <button type="button" class="secondary" onClick={() => (work.value = null)}>
            {w.otherFile}
          </button>
        )}
      </div>
      <RefusedRows rows={now.refused} file={now.file} />
    </>
  );
}

/** People from a file: read and shown first, then ordered by pieces. */
export function Import() {
  const w = adminWords.value;
  const now = work.value;
  return (
    <Screen title={w.sections.import}>
      {!now && <Choose />}
      {now && (
        <p>
          <bdi class="name">{now.file}</bdi>
        </p>
      )}
      {now?.stage === "reading" && (
        <p role="status">
          <progress max={now.toRead || 1} value={now.read} aria-label={w.reading} /> {!now.trouble && w.reading}
        </p>
      )}
      {now?.trouble && (
        <p class="trouble" role="alert" dir="auto">
          {now.trouble}
        </p>
      )}
      {now?.stage === "reading" && now.trouble && (
        <button type="button" class="secondary" onClick={() => (work.value = null)}>
          {w.otherFile}
        </button>
      )}
      {now && now.stage !== "reading" && <Found now={now} />}
    </Screen>
  );
}
