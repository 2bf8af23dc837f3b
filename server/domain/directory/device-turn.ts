import type { Device } from "#protocol/directory";

/** How often a device was shut out and let back: odd is shut out, and the higher one stands. */
export const turnOf = ({ turn, revoked }: Device): number => turn ?? (revoked ? 1 : 0);

export const atTurn = (device: Device, turn: number): Device => ({
  ...device,
  revoked: turn % 2 === 1,
  ...(turn > 0 && { turn }),
});

/** The device shut out: the entry that says so. One that is shut out already stays as it is. */
export const shutOut = (device: Device): Device => (device.revoked ? device : atTurn(device, turnOf(device) + 1));
