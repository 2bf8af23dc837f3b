import { useState } from "preact/hooks";
import type { OrderId } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { type AnswerTo, deskOf } from "./desk.ts";
import { adminWords } from "./furnish.ts";
import { saveText } from "./save-text.ts";
import { whyNot } from "./said.ts";

/** Fetches the file of an approved export, once. */
export function ExportedFile({ order }: { order: OrderId }) {
  const app = useModel();
  const w = adminWords.value;
  const [trouble, setTrouble] = useState("");
  const fetch = async () => {
    let [file, piece]: [string, string | undefined] = ["", undefined];
    try {
      do {
        const answer: AnswerTo<{ ask: "exported"; order: OrderId }> = await deskOf(app).ask({
          ask: "exported",
          order,
          ...(piece !== undefined && { piece }),
        });
        file += answer.csv;
        piece = answer.next;
        if (piece === undefined) saveText(answer.name, file);
      } while (piece !== undefined);
    } catch (error) {
      setTrouble(whyNot(error));
    }
  };
  return (
    <>
      <button type="button" class="secondary" onClick={() => void fetch()}>
        {w.fetchFile}
      </button>
      {trouble && (
        <p class="trouble" role="alert" dir="auto">
          {trouble}
        </p>
      )}
    </>
  );
}
