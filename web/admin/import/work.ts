import { signal } from "@preact/signals";
import type { RefusedRow } from "#protocol/admin";
import type { Entry } from "#protocol/directory";
import type { OrderAct, Refused } from "#protocol/order";
import type { AppModel } from "../../model/contract.ts";
import { changes } from "../asked.ts";
import { type Desk, deskOf } from "../desk.ts";
import { csvPieces, piecesOf } from "../pieces.ts";
import { may } from "../sections.ts";
import { without } from "../without.ts";
import { whyNot } from "../said.ts";

type Put = Extract<OrderAct, { do: "put" }>;

/** An import of one file, from reading to the last order. It stays while one looks at other sections. */
export interface ImportWork {
  file: string;
  stage: "reading" | "read" | "writing" | "written";
  /** pieces that the node has read, of how many */
  read: number;
  toRead: number;
  entries: Put["entries"];
  refused: RefusedRow[];
  /** rows that the directory holds already just so */
  same: number;
  orders: Put[];
  /** orders carried out */
  done: number;
  added: number;
  changed: number;
  /** orders that wait for a second administrator */
  waiting: number;
  /** units, posts and charges of the file that the reader's role does not enter */
  offices: number;
  /** what orders left out */
  left: Refused[];
  trouble: string;
}

export const work = signal<ImportWork | null>(null);

const update = (part: Partial<ImportWork>): void => {
  if (work.value) work.value = { ...work.value, ...part };
};

const puttable = (entry: Entry): entry is Put["entries"][number] => !("grant" in entry) && !("device" in entry);

/** Has the node read the file piece by piece; nothing is changed yet. */
export async function readFile(app: AppModel, file: { name: string; text(): Promise<string> }): Promise<void> {
  const pieces = csvPieces(await file.text());
  const begun: ImportWork = {
    file: file.name,
    stage: "reading",
    read: 0,
    toRead: pieces.length,
    entries: [],
    refused: [],
    same: 0,
    orders: [],
    done: 0,
    added: 0,
    changed: 0,
    waiting: 0,
    offices: 0,
    left: [],
    trouble: "",
  };
  work.value = begun;
  const entries: Put["entries"] = [];
  const refused: RefusedRow[] = [];
  let same = 0;
  try {
    for (const { csv, before } of pieces) {
      const answer = await deskOf(app).ask({ ask: "csv", csv });
      entries.push(...answer.entries.filter(puttable));
      // Each piece carries the head, so its own lines count from there.
      refused.push(...answer.refused.map((row) => ({ ...row, line: row.line > 1 ? row.line + before : 1 })));
      same += answer.same;
      update({ read: (work.value?.read ?? 0) + 1 });
    }
    const mine = may(app.roles.peek(), "put-office") ? entries : entries.filter((entry) => "person" in entry);
    const orders = piecesOf(mine).map((piece): Put => ({ do: "put", entries: piece }));
    update({ stage: "read", entries: mine, offices: entries.length - mine.length, refused, same, orders });
  } catch (error) {
    update({ trouble: whyNot(error) });
  }
}

/** Gives the orders from the first that is not done yet: after a failure it goes on where it stopped. */
export async function writeAll(app: AppModel, desk: Desk = deskOf(app)): Promise<void> {
  const begun = work.value;
  if (!begun) return;
  update({ stage: "writing", trouble: "" });
  try {
    for (const act of begun.orders.slice(begun.done)) {
      // One entry that would be refused must not stop those beside it.
      const { refused } = (await desk.ask({ ask: "preview", act })).preview;
      const rest = without(act, refused) as Put | null;
      const given = rest && (await desk.order(rest));
      const { value: now } = work;
      if (!now) return;
      const put = given?.answer.state === "done" ? (rest?.entries.length ?? 0) : 0;
      const before = given?.answer.state === "done" ? given.answer.before.length : 0;
      update({
        done: now.done + 1,
        waiting: now.waiting + (given?.answer.state === "waiting" ? 1 : 0),
        changed: now.changed + before,
        added: now.added + put - before,
        left: [...now.left, ...refused],
      });
    }
    update({ stage: "written" });
  } catch (error) {
    update({ stage: "read", trouble: whyNot(error) });
  } finally {
    changes.value++;
  }
}
