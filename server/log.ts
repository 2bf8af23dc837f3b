export type Level = "debug" | "info" | "warn" | "error";
export type Fields = Record<string, string | number | boolean | null | undefined>;
/** One line of JSON per event. Fields hold ids, counts and codes; never content, secrets, tickets or query strings. */
export type Log = (level: Level, event: string, fields?: Fields) => void;

const ORDER: readonly Level[] = ["debug", "info", "warn", "error"];

/** @param least lines below this level are left out */
export const stderrLog =
  (common: Fields = {}, least: Level = "info"): Log =>
  (level, event, fields) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return;
    const line = { at: new Date().toISOString(), level, event, ...common, ...fields };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  };

/** What a log may say of an unknown error: its class, its first line and where it was thrown. */
export function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: String(error).slice(0, 200) };
  const cause = error.cause instanceof Error ? error.cause.message.slice(0, 200) : undefined;
  const frames = error.stack?.split("\n").filter((line) => line.trimStart().startsWith("at ")) ?? [];
  return { error: error.name, message: error.message.slice(0, 200), cause, where: frames[0]?.trim().slice(0, 200) };
}
