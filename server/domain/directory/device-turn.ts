import type { Device } from "#protocol/directory";
import type { Province } from "#protocol/ids";

/** Odd: a device that is taken to the last turn is shut out until its home says otherwise. */
export const MAX_TURN = 999_999_999;

/** The highest turn to which each province took a device, so far as was heard. */
export type Turns = ReadonlyMap<Province, number>;

/** How often a device was shut out and let back: odd is shut out, and the higher one stands. */
export const turnOf = ({ turn, revoked }: Device): number => turn ?? (revoked ? 1 : 0);

const atTurn = ({ turn: _, ...device }: Device, turn: number): Device => ({
  ...device,
  revoked: turn % 2 === 1,
  ...(turn > 0 && { turn }),
});

/** The device shut out: the entry that says so. One that is shut out already stays as it is. */
export const shutOut = (device: Device): Device => (device.revoked ? device : atTurn(device, turnOf(device) + 1));

/**
 * The device let back by its home: the entry that says so. Whoever else shut it out is not heard about it from then on
 * (R205). The turn is the next one also for nodes that know no `undone`, unless somebody took it far ahead: its home must
 * not run out of turns.
 */
export function letBack(device: Device, home: Province | undefined, turns: Turns): Device {
  const others = [...turns.keys()].filter((province) => province !== home);
  const undone = [...new Set([...(device.undone ?? []), ...others])].sort();
  const present = turnOf(device);
  const from = present < MAX_TURN / 2 || home === undefined ? present : (turns.get(home) ?? 0);
  return { ...atTurn(device, from + (from % 2 === 1 ? 1 : 2)), ...(undone.length > 0 && { undone }) };
}

/**
 * An entry of the device's home that leaves the turn as it stands: it says the home's own turn, lest the word of another
 * province becomes the home's.
 */
export const withOwnTurn = (device: Device, present: Device | undefined, own: number): Device =>
  present && turnOf(device) === turnOf(present) ? atTurn(device, own) : device;

/**
 * The device as it stands by what every province said, in whatever order that was heard: the highest turn, but for those
 * of provinces whose word its home undid.
 */
export function standingDevice(device: Device, turns: Turns): Device {
  const counting = [...turns].filter(([province]) => !device.undone?.includes(province));
  return atTurn(device, Math.max(0, ...counting.map(([, turn]) => turn)));
}
