/** Pictures for tests by their first bytes alone, base64: what tells the type and the sides, and as much behind it as asked for. */
export function smallWebp(fill = 0, side = 256, size = 40): string {
  const file = Buffer.alloc(size, fill);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(size - 8, 4);
  file.write("WEBPVP8L", 8, "latin1");
  file.writeUInt32LE(size - 20, 16);
  file[20] = 0x2f;
  file.writeUInt32LE((side - 1) | ((side - 1) << 14), 21);
  return file.toString("base64");
}

export function smallJpeg(fill = 0, side = 256, size = 40): string {
  const file = Buffer.alloc(size, fill);
  // A start, an empty comment, and the header of a baseline frame.
  file.set([0xff, 0xd8, 0xff, 0xfe, 0, 2, 0xff, 0xc0, 0, 11, 8]);
  file.writeUInt16BE(side, 11);
  file.writeUInt16BE(side, 13);
  file.writeUInt16BE(0xffd9, size - 2);
  return file.toString("base64");
}
