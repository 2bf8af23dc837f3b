import type { Notice } from "#protocol/notice";

/** What a notice is about: a later one of the same stands in its place. */
const subject = (notice: Notice): string => ("invitation" in notice ? notice.invitation : notice.device);

/** What is to be shown once another notice came. What this version cannot show is passed over. */
export function withNotice(shown: readonly Notice[], notice: Notice): Notice[] {
  const others = shown.filter((each) => subject(each) !== subject(notice));
  return notice.kind === "device" || notice.kind === "invitation" ? [...others, notice] : others;
}

/** Whoever connects anew is told again of the invitations that are still open: the others are over. */
export const afterWelcome = (shown: readonly Notice[]): Notice[] => shown.filter(({ kind }) => kind !== "invitation");
