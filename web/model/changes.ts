import type { Change } from "#protocol/change-news";
import type { DeviceId } from "#protocol/ids";
import type { ReadonlySignal } from "@preact/signals-core";
import type { Answer, Ask } from "../net/wire.ts";
import type { Platform } from "../platform/ports.ts";

/** Under which the time of the newest change lies that is no news; none until a node has told of any. */
const SEEN = "changes-seen";

interface Told {
  readonly platform: Pick<Platform, "vault">;
  readonly device: DeviceId | null;
  readonly changes: ReadonlySignal<readonly Change[]>;
  request(ask: Ask): Promise<Answer>;
}

const keep = ({ platform }: Told, at: number): Promise<void> =>
  platform.vault.write([{ table: "meta", key: SEEN, value: at }]).catch(() => {});

/** The person has seen what was shown. */
export function seen(told: Told): void {
  const [newest] = told.changes.peek();
  if (newest) keep(told, newest.at);
}

/**
 * What changed who can come in as the person, on other devices than this, and was not seen here yet; newest first.
 */
export async function unseenBy(told: Told): Promise<Change[]> {
  const said = await told.request({ t: "self", act: { do: "changes" } }).catch(() => undefined);
  const answer = said && "t" in said && said.t === "self" ? said.answer : undefined;
  // No answer, or a node before 0.4: what is shown stays.
  if (answer?.answer !== "changes") return [...told.changes.peek()];
  const { changes } = answer;
  const last = (await told.platform.vault.get("meta", SEEN)) as number | undefined;
  // What was before this device came in is no news to it.
  if (last === undefined) {
    await keep(
      told,
      changes.reduce((newest, { at }) => Math.max(newest, at), 0),
    );
    return [];
  }
  return changes.filter(({ at, device }) => at > last && device !== told.device);
}
