import { langOf } from "../script.ts";
import { linesOf, type Piece } from "./lines.ts";

/** A number longer than this may break across lines, or it would not fit on a phone. */
const HOLDS = 24;

function Part({ kind, text, href }: Piece) {
  if (kind === "words") return <>{text}</>;
  const whole = /\d/.test(text) && kind !== "turned" && text.length <= HOLDS ? "whole" : undefined;
  if (!href)
    return (
      <bdi dir="ltr" class={whole}>
        {text}
      </bdi>
    );
  const away = href.startsWith("http") ? { target: "_blank", rel: "noopener noreferrer nofollow" } : {};
  return (
    <a href={href} dir="ltr" class={whole} {...away}>
      {text}
    </a>
  );
}

/** What people wrote: each line in the direction of its own script, numbers and Latin words never turned round. */
export function Prose({ text, links = true }: { text: string; links?: boolean }) {
  const lines = linesOf(text, links);
  return (
    <>
      {lines.map((line, i) => (
        <span key={i} class="prose" dir="auto" lang={langOf(line.map((piece) => piece.text).join(""))}>
          {line.map((piece, j) => (
            <Part key={j} {...piece} />
          ))}
          {i < lines.length - 1 && "\n"}
        </span>
      ))}
    </>
  );
}
