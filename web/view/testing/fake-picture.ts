const COLOURS = ["#31566b", "#5b4a78", "#6b5431", "#3c6b46", "#76404f", "#3a4f7d"];

/** A moving picture that stands for a camera: a head and shoulders that sway, twice a second. */
export function fakePicture(n: number, kind: "camera" | "screen" = "camera"): MediaStream | null {
  const canvas = document.createElement("canvas");
  canvas.width = kind === "screen" ? 960 : 320;
  canvas.height = kind === "screen" ? 540 : 240;
  const paint = canvas.getContext("2d");
  if (!paint || !canvas.captureStream) return null;
  let tick = 0;
  const draw = () => (kind === "screen" ? drawPaper(paint, ++tick) : drawPerson(paint, n, ++tick));
  draw();
  setInterval(draw, 500);
  return canvas.captureStream(2);
}

function drawPerson(paint: CanvasRenderingContext2D, n: number, tick: number): void {
  const sway = Math.sin(tick / 3 + n) * 6;
  paint.fillStyle = COLOURS[n % COLOURS.length] as string;
  paint.fillRect(0, 0, 320, 240);
  paint.fillStyle = "rgba(255,255,255,.12)";
  paint.fillRect(200 + sway, 20, 90, 120);
  paint.fillStyle = "#d9b08c";
  paint.beginPath();
  paint.arc(160 + sway, 105, 42, 0, 7);
  paint.fill();
  paint.fillStyle = "#22303a";
  paint.beginPath();
  paint.ellipse(160 + sway, 235, 92, 82, 0, 0, 7);
  paint.fill();
}

function drawPaper(paint: CanvasRenderingContext2D, tick: number): void {
  paint.fillStyle = "#fff";
  paint.fillRect(0, 0, 960, 540);
  paint.fillStyle = "#0f5468";
  paint.font = "bold 40px sans-serif";
  paint.fillText("Relief camps, upper Sindh", 60, 90);
  paint.fillStyle = "#54646c";
  for (let i = 0; i < 7; i++) paint.fillRect(60, 140 + i * 50, 300 + ((i * 137) % 480), 18);
  paint.fillStyle = "#a3271f";
  paint.fillRect(60 + ((tick * 20) % 800), 500, 40, 8);
}
