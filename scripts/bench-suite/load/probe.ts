import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { quantile } from "../stats.ts";

/**
 * What the disk does meanwhile: appends a page and forces it down fifty times a second. Arguments: folder, seconds.
 * Prints one JSON line with milliseconds.
 */
const [folder, seconds] = process.argv.slice(2);
const path = `${folder}/probe-${process.pid}`;
const file = openSync(path, "w");
const page = new Uint8Array(4096);
const times: number[] = [];
const end = performance.now() + Number(seconds) * 1000;
while (performance.now() < end) {
  writeSync(file, page);
  const at = performance.now();
  fdatasyncSync(file);
  times.push(performance.now() - at);
  await Bun.sleep(20);
}
closeSync(file);
rmSync(path);
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({ p50: quantile(times, 0.5), p99: quantile(times, 0.99), worst: times.at(-1), count: times.length }),
);
