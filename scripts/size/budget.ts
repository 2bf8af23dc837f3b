// What the first load may weigh, so that a 2G-like link shows a screen within seconds.
import type { FirstLoad } from "./first-load.ts";

const kilobyte = 1000;
const budget = { script: 40 * kilobyte, entrance: 47 * kilobyte, style: 6 * kilobyte, requests: 5 };

type Row = { what: string; is: number; most: number; unit: string };

export function measure(load: FirstLoad): Row[] {
  const bytes = (parts: { gzip: number }[]) => parts.reduce((sum, part) => sum + part.gzip, 0);
  return [
    { what: "JavaScript", is: bytes(load.scripts), most: budget.script, unit: "bytes gzipped" },
    {
      what: "JavaScript until one can sign in",
      is: bytes(load.scripts) + bytes(load.entrance),
      most: budget.entrance,
      unit: "bytes gzipped",
    },
    { what: "CSS", is: bytes(load.styles), most: budget.style, unit: "bytes gzipped" },
    {
      what: "requests",
      is: 1 + load.scripts.length + load.styles.length,
      most: budget.requests,
      unit: "with the page",
    },
  ];
}

export const over = (rows: Row[]): Row[] => rows.filter((row) => row.is > row.most);
