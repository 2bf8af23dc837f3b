import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { openHouse } from "../testing/house-under-test.ts";
import type { PeerMessage } from "./message.ts";
import { Requests } from "./requests.ts";

const open = async () => {
  const house = openHouse("is");
  const nadia = await house.enter("pb", "Nadia");
  const ayesha = await house.enter("is", "Ayesha");
  const room = await house.group(ayesha, [nadia]);
  const told: [string, PeerMessage][] = [];
  const requests = new Requests(
    house.store,
    house.rooms,
    (to, message) => told.push([to, message]),
    () => true,
  );
  const leave = { op: "remove", members: [nadia] } as const;
  const request = {
    id: mintId(1),
    room,
    change: { ...leave, members: [nadia] },
    expect: 1,
    person: nadia,
    device: nadia,
    signature: "good",
  };
  return { house, requests, told, request };
};

test("a request from elsewhere is carried out and answered", async () => {
  const { house, requests, told, request } = await open();
  await requests.serve("pb", request);
  expect(told).toEqual([["pb", { t: "outcome", id: request.id, person: request.person, outcome: { state: "done" } }]]);
  expect(house.store.room(request.room)?.members.size).toBe(1);
});

test("a device that is not known yet may be known a moment later: it gets no answer", async () => {
  const { requests, told, request } = await open();
  await requests.serve("pb", { ...request, device: mintId(5) });
  expect(told).toEqual([]);
});

test("a revoked device's request is refused for good, so that it is not asked for ever", async () => {
  const { house, requests, told, request } = await open();
  await house.enrolment.revoke(request.device);
  await requests.serve("pb", request);
  expect(told[0]?.[1]).toMatchObject({ t: "outcome", outcome: { state: "refused", error: { code: "sign-in" } } });
  expect(house.store.room(request.room)?.members.size).toBe(2);
});
