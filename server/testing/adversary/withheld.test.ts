import { afterEach, describe, expect, test } from "bun:test";
import type { Province } from "#protocol/ids";
import { MemoryStore } from "../memory-store.ts";
import { Provinces } from "./provinces.ts";

const open = (province: Province) => new MemoryStore({ province });
let all: Provinces;
afterEach(() => all.stop());
const messages = (code: Province, room: string) => all.words(code, room).filter((words) => words !== "*");

describe("honest provinces show the same, in whatever order they hear (R161)", () => {
  for (const kind of ["group", "channel"] as const) {
    const rights = (room: string) =>
      kind === "group"
        ? {
            give: { op: "add", members: [all.of("sd")] } as const,
            take: { op: "remove", members: [all.of("sd")] } as const,
          }
        : {
            give: { op: "role", person: all.of("sd"), role: "owner" } as const,
            take: { op: "role", person: all.of("sd"), role: "member" } as const,
            room,
          };
    const begin = async () => {
      all = await Provinces.open(open);
      const room = all.id();
      const members = kind === "group" ? [all.of("pb")] : [all.of("pb"), all.of("sd")];
      await all.change("is", room, { op: "create", kind, name: "Room", history: "all", members });
      await all.quiet();
      return { room, ...rights(room) };
    };
    const change = (room: string, what: { op: string }) =>
      all.change("is", room, what as Parameters<Provinces["change"]>[2]);

    test(`what somebody new writes in a ${kind} is heard before the home's word, and shown after it`, async () => {
      const { room, give } = await begin();
      all.network.cut("is", "pb");
      await change(room, give);
      await all.quiet();
      await all.say("sd", room, "I am new here");
      await all.quiet();
      expect(messages("is", room)).toEqual(["I am new here"]);
      expect(messages("pb", room)).toEqual([]);
      all.network.heal("is", "pb");
      await all.quiet(40);
      for (const code of ["is", "pb", "sd"] as const) expect(messages(code, room)).toEqual(["I am new here"]);
      expect(all.at("pb").alarms).toEqual([]);
    });

    test(`what somebody writes in a ${kind} who was taken out meanwhile is shown nowhere in the end, and where they are let in again, everywhere`, async () => {
      const { room, give, take } = await begin();
      await change(room, give);
      await all.quiet();
      await all.say("sd", room, "in time");
      await all.quiet();
      all.network.cut("is", "sd");
      await change(room, take);
      await all.quiet();
      await all.say("sd", room, "not heard of it");
      await all.quiet();
      expect(messages("sd", room)).toEqual(["in time", "not heard of it"]);
      all.network.heal("is", "sd");
      await all.quiet(40);
      for (const code of ["is", "pb", "sd"] as const) expect(messages(code, room)).toEqual(["in time"]);
      await change(room, give);
      await all.quiet(40);
      for (const code of ["is", "pb", "sd"] as const)
        expect(messages(code, room)).toEqual(["in time", "not heard of it"]);
      for (const code of ["is", "pb", "sd"] as const) expect(all.at(code).alarms).toEqual([]);
      expect(all.at("sd").store.waiting()).toEqual({});
    });
  }
});
