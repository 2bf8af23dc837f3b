// The dedicated worker through which all frames of one call go. It is built as a classic script: no browser of the
// baseline but Chrome has module workers.
import { FrameCipher } from "./cipher.ts";
import { QuietGate } from "./frame.ts";
import type { FromWorker, Pipe, ToWorker } from "./messages.ts";

/** What the two kinds of encoded frames have in common. */
interface EncodedFrame {
  data: ArrayBuffer;
}

interface Transformer {
  readable: ReadableStream<EncodedFrame>;
  writable: WritableStream<EncodedFrame>;
  options: Pipe;
}

interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  onrtctransform: ((event: { transformer: Transformer }) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = self as unknown as Scope;
let cipher: FrameCipher | null = null;
const pipes = new Map<number, Pipe>();
/** Whose frames a pipe carries, where the page said it before the pipe's streams were here. */
const seats = new Map<number, string>();

function run(given: Pipe, readable: ReadableStream<EncodedFrame>, writable: WritableStream<EncodedFrame>): void {
  const pipe = { ...given, seat: seats.get(given.id) ?? given.seat };
  seats.delete(given.id);
  pipes.set(pipe.id, pipe);
  const gate = new QuietGate();
  const through = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, controller) {
      const data = new Uint8Array(frame.data);
      const made =
        pipe.does === "seal" ? cipher?.seal(pipe.kind, gate, data) : cipher?.open(pipe.kind, pipe.seat, data);
      const out = await made;
      if (!out) return;
      frame.data = out.byteLength === out.buffer.byteLength ? out.buffer : out.slice().buffer;
      controller.enqueue(frame);
    },
  });
  const over = () => {
    if (pipes.get(pipe.id) === pipe) pipes.delete(pipe.id);
  };
  readable.pipeThrough(through).pipeTo(writable).then(over, over);
}

scope.onrtctransform = ({ transformer }) => run(transformer.options, transformer.readable, transformer.writable);

scope.onmessage = ({ data }) => {
  switch (data.t) {
    case "me":
      cipher = new FrameCipher(data.seat);
      return;
    case "epochs":
      cipher?.setEpochs(data.use, data.hold);
      return;
    case "mode":
      cipher?.setOpen(data.open);
      return;
    case "streams":
      run(data.pipe, data.readable, data.writable);
      return;
    case "seat": {
      const pipe = pipes.get(data.id);
      if (pipe) pipe.seat = data.seat;
      else seats.set(data.id, data.seat);
      return;
    }
    case "stats":
      scope.postMessage({ t: "stats", ref: data.ref, seats: cipher?.stats() ?? {} });
      return;
  }
};
