import { expect, test } from "bun:test";
import { csvPieces, piecesOf } from "./pieces.ts";

test("pieces keep the order and each fits, however large one thing is", () => {
  const things = Array.from({ length: 100 }, (_, i) => "x".repeat((i * 37) % 90));
  const pieces = piecesOf(things, 200);
  expect(pieces.flat()).toEqual(things);
  for (const piece of pieces) expect(JSON.stringify(piece).length).toBeLessThanOrEqual(201);
  expect(piecesOf(["y".repeat(500), "z"], 200)).toEqual([["y".repeat(500)], ["z"]]);
});

test("each piece of a file has the head, no row is cut, and lines are counted in the file", () => {
  const rows = Array.from({ length: 30 }, (_, i) => (i === 7 ? `${i},"a\nb ""q"""` : `${i},name`));
  const text = `\ufeffnumber,name\r\n${rows.join("\n")}\n`;
  const pieces = csvPieces(text, 60);
  expect(pieces.length).toBeGreaterThan(3);
  for (const { csv } of pieces) expect(csv.startsWith("number,name\n")).toBe(true);
  expect(
    pieces
      .map(({ csv }) => csv.split("\n").slice(1).join("\n"))
      .join("\n")
      .trim(),
  ).toBe(rows.join("\n"));
  const lines = text.split(/\r?\n/);
  for (const { csv, before } of pieces) expect(lines[1 + before]).toBe(csv.split("\n")[1] as string);
});

test("a file of a head alone has no pieces", () => {
  expect(csvPieces("number,name\n")).toEqual([]);
});

test("no piece has more lines than the node reads at a time", () => {
  const pieces = csvPieces(`number,name\n${"1,x\n".repeat(25_000)}`);
  expect(pieces.length).toBe(3);
  for (const { csv } of pieces) expect(csv.split("\n").length).toBeLessThanOrEqual(10_000);
});
