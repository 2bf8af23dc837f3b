import { useEffect, useRef, useState } from "preact/hooks";
import type { PersonId } from "#protocol/ids";
import { useModel } from "./app-context.ts";

const waiting = new WeakMap<Element, () => void>();
const screen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) waiting.get(target)?.();
  },
  { rootMargin: "200px" },
);

/** A person's photo over the initials of their avatar: fetched once it is on the screen, and nothing until it is here. */
export function Face({ id, hash }: { id: PersonId; hash: string }) {
  const app = useModel();
  const spot = useRef<HTMLImageElement>(null);
  const [seen, setSeen] = useState(false);
  const [shown, setShown] = useState<{ hash: string; address: string } | null>(null);
  const online = app.connection.value.state === "online";
  useEffect(() => {
    const image = spot.current;
    if (!image || seen) return;
    waiting.set(image, () => setSeen(true));
    screen.observe(image);
    return () => screen.unobserve(image);
  }, [seen]);
  useEffect(() => {
    if (!seen || shown?.hash === hash) return;
    let wanted = true;
    app.photo(id, hash).then(
      (address) => wanted && address && setShown({ hash, address }),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [seen, hash, online]);
  return <img ref={spot} alt="" draggable={false} src={shown?.address} />;
}
