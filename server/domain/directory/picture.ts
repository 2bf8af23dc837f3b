import type { Photo } from "#protocol/directory";

const MAX_BYTES = 20 * 1024;
/** Pixels on a side: small enough that unpacking one costs a reader nothing. */
const MAX_SIDE = 512;

/**
 * Why a photo may not stand in the directory, in words; undefined where it may. It goes by the bytes, not by what they are
 * called: a JPEG (ITU-T T.81) or a WebP (RFC 9649) that holds one picture and nothing behind it. Without bytes it says
 * that the person has no photo.
 */
export function whyNoPicture({ type, bytes }: Photo): string | undefined {
  if (bytes === "") return undefined;
  const file = Buffer.from(bytes, "base64");
  if (file.length > MAX_BYTES) return "A photo has at most 20 KiB.";
  const size = type === "image/jpeg" ? sizeOfJpeg(file) : sizeOfWebp(file);
  if (!size) return "The photo is neither a JPEG nor a WebP.";
  const [width, height] = size;
  const fits = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
  return fits ? undefined : `A photo has at most ${MAX_SIDE} by ${MAX_SIDE} pixels.`;
}

type Size = readonly [width: number, height: number];

/** B.1.1: segments up to the first frame header, which tells the size. */
function sizeOfJpeg(file: Buffer): Size | undefined {
  if (file.length < 12 || file.readUInt16BE(0) !== 0xffd8 || file.readUInt16BE(file.length - 2) !== 0xffd9)
    return undefined;
  for (let at = 2; at + 9 <= file.length && file[at] === 0xff; ) {
    const marker = file[at + 1] as number;
    // DHT, JPG and DAC stand among the frame headers' numbers.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [file.readUInt16BE(at + 7), file.readUInt16BE(at + 5)];
    const length = file.readUInt16BE(at + 2);
    // The picture's own data before any frame header, or markers that have no length.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda) || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

const ANIMATED = 2;

/** Section 2.4 and on: a RIFF of exactly this length, whose first chunk tells the size. */
function sizeOfWebp(file: Buffer): Size | undefined {
  const letters = (from: number, to: number) => file.toString("latin1", from, to);
  if (file.length < 30 || letters(0, 4) !== "RIFF" || letters(8, 12) !== "WEBP") return undefined;
  if (file.readUInt32LE(4) + 8 !== file.length) return undefined;
  switch (letters(12, 16)) {
    case "VP8 ":
      // RFC 6386 section 9.1: a key frame's start code, then two sides of 14 bits.
      if (letters(23, 26) !== "\x9d\x01\x2a") return undefined;
      return [file.readUInt16LE(26) & 0x3fff, file.readUInt16LE(28) & 0x3fff];
    case "VP8L": {
      if (file[20] !== 0x2f) return undefined;
      const bits = file.readUInt32LE(21);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case "VP8X":
      if (((file[20] as number) & ANIMATED) !== 0) return undefined;
      return [file.readUIntLE(24, 3) + 1, file.readUIntLE(27, 3) + 1];
    default:
      return undefined;
  }
}
