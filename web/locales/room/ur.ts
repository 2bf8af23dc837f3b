import type { RoomWords } from "./en.ts";

export const ur: RoomWords = {
  created: (by) => `${by} نے یہ گفتگو شروع کی`,
  added: (by, who) => `${by} نے ${who} کو شامل کیا`,
  removed: (by, who) => `${by} نے ${who} کو خارج کیا`,
  leftRoom: (by) => `${by} نے گفتگو چھوڑ دی`,
  renamed: (by, name) => `${by} نے اس کا نام ”${name}“ رکھا`,
  madeOwner: (by, who) => `${by} نے ${who} کو مالک بنایا`,
  madeMember: (by, who) => `${by} نے ${who} کو عام رکن بنایا`,
  handedOver: (from, to, post) => `${from} نے چارج ${to} کے حوالے کیا: ${post}`,
  tookCharge: (who, post) => `${who} نے چارج سنبھالا: ${post}`,
  gaveUp: (who, post) => `${who} نے چارج چھوڑا: ${post}`,
};
