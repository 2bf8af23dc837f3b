import type { Photo } from "#protocol/directory";

type Picture = Omit<Photo, "person">;

/** What is seen through the square: its middle as a part of the picture, 0 to 1, and how many times it is enlarged. */
export interface Crop {
  x: number;
  y: number;
  zoom: number;
}
export const MIDDLE: Crop = { x: 0.5, y: 0.5, zoom: 1 };
export const MOST_ZOOM = 4;

const MOST_BYTES = 20 * 1024;
/** Pixels on a side, and how well they are kept; the next one is tried where one is too heavy. */
const SIDES = [256, 160, 96];
const QUALITIES = [0.9, 0.8, 0.7, 0.55, 0.4];

type Source = Pick<HTMLImageElement, "naturalWidth" | "naturalHeight">;

/** The part of the picture that is cut out, in its own pixels; it never leaves the picture. */
export function cut({ naturalWidth: width, naturalHeight: height }: Source, { x, y, zoom }: Crop) {
  const side = Math.min(width, height) / zoom;
  const within = (middle: number, whole: number) => Math.min(Math.max(middle * whole - side / 2, 0), whole - side);
  return { left: within(x, width), top: within(y, height), side };
}

/** The crop moved by so many parts of the square's side, no further than there is picture. */
export function moved(source: Source, crop: Crop, across: number, along: number): Crop {
  const { left, top, side } = cut(source, crop);
  const { naturalWidth: width, naturalHeight: height } = source;
  const next = (from: number, by: number, whole: number) =>
    (Math.min(Math.max(from - by * side, 0), whole - side) + side / 2) / whole;
  return { ...crop, x: next(left, across, width), y: next(top, along, height) };
}

export function draw(canvas: HTMLCanvasElement, image: HTMLImageElement, crop: Crop, pixels: number): void {
  canvas.width = canvas.height = pixels;
  const brush = canvas.getContext("2d");
  if (!brush) return;
  const { left, top, side } = cut(image, crop);
  // What is transparent would be black in a JPEG.
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, pixels, pixels);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, left, top, side, side, 0, 0, pixels, pixels);
}

const blobOf = (canvas: HTMLCanvasElement, type: string, quality: number) =>
  new Promise<Blob | null>((done) => canvas.toBlob(done, type, quality));

const base64 = (blob: Blob) =>
  new Promise<string>((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });

/**
 * The square as the directory keeps it: drawn anew, so nothing of the file but what is seen goes along (no place, no
 * time). WebP where the browser writes it, else JPEG.
 */
export async function encode(image: HTMLImageElement, crop: Crop): Promise<Picture> {
  const canvas = document.createElement("canvas");
  for (const pixels of SIDES) {
    draw(canvas, image, crop, pixels);
    for (const quality of QUALITIES) {
      // A browser that does not write WebP answers with a PNG.
      const webp = await blobOf(canvas, "image/webp", quality);
      const blob = webp?.type === "image/webp" ? webp : await blobOf(canvas, "image/jpeg", quality);
      if (blob && blob.size <= MOST_BYTES) return { type: blob.type as Picture["type"], bytes: await base64(blob) };
    }
  }
  throw new Error("The picture could not be made small enough.");
}

/** @throws an Error where the file is no picture that this browser reads */
export async function open(file: Blob): Promise<HTMLImageElement> {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    await new Promise<void>((done, fail) => {
      image.onload = () => done();
      image.onerror = () => fail(new Error("The file is no picture."));
      image.src = address;
    });
  } finally {
    // What is loaded stays with the image.
    URL.revokeObjectURL(address);
  }
  if (!image.naturalWidth || !image.naturalHeight) throw new Error("The picture has no size.");
  return image;
}
