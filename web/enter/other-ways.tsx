import { useState } from "preact/hooks";
import type { Door } from "#protocol/enrol";
import type { Way } from "./ways.ts";
import { enterWords } from "./words.ts";

/** The ways that do not stand open, behind one button; none before the door has answered, so that no list jumps. */
export function OtherWays({ ways, door, onChoose }: { ways: Way[]; door: Door | null; onChoose(way: Way): void }) {
  const w = enterWords.value;
  const [open, setOpen] = useState(false);
  return (
    <div class="others">
      <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? w.fewerWays : w.otherWays}
      </button>
      {open && (
        <ul>
          {ways.map((way) => (
            <li key={way}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  onChoose(way);
                }}
              >
                <span class="name">{way === "oidc" ? (door?.oidc ?? w.ways.oidc) : w.ways[way]}</span>
                <span class="hint">{w.hints[way]}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
