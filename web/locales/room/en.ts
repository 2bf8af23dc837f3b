/** What is said of changes in a room, in English: loaded with the room. */
export const en = {
  created: (by: string) => `${by} started this conversation`,
  added: (by: string, who: string) => `${by} added ${who}`,
  removed: (by: string, who: string) => `${by} removed ${who}`,
  leftRoom: (by: string) => `${by} left`,
  renamed: (by: string, name: string) => `${by} named this “${name}”`,
  madeOwner: (by: string, who: string) => `${by} made ${who} an owner`,
  madeMember: (by: string, who: string) => `${by} made ${who} a member`,
  handedOver: (from: string, to: string, post: string) => `${from} handed over to ${to}: ${post}`,
  tookCharge: (who: string, post: string) => `${who} took charge: ${post}`,
  gaveUp: (who: string, post: string) => `${who} left the post: ${post}`,
};

export type RoomWords = typeof en;
