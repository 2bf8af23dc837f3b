import type { WaveStatus } from "#protocol/admin";
import type { Charge, Person, UnitId, Wave } from "#protocol/directory";

/** How the node does, over the last ten minutes. */
export interface Readings {
  /** part of the requests that failed, 0 to 1 */
  failedPart(): number;
  /** 99 of 100 sign-ins took at most so many milliseconds */
  signInP99Ms(): number;
  /** bytes free on the disk of the data */
  diskFree(): number;
}

/** What is known of somebody when it is asked which waves take them in. */
export interface Candidate {
  person: Person;
  /** charges that are not cancelled */
  charges: readonly Charge[];
  /** units the person belongs to, by present charges or by `unitId`, and all above them */
  units: ReadonlySet<UnitId>;
}

type WaveState = Pick<WaveStatus, "state" | "why">;

/** Whether a wave is for this person. Whether it is open is another matter. */
export function includes(wave: Wave, { person, charges, units }: Candidate): boolean {
  const isEmployee = person.number !== undefined || charges.length > 0;
  switch (wave.who.kind) {
    case "named":
      return wave.who.people.includes(person.id);
    case "units":
      return wave.who.units.some((unit) => units.has(unit));
    case "employees":
      return isEmployee;
    case "public":
      return !isEmployee;
  }
}

/**
 * How a wave stands. A gate that is not met, and a wave before it that has not opened, hold it back; nobody who is
 * inside already is touched by that.
 * @param inside people who came in under it
 * @param earlier the waves with a smaller place, as they stand
 */
export function stateOf(
  wave: Wave,
  readings: Readings,
  inside: number,
  now: number,
  earlier: readonly { wave: Wave; state: WaveStatus["state"] }[],
): WaveState {
  if (wave.hand === "close") return { state: "closed", why: ["An administrator closed it."] };
  if (wave.closes !== null && now >= wave.closes) return { state: "closed", why: ["Its time is over."] };
  if (now < wave.opens) return { state: "planned", why: [] };
  if (wave.quota !== null && inside >= wave.quota)
    return { state: "full", why: [`All of its ${wave.quota} places are taken.`] };
  const why = wave.hand === "hold" ? ["An administrator holds it back."] : [];
  const first = earlier.find(({ state }) => state === "planned" || state === "held");
  if (first) why.push(`"${first.wave.name.en}" comes first and is not open.`);
  why.push(...shutGates(wave, readings));
  return why.length > 0 ? { state: "held", why } : { state: "open", why };
}

function shutGates({ gates }: Wave, readings: Readings): string[] {
  const why: string[] = [];
  const percent = (part: number) => `${Math.round(part * 1000) / 10}%`;
  const gigabytes = (bytes: number) => `${Math.round(bytes / 1e8) / 10} GB`;
  if (gates.errors !== undefined && readings.failedPart() > gates.errors)
    why.push(`${percent(readings.failedPart())} of requests failed; at most ${percent(gates.errors)} may.`);
  if (gates.signInMs !== undefined && readings.signInP99Ms() > gates.signInMs)
    why.push(`Signing in takes ${readings.signInP99Ms()} ms; at most ${gates.signInMs} ms it may.`);
  if (gates.diskFree !== undefined && readings.diskFree() < gates.diskFree)
    why.push(`${gigabytes(readings.diskFree())} of the disk are free; it takes ${gigabytes(gates.diskFree)}.`);
  return why;
}
