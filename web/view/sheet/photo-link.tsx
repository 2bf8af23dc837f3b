import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { openPanel } from "../route.ts";

const WORDS = {
  en: { name: "Your photo", set: "Change or remove it", bare: "Add one, so that people know whom they write to" },
  ur: { name: "آپ کی تصویر", set: "بدلیں یا ہٹائیں", bare: "تصویر لگائیں، تاکہ لوگ پہچانیں کہ کسے لکھ رہے ہیں" },
};

/** The way to one's own photo. */
export function PhotoLink() {
  const app = useModel();
  const w = words.value.lang === "ur" ? WORDS.ur : WORDS.en;
  const me = app.me.value;
  const photo = me && app.person(me.id).value?.photo;
  return (
    <button type="button" class="row self" onClick={() => openPanel("security", "photo")}>
      <Icon sign={photo ? "check" : "plus"} />
      <span class="lines">
        <span class="name">{w.name}</span>
        <span class="quiet">{photo ? w.set : w.bare}</span>
      </span>
    </button>
  );
}
