import type { GatewaySeat, SeatEvent } from "../../conference/ports.ts";
import type { FakeGateway } from "../fake-gateway.ts";

/** Makes a gateway answer for a seat, or for one of the things it is asked, only when the test lets it. */
export function hold(gateway: FakeGateway, what: "seat" | "answer"): { release(): void; waiting: number } {
  const waiting: (() => void)[] = [];
  const held = {
    release: () => {
      for (const go of waiting.splice(0)) go();
    },
    get waiting() {
      return waiting.length;
    },
  };
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve));
  const seat = gateway.seat.bind(gateway);
  gateway.seat = async (call: string, id: string, life: number, hear: (event: SeatEvent) => void) => {
    if (what === "seat") await turn();
    const made: GatewaySeat = await seat(call, id, life, hear);
    if (what === "answer") {
      const answer = made.answer.bind(made);
      made.answer = async (sdp) => {
        await turn();
        await answer(sdp);
      };
    }
    return made;
  };
  return held;
}
