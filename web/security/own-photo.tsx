import { useModel } from "../view/app-context.ts";
import { up } from "../view/route.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { ask } from "./own.ts";
import { PhotoEditor } from "./photo.tsx";
import { furnish, photoWords } from "./photo-words.ts";

function OwnPhoto() {
  const app = useModel();
  const w = photoWords.value;
  const me = app.me.value;
  const person = me && (app.person(me.id).value ?? me);
  return (
    <Dialog title={w.yours}>
      <p class="hint">{w.yoursHint}</p>
      {person && (
        <PhotoEditor
          person={person}
          save={async (photo) => !!(await ask(app, { do: "photo", photo }, "done"))}
          onDone={up}
        />
      )}
    </Dialog>
  );
}

/** One's own photo, with its words and its look. */
export async function ownPhoto() {
  await furnish();
  return OwnPhoto;
}
