import type { Bilingual } from "#protocol/directory";
import { renderSVG } from "uqr";

/** What one sheet says. */
export interface SheetOf {
  name: Bilingual;
  post: Bilingual;
  unit: Bilingual;
  code: string;
  /** the address that opens the code, in the QR; absent where no address of the node is known */
  url?: string | undefined;
  /** milliseconds since 1970 */
  expires: number;
}

/**
 * A page to print, one A5 sheet for each person, in both languages. It holds no script and asks for nothing from elsewhere.
 * @param font a WOFF2 with the letters of Urdu, base64: many machines that print have none
 */
export const invitationSheet = (invitations: readonly SheetOf[], font?: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<meta name="robots" content="noindex">
<title>Beep: invitations · بیپ: دعوت نامے</title>
<style>${font ? faceOf(font) : ""}${STYLE}</style>
</head>
<body>
${invitations.map(sheet).join("\n")}
</body>
</html>
`;

const faceOf = (font: string): string =>
  `@font-face { font-family: Naskh; src: url(data:font/woff2;base64,${font}) format("woff2") }`;

const STYLE = `
@page { size: A5; margin: 12mm }
body { margin: 0; font: 11pt/1.45 "Noto Sans", sans-serif; color: #000; background: #fff }
section { box-sizing: border-box; min-height: 180mm; break-after: page; page-break-after: always; text-align: center }
section:last-child { break-after: auto; page-break-after: auto }
h1 { font-size: 15pt; margin: 0 0 2mm }
p { margin: 0 0 2mm }
svg { width: 62mm; height: 62mm; margin: 4mm 0 }
.ur { direction: rtl; font-family: Naskh, "Noto Naskh Arabic", "Noto Nastaliq Urdu", "Urdu Typesetting", Tahoma, sans-serif; font-size: 12pt; line-height: 1.8 }
.code { font: 700 17pt/1.4 "Noto Sans Mono", monospace; letter-spacing: .06em; direction: ltr }
.url { font-size: 8.5pt; word-break: break-all; direction: ltr }
`;

function sheet({ name, post, unit, code, url, expires }: SheetOf): string {
  const place = (language: keyof Bilingual) => [post[language], unit[language]].filter(Boolean).join(" · ");
  return `<section>
<h1><bdi>${safe(name.en)}</bdi></h1>
<p>${safe(place("en"))}</p>
<h1 class="ur" lang="ur"><bdi>${safe(name.ur)}</bdi></h1>
<p class="ur" lang="ur">${safe(place("ur"))}</p>
${url ? renderSVG(url, { ecc: "M", border: 2 }) : ""}
<p class="code">${safe(code)}</p>
<p class="url">${safe(url ?? "")}</p>
<p>Scan this with the phone that you work with, or open Beep and enter the code. It is good once, for you
alone, until ${date("en-GB", expires)}. Nobody will ever ask you for it.</p>
<p class="ur" lang="ur">جس فون پر آپ کام کرتے ہیں اس سے اسکین کریں، یا بیپ کھول کر کوڈ درج کریں۔ یہ صرف آپ کے لیے ہے،
ایک بار، ${date("ur-PK", expires)} تک۔ کوئی بھی آپ سے یہ کوڈ کبھی نہیں مانگے گا۔</p>
</section>`;
}

const date = (language: string, ms: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Karachi" }).format(ms);

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand in the page: nothing of it is markup, and nothing turns the direction of what follows. */
const safe = (text: string): string =>
  text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/[&<>"']/g, (mark) => ENTITIES[mark] as string);
