import { expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { probeAccess } from "./run.ts";

test("whoever has no right to something neither gets it nor learns of it", async () => {
  const { requests, problems } = await probeAccess(3_000, 1);
  expect(problems).toEqual([]);
  expect(requests).toBe(3_000);
});

test("a door that is left open is noticed: a role too many, and a member too many", async () => {
  const role = await probeAccess(400, 7, undefined, ({ at, actors }) =>
    at.node.store.write(DIRECTORY_ROOM, (tx) => {
      const person = actors.nobody.person.id;
      const grant = { id: mintId(Date.now()), person, role: "provincial", scope: { province: "is" } } as const;
      at.node.services.directory.issue(tx, "operator", [{ grant: { ...grant, from: 0, to: null } }]);
    }),
  );
  expect(role.accepted).toBeGreaterThan(0);
  const member = await probeAccess(800, 7, undefined, async ({ victim, rooms, actors }) => {
    const members = Object.values(actors).map(({ person }) => person.id);
    const { state } = await victim.control(rooms[0] as string, { op: "add", members }, 1);
    expect(state).toBe("done");
  });
  expect(member.leaked).toBeGreaterThan(0);
});
