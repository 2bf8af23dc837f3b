import { expect, test } from "bun:test";
import { Searching } from "./searching.ts";

test("who searches with slow words soon waits, nobody else does, and quick words are never held up", () => {
  let [ms, wall] = [0, 0];
  const searching = new Searching(
    { burst: 1000, perSecond: 100 },
    () => wall,
    () => ms,
  );
  const slow = (person: string) =>
    searching.do(person, () => {
      ms += 60;
    });
  let done = 0;
  expect(() => {
    for (; done < 300; done++) slow("mallory");
  }).toThrow("Try again");
  expect(done).toBe(17);
  slow("ayesha");
  for (let i = 0; i < 2000; i++) {
    wall += 20;
    searching.do("imran", () => {
      ms += 2;
    });
  }
  slow("mallory");
});

test("a search that fails is paid for as well", () => {
  let ms = 0;
  const searching = new Searching(
    { burst: 10, perSecond: 1 },
    () => 0,
    () => ms,
  );
  const fail = () =>
    searching.do("mallory", () => {
      ms += 50;
      throw new Error("no");
    });
  expect(fail).toThrow("no");
  expect(fail).toThrow("Try again");
});
