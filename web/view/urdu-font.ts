import url from "../styles/fonts/naskh.woff2?url";

const SWAP_WITHIN = 3000;
let asked: Promise<void> | null = null;

/**
 * Fetches the Urdu letters when Urdu is first to be shown, and once only. Letters that come later than three seconds
 * stay for the next start, so that a page on a slow line does not shift under its reader.
 */
export function urduFont(): Promise<void> {
  if (!asked) asked = typeof FontFace === "undefined" ? Promise.resolve() : fetchLetters();
  return asked;
}

function fetchLetters(): Promise<void> {
  const begun = Date.now();
  return new FontFace("Beep Naskh", `url("${url}") format("woff2")`).load().then(
    (face) => {
      if (Date.now() - begun < SWAP_WITHIN) document.fonts.add(face);
    },
    () => {},
  );
}
