import { expect, test } from "bun:test";
import { sumUp } from "./media-readings.ts";

test("rates are summed, loss and round trips are means, and an unknown round trip is none", () => {
  const seat = { lossIn: 0.02, rtt: 40, kbpsIn: 100, kbpsOut: 300 };
  expect(sumUp([seat, { ...seat, lossIn: 0, rtt: null, kbpsIn: 50 }])).toEqual({
    loss: 0.01,
    kbpsIn: 150,
    kbpsOut: 600,
    rtt: 40,
  });
  expect(sumUp([])).toEqual({ loss: 0, kbpsIn: 0, kbpsOut: 0, rtt: null });
});
