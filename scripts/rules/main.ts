// ./scripts/check without the installing.
import { judge } from "./rules.ts";
import { readTree } from "./tree.ts";

const tree = readTree(process.argv[2] ?? ".");
const problems = judge(tree);
const warnings = problems.filter((problem) => problem.warning);
const failures = problems.filter((problem) => !problem.warning);

for (const { path, line, rule, text, warning } of [...warnings, ...failures]) {
  console.log(`${warning ? "warning" : "wrong"}  ${path}${line ? `:${line}` : ""}  ${rule}: ${text}`);
}
console.log(`${tree.size} files, ${failures.length} wrong, ${warnings.length} to think about`);
process.exit(failures.length > 0 ? 1 : 0);
