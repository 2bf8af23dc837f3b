import { useLayoutEffect, useRef } from "preact/hooks";

/** The back camera of a phone shows the world, which is not mirrored. */
const facesAway = (stream: MediaStream): boolean =>
  stream.getVideoTracks()[0]?.getSettings?.().facingMode === "environment";

/** A picture without sound: the sound of a call is the engine's. `words` is for those who do not see it. */
export function Video({
  stream,
  mirrored,
  whole,
  words,
}: {
  stream: MediaStream;
  mirrored?: boolean;
  whole?: boolean;
  words: string;
}) {
  const element = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    const video = element.current;
    if (!video || video.srcObject === stream) return;
    video.muted = true; // as an attribute it comes too late for a browser that plays nothing loud by itself
    video.srcObject = stream;
    video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={element}
      class={`${mirrored && !facesAway(stream) ? "mirrored" : ""}${whole ? " whole" : ""}`}
      aria-label={words}
      autoPlay
      playsInline
      muted
      disablePictureInPicture
    />
  );
}
