type Tones = { hertz: number[]; on: number; off: number; loud: number };

/** Being called, and waiting for an answer. Times in seconds. */
const INCOMING: Tones = { hertz: [523, 659], on: 0.9, off: 1.1, loud: 0.14 };
const OUTGOING: Tones = { hertz: [425], on: 1, off: 3, loud: 0.04 };

/** Plays a pattern until the answer is called. A browser that lets no sound play before a click stays silent. */
function play({ hertz, on, off, loud }: Tones): () => void {
  if (typeof AudioContext === "undefined") return () => {};
  const audio = new AudioContext();
  const volume = audio.createGain();
  volume.gain.value = 0;
  volume.connect(audio.destination);
  const tones = hertz.map((each) => {
    const tone = audio.createOscillator();
    tone.frequency.value = each;
    tone.connect(volume);
    tone.start();
    return tone;
  });
  const once = () => {
    const start = audio.currentTime + 0.02;
    volume.gain.cancelScheduledValues(start);
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loud, start + 0.05);
    volume.gain.setValueAtTime(loud, start + on - 0.1);
    volume.gain.linearRampToValueAtTime(0, start + on);
  };
  once();
  const again = setInterval(once, (on + off) * 1000);
  return () => {
    clearInterval(again);
    for (const tone of tones) tone.stop();
    audio.close().catch(() => {});
  };
}

export const ringBack = (): (() => void) => play(OUTGOING);

function flashTitle(text: string): () => void {
  const before = document.title;
  let lit = false;
  const flash = () => {
    lit = !lit;
    document.title = lit ? `☎ ${text}` : before;
  };
  flash();
  const id = setInterval(flash, 1000);
  return () => {
    clearInterval(id);
    document.title = before;
  };
}

function shake(): () => void {
  // Before a first touch the browser refuses, and complains.
  const { userActivation } = navigator as { userActivation?: { hasBeenActive: boolean } };
  if (!navigator.vibrate || userActivation?.hasBeenActive === false) return () => {};
  const once = () => navigator.vibrate([500, 300, 500]);
  once();
  const id = setInterval(once, 2500);
  return () => {
    clearInterval(id);
    navigator.vibrate(0);
  };
}

/** Says it outside of the page when the page is not looked at, where the person has allowed that. */
function notify(title: string, body: string): () => void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted" || !document.hidden) return () => {};
  try {
    const note = new Notification(title, { body, tag: "beep-call", requireInteraction: true, icon: "/icon-192.png" });
    note.onclick = () => {
      window.focus();
      note.close();
    };
    return () => note.close();
  } catch {
    return () => {}; // Android lets only a service worker notify
  }
}

/** Rings by sound, shaking, title and notification until the answer is called. @param quiet: one is in a call already */
export function ring(title: string, name: string, quiet: boolean): () => void {
  const ends = [
    quiet ? ringBack() : play(INCOMING),
    quiet ? () => {} : shake(),
    flashTitle(`${title}: ${name}`),
    notify(title, name),
  ];
  return () => {
    for (const end of ends) end();
  };
}
