import type { Notice } from "#protocol/notice";

/** What notices are about: a later one of the same stands in its place. */
type Subject = { invitation?: string; device?: string };

/** What is to be shown once another notice came. */
export const withNotice = (shown: readonly Notice[], notice: Notice): Notice[] =>
  shown
    .filter(
      (each: Subject) =>
        each.invitation !== (notice as Subject).invitation || each.device !== (notice as Subject).device,
    )
    .concat(notice.kind === "invitation-over" ? [] : notice);

/** Whoever connects anew is told again of the invitations that are still open: the others are over. */
export const afterWelcome = (shown: readonly Notice[]): Notice[] => shown.filter(({ kind }) => kind !== "invitation");
