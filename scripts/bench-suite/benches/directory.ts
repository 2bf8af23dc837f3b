import { mkdirSync } from "node:fs";
import { openSigner } from "../../../server/auth/province-key.ts";
import { verifyNow } from "../../../server/auth/verify.ts";
import { sealer } from "../../../server/domain/audit/seal.ts";
import { HybridClock } from "../../../server/domain/clock.ts";
import { Directory } from "../../../server/domain/directory/directory.ts";
import { readCsv } from "../../../server/domain/import/csv.ts";
import { type Imported, Importer } from "../../../server/domain/import/importer.ts";
import { openStore } from "../../../server/store/open.ts";
import { HEAD, officials, TYPED } from "../officials.ts";
import { type Bench, figure, median, ratio, short } from "../report.ts";
import { quantile } from "../stats.ts";
import { cutCards } from "./cards.ts";

const FILE = 50_000;

/** A province's people from a file of its personnel office, and finding one among very many. */
export const directory: Bench = async ({ dir, quick, runs }) => {
  const file = quick ? 5_000 : FILE;
  const [few, many] = quick ? [1, 2] : [0.4, 4];
  const firsts: number[] = [];
  const agains: number[] = [];
  const small: number[] = [];
  const large: number[] = [];
  const cut: number[] = [];
  const whole: number[] = [];
  const repeats = Math.max(1, Math.min(runs, 3));
  for (let run = 0; run < repeats; run++) {
    const shelf = open(`${dir}/directory-${run}`);
    const timed = async (from: number, count: number): Promise<{ seconds: number; imported: Imported }> => {
      const text = [HEAD, ...officials(from, count)].join("\n");
      const at = performance.now();
      const { rows } = readCsv(text);
      const actor = { operator: "bench" };
      const imported = await shelf.importer.take(rows, { dry: false, removals: false, by: "import", actor });
      return { seconds: (performance.now() - at) / 1000, imported };
    };
    await timed(0, file * few);
    small.push(...searched(shelf.store));
    const cards = await cutCards(shelf.store, shelf.directory, quick ? 200 : 2000);
    cut.push(cards.cut);
    whole.push(cards.whole);
    const { seconds, imported } = await timed(1_000_000, file);
    if (imported.refusedRows > 0) throw new Error(`${imported.refusedRows} rows were refused`);
    firsts.push(seconds);
    const again = await timed(1_000_000, file);
    if (again.imported.same !== file) throw new Error("the second time changed something");
    agains.push(again.seconds);
    for (let at = 1; at < many - few; at++) await timed(1_000_000 * (at + 1), file);
    large.push(...searched(shelf.store));
    await shelf.store.close();
  }
  const p99 = (values: number[]) =>
    quantile(
      values.toSorted((a, b) => a - b),
      0.99,
    );
  const growth = median(large) / median(small);
  const people = Math.round(file * (few + 1 + Math.max(0, Math.ceil(many - few - 1))));
  return {
    name: "directory",
    title: "importing people, and finding one",
    method: `A CSV file of ${file.toLocaleString("en")} people with units, posts and charges is read, planned, signed and committed with full synchronisation, in pieces between which others have a turn; then the same file again. ${TYPED.length} searches (whole names, beginnings, other spellings, slips, both scripts) ten times each, among ${Math.round(file * few).toLocaleString("en")} people and among ${people.toLocaleString("en")}. Cards of people in frames of 50 are read and encoded for 50 readers with charges and rooms, cut for each (R130) and whole, in turn. No node beside it.`,
    rows: [
      {
        what: `${file.toLocaleString("en")} people, the first time`,
        figure: figure(firsts, " s"),
        target: "≤ 60 s",
        met: median(firsts) <= 60,
        gap: "three search indices a person",
      },
      { what: "the same file again (nothing changes)", figure: figure(agains, " s") },
      {
        what: `one search among ${people.toLocaleString("en")}, p99`,
        figure: `${short(p99(large))} ms (median ${short(median(large))})`,
        target: "≤ 50 ms",
        met: p99(large) <= 50,
        gap: "candidates are parsed and scored in JavaScript: score them from the index",
      },
      {
        what: "search at ten times the people, median",
        figure: `${short(growth)}×`,
        target: "≤ 1.3×",
        met: growth <= 1.3,
        gap: "common words match more people: fewer candidates would be read",
      },
      { what: "cards of people, each cut for its reader", figure: figure(cut, "/s") },
      { what: "the same cards, not cut", figure: figure(whole, "/s") },
      ratio("cards cut over cards not cut", median(cut), median(whole), undefined),
    ],
    samples: { firsts, agains, small, large, cut, whole },
  };
};

function open(folder: string) {
  mkdirSync(folder, { recursive: true });
  const store = openStore({ folder, province: "pb" });
  const signer = openSigner(store.secrets);
  store.tables.audit.sealWith(sealer("pb", signer, verifyNow));
  const directory = new Directory(store, new HybridClock(Date.now), Date.now, () => ["pb", "is"], signer);
  return { store, directory, importer: new Importer(store, directory, Date.now) };
}

/** Milliseconds of each search. */
function searched(store: ReturnType<typeof openStore>): number[] {
  const times: number[] = [];
  for (let round = 0; round < 10; round++)
    for (const text of TYPED) {
      const at = performance.now();
      store.search(text, 20);
      times.push(performance.now() - at);
    }
  return times;
}
