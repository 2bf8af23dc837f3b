/** Screens by size, language and light: two that differ in everything, and with pictures asked for (BEEP_SHOTS) all of them. */
const ALL = [
  [360, 640, "lang=ur&theme=dark", "phone-ur"],
  [1280, 800, "lang=en&theme=light", "desktop-en"],
  [360, 640, "lang=en&theme=light", "phone-en"],
  [1280, 800, "lang=ur&theme=dark", "desktop-ur"],
] as const;

export const LOOKS = process.env.BEEP_SHOTS ? ALL : ALL.slice(0, 2);
