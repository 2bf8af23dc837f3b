import { expect, test } from "bun:test";
import { runPool, type Work } from "./pool.ts";

/** Works that the test ends by hand. */
function works(...list: [name: string, ...after: string[]][]) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const made: Work<string>[] = list.map(([name, ...after]) => ({
    ...{ name, after },
    run: () => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve(name)));
    },
  }));
  const done: string[] = [];
  return { made, begun, done, tell: (name: string) => done.push(name), end: (name: string) => ends.get(name)?.() };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("so many run at a time, in their order, and each makes room for the next", async () => {
  const { made, begun, done, tell, end } = works(["a"], ["b"], ["c"], ["d"]);
  const pool = runPool(made, 2, tell);
  await turn();
  expect(begun).toEqual(["a", "b"]);
  end("b");
  await turn();
  expect(begun).toEqual(["a", "b", "c"]);
  for (const name of ["a", "c"]) end(name);
  await turn();
  end("d");
  await pool;
  expect(done).toEqual(["b", "a", "c", "d"]);
});

test("what waits for another lets later ones pass", async () => {
  const { made, begun, tell, end } = works(["build"], ["browser", "build"], ["unit"]);
  const pool = runPool(made, 2, tell);
  await turn();
  expect(begun).toEqual(["build", "unit"]);
  end("build");
  await turn();
  expect(begun).toEqual(["build", "unit", "browser"]);
  end("unit");
  end("browser");
  await pool;
});

test("works that wait for each other are an error, not a run that never ends", async () => {
  const { made, tell } = works(["a", "b"], ["b", "a"]);
  expect(runPool(made, 2, tell)).rejects.toThrow("wait for each other");
});
