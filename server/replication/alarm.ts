/** Something that must never be guessed over: logged, counted, shown to the operator. */
export type Alarm = (what: AlarmKind, details: Record<string, unknown>) => void;
export type AlarmKind =
  | "malformed-frame"
  | "malformed-message"
  | "refused-record"
  | "device-shut-out"
  | "diverged"
  | "contradicted"
  | "life-not-begun"
  | "unproven"
  | "clock-ahead"
  | "over-quota"
  | "failed";
