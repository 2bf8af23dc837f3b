import { createHash } from "node:crypto";
import { deviceIdText, type Device } from "#protocol/directory";
import type { DeviceId } from "#protocol/ids";

/** From these rules on a province enters no new device whose id does not follow from its person and key (R206). */
export const DEVICE_ID_RULES = 3;

type Named = Pick<Device, "id" | "person" | "key">;

export const deviceIdOf = (device: Omit<Named, "id">): DeviceId =>
  createHash("sha256").update(deviceIdText(device)).digest("hex").slice(0, 32);

export const followsFromKey = (device: Named): boolean => device.id === deviceIdOf(device);

/** Whether two entries are of one device, and not of two under one id. */
export const isSameDevice = (a: Named, b: Named): boolean => a.id === b.id && a.person === b.person && a.key === b.key;
