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
  write: (...event) => model.write(...event),
});
