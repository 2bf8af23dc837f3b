import { expect, test } from "bun:test";
import jsQR from "jsqr";
import { invitationSheet } from "./invitation-sheet.ts";

const one = {
  name: { en: "Ayesha Khan", ur: "عائشہ خان" },
  post: { en: "Section Officer", ur: "سیکشن افسر" },
  unit: { en: "Cabinet Division", ur: "کابینہ ڈویژن" },
  code: "ABCD-EFGH-JK",
  url: "https://beep.is.example/#/join/ABCDEFGHJK",
  expires: Date.UTC(2026, 10, 29, 9),
};

/** The modules of a QR as an SVG of one path of unit squares has them, as pixels. */
function pixels(svg: string): { data: Uint8ClampedArray; size: number } {
  const [, width = "0"] = /viewBox="0 0 (\d+)/.exec(svg) ?? [];
  const size = Number(width);
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (const [, x, y, w, h] of svg.matchAll(/M(\d+),(\d+)h(\d+)v(\d+)/g))
    for (let dy = 0; dy < Number(h); dy++)
      for (let dx = 0; dx < Number(w); dx++)
        data.fill(
          0,
          ((Number(y) + dy) * size + Number(x) + dx) * 4,
          ((Number(y) + dy) * size + Number(x) + dx) * 4 + 3,
        );
  return { data, size };
}

test("each person has a sheet in both languages, with code and QR", () => {
  const page = invitationSheet([
    one,
    { ...one, code: "2222-3333-44", url: "https://beep.is.example/#/join/2222333344" },
  ]);
  expect(page.match(/<section>/g)).toHaveLength(2);
  for (const words of [
    "Ayesha Khan",
    "عائشہ خان",
    "Section Officer · Cabinet Division",
    "ABCD-EFGH-JK",
    "29 November 2026",
  ])
    expect(page).toContain(words);
  const read = [...page.matchAll(/<svg[\s\S]*?<\/svg>/g)].map(([svg]) => {
    const { data, size } = pixels(svg);
    return jsQR(data, size, size)?.data;
  });
  expect(read).toEqual([one.url, "https://beep.is.example/#/join/2222333344"]);
});

test("a name is text and nothing else; the page runs and loads nothing", () => {
  const name = { en: '<script>alert("x")</script>', ur: "</title><img src=x onerror=alert(1)>\u202e" };
  const page = invitationSheet([{ ...one, name }]);
  expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)");
  expect(page).not.toMatch(/<script|<img|<link|\u202e|@import|url\(/i);
  expect(page).toContain("default-src 'none'");
});
