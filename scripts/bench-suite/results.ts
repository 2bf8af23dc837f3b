import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Report } from "./report.ts";

/** The reports of a day by name, so that one bench can be taken again without the others. */
export class Results {
  private readonly kept: Record<string, Report>;
  private readonly now: Report[] = [];

  constructor(
    private readonly path: string,
    private readonly order: readonly string[],
  ) {
    this.kept = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  }

  /** Keeps a report of this run only. */
  hold(report: Report): void {
    this.now.push(report);
  }

  /** Keeps a report in place of an earlier one of the day. */
  put(report: Report): void {
    this.hold(report);
    const { samples: _, ...told } = report;
    this.kept[report.name] = told;
    writeFileSync(this.path, JSON.stringify(this.kept));
  }

  taken(): readonly Report[] {
    return this.now;
  }

  all(): Report[] {
    return this.order.flatMap((name) => this.kept[name] ?? []);
  }

  missing(): string[] {
    return this.order.filter((name) => !this.kept[name]);
  }
}
