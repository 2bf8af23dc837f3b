import { useState } from "preact/hooks";
import type { OrderId } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { reason } from "../view/reason.ts";
import { deskOf } from "./desk.ts";
import { adminWords } from "./furnish.ts";
import { saveText } from "./save-text.ts";

/** Fetches the file of an approved export, once. */
export function ExportedFile({ order }: { order: OrderId }) {
  const app = useModel();
  const w = adminWords.value;
  const [trouble, setTrouble] = useState("");
  const fetch = () =>
    deskOf(app)
      .ask({ ask: "exported", order })
      .then(
        ({ name, csv }) => saveText(name, csv),
        (error) => setTrouble(reason(error)),
      );
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
