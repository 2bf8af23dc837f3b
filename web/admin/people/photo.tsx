import type { Person } from "#protocol/directory";
import { Lazy } from "../../view/lazy.tsx";
import { told } from "../../view/names.ts";
import { adminWords } from "../furnish.ts";
import { Sheet } from "../sheet.tsx";
import { useOrder } from "../use-order.ts";

const photoEditor = async () => (await import("../../security/photo.tsx")).photoEditor();

/** A person's photo, put by an administrator's order. */
export function PhotoSheet({ person, onClose }: { person: Person; onClose: () => void }) {
  const w = adminWords.value;
  const { trouble, order } = useOrder();
  return (
    <Sheet title={`${w.kind.photo} · ${told(person.name)}`} onClose={onClose}>
      <Lazy
        load={photoEditor}
        props={{
          person,
          save: async (photo) => {
            const none = { type: "image/jpeg", bytes: "" } as const;
            const entry = { photo: { ...(photo ?? none), person: person.id } };
            return (await order({ do: "put", entries: [entry] })) !== null;
          },
          onDone: onClose,
        }}
      />
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
    </Sheet>
  );
}
