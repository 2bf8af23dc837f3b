import { inflateSync } from "node:zlib";
import jsqr from "jsqr";
import type { Locator } from "playwright-core";

/** What stands in a QR code on the screen, read from its pixels as a camera would. */
export async function readQr(where: Locator): Promise<string> {
  const { data, width, height } = readPng(await where.screenshot({ scale: "css", caret: "initial" }));
  const found = jsqr(data, width, height);
  if (!found) throw new Error(`no QR code can be read on ${width}×${height} pixels`);
  return found.data;
}

/** A picture as browsers take them: PNG with eight bits a channel, RGB or RGBA, not interlaced (ISO/IEC 15948). */
function readPng(png: Buffer): { data: Uint8ClampedArray; width: number; height: number } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  const rows = new Uint8Array(line * height);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)] as number;
    for (let x = 0; x < line; x++) {
      const at = y * line + x;
      const left = x < channels ? 0 : (rows[at - channels] as number);
      const up = y === 0 ? 0 : (rows[at - line] as number);
      const corner = x < channels || y === 0 ? 0 : (rows[at - line - channels] as number);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] as number;
      rows[at] = (raw[y * (line + 1) + 1 + x] as number) + predicted;
    }
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) data[(y * width + x) * 4 + c] = rows[y * line + x * channels + c] as number;
  }
  return { data, width, height };
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
