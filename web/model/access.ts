import type { Notice } from "#protocol/notice";
import type { DeviceId } from "#protocol/ids";
import type { Signal } from "@preact/signals-core";
import type { Platform } from "../platform/ports.ts";

/** What happened to one's own access, and is to be looked at: loaded when the first word of it comes. */

/** Under which the time of the newest change lies that is no news; none until a node has told of any. */
const SEEN = "changes-seen";

interface Told {
  readonly platform: Pick<Platform, "vault">;
  readonly device: DeviceId | null;
  readonly access: Signal<readonly Notice[]>;
}

/** Later versions of a node may tell of others. */
const KINDS: readonly string[] = ["changes", "invitation", "invitation-over"];

/** What a notice is about: a later one of the same stands in its place. */
const subjectOf = (notice: Notice): string => (notice.kind === "changes" ? notice.kind : notice.invitation);

const without = (shown: readonly Notice[], notice: Notice): Notice[] =>
  shown.filter((each) => subjectOf(each) !== subjectOf(notice));

/** Whoever connects anew is told again of what still stands: the rest is over. */
export function connected({ access }: Told): void {
  access.value = access.peek().filter(({ kind }) => kind === "changes");
}

/** A node of one's own province says something of one's own access. */
export async function told(client: Told, notice: Notice): Promise<void> {
  if (!KINDS.includes(notice.kind)) return;
  const news = notice.kind === "changes" ? await unseen(client, notice) : notice;
  const isOver = news.kind === "invitation-over" || (news.kind === "changes" && news.changes.length === 0);
  const rest = without(client.access.peek(), news);
  client.access.value = isOver ? rest : rest.concat(news);
}

/** The person has dealt with it: changes that they have seen are no news at the next start either. */
export function dealtWith(client: Told, notice: Notice): void {
  client.access.value = without(client.access.peek(), notice);
  if (notice.kind === "changes" && notice.changes[0]) keep(client, notice.changes[0].at);
}

/** What other devices than this changed, and was not seen here yet. */
async function unseen(client: Told, { kind, changes }: Extract<Notice, { kind: "changes" }>) {
  const last = (await client.platform.vault.get("meta", SEEN)) as number | undefined;
  // What was before this device came in is no news to it.
  if (last === undefined) await keep(client, changes[0] ? changes[0].at : 0);
  const isNews = (at: number) => last !== undefined && at > last;
  return { kind, changes: changes.filter(({ at, device }) => isNews(at) && device !== client.device) };
}

const keep = ({ platform }: Told, at: number): Promise<void> =>
  platform.vault.write([{ table: "meta", key: SEEN, value: at }]).catch(() => {});
