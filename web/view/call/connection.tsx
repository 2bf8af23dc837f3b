import { useEffect, useState } from "preact/hooks";
import type { CallStats, Calls } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { provinceName } from "../who.ts";
import { useDesk } from "./desk.ts";
import { callWords } from "./words.ts";

const EVERY = 2000;

/** Per cent of the packets that did not come, of all that were sent here since the call began. */
function lossOf({ received }: CallStats): number | null {
  const sum = received.reduce((all, { packets, lost }) => ({ packets: all.packets + packets, lost: all.lost + lost }), {
    packets: 0,
    lost: 0,
  });
  const sent = sum.packets + sum.lost;
  return sent > 0 ? Math.round((sum.lost / sent) * 1000) / 10 : null;
}

/** How the line does, in figures: for the person, and for whoever helps on the telephone. */
export function Connection({ calls }: { calls: Calls }) {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const [stats, setStats] = useState<CallStats | null>(null);
  useEffect(() => {
    let wanted = true;
    const ask = () =>
      void calls.stats().then(
        (next) => wanted && setStats(next),
        () => {},
      );
    ask();
    const id = setInterval(ask, EVERY);
    return () => {
      wanted = false;
      clearInterval(id);
    };
  }, []);
  const { place } = call.head.value;
  const own = call.faces.value.find((face) => face.mine)?.network ?? null;
  const told = (value: number | null | undefined, words: (count: number) => string) =>
    value == null ? c.notKnown : words(value);
  return (
    <div class="panel-body">
      {own !== null && <p>{c.network[own]}</p>}
      <dl class="facts">
        <dt>{c.roundTrip}</dt>
        <dd>{told(stats && stats.rtt !== null ? Math.round(stats.rtt) : null, c.milliseconds)}</dd>
        <dt>{c.bears}</dt>
        <dd>{told(stats && stats.available !== null ? Math.round(stats.available) : null, c.kilobits)}</dd>
        <dt>{c.lost}</dt>
        <dd>{told(stats && lossOf(stats), c.percent)}</dd>
        <dt>{c.gateway}</dt>
        <dd>{place.mode === "one" ? c.oneGateway(provinceName(app, place.at)) : c.eachGateway}</dd>
      </dl>
    </div>
  );
}
