import { expect, test } from "bun:test";
import { pieces } from "./links.ts";

test("web addresses become links, the end of the sentence does not", () => {
  expect(pieces("See https://a.pk/x?y=1. Thanks")).toEqual([
    "See ",
    { href: "https://a.pk/x?y=1", text: "https://a.pk/x?y=1" },
    ". Thanks",
  ]);
  expect(pieces("دیکھیں https://a.pk/b۔")).toEqual([
    "دیکھیں ",
    { href: "https://a.pk/b", text: "https://a.pk/b" },
    "۔",
  ]);
});

test("nothing but http and https is ever a link", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://"])
    expect(pieces(text)).toEqual([text]);
});
