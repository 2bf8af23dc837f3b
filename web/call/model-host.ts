import type { CallHost, CallModel } from "./host.ts";

/** What calls need, of the model they belong to. */
export const hostOf = (model: CallModel): CallHost => ({
  now: () => model.platform.now() + model.skew,
  who: () => model.account.who(),
  me: () => model.account.person,
  phase: model.phase,
  connection: model.connection,
  rooms: model.rooms,
  vault: model.platform.vault,
  request: (ask) => model.parts.link.request(ask),
  isOwner: async (id, person) => {
    const room = model.parts.house.get(id);
    // Of a large room the members are asked for where they are not here yet.
    if (room && room.known.length < room.summary.size)
      await model.parts.link.request({ t: "room", room: id }).catch(() => {});
    return room?.known.some((member) => member.person === person && member.role === "owner") === true;
  },
  write: (...event) => model.write(...event),
});
