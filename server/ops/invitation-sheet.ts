import { renderSVG } from "uqr";
import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { IssuedInvitation } from "#protocol/order";

const STYLE =
  "body{font:14pt sans-serif;margin:2cm}section{page-break-inside:avoid;border:1px solid;padding:1cm;margin-bottom:1cm}" +
  "svg{width:5cm;height:5cm}code{font-size:20pt;letter-spacing:.1em}";

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] as string);

/** Invitations to print and hand over, one cut-out each: code, QR of the address, until when. */
export function invitationSheet(
  invitations: readonly IssuedInvitation[],
  people: ReadonlyMap<PersonId, Person>,
): string {
  const cards = invitations.flatMap(({ person, code, url, expires }) => {
    if (!code) return [];
    const { en, ur } = people.get(person)?.name ?? { en: person, ur: "" };
    const until = new Date(expires).toISOString().slice(0, 16).replace("T", " ");
    const picture = url && URL.canParse(url) ? renderSVG(url) : "";
    const address = picture ? `<p><bdi>${escaped(url as string)}</bdi></p>` : "";
    return (
      `<section><h2><bdi>${escaped(en)}</bdi> · <bdi lang="ur">${escaped(ur)}</bdi></h2>${picture}` +
      `<p><code>${escaped(code)}</code></p>${address}<p>Good once, until ${until} UTC · ` +
      `<span lang="ur" dir="rtl">ایک بار کے لیے، اس وقت تک: ${until} UTC</span></p></section>`
    );
  });
  const head = `<!doctype html><meta charset="utf-8"><title>Beep</title><style>${STYLE}</style>`;
  return `${head}${cards.join("\n")}\n`;
}
