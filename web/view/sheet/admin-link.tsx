import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";

const WORDS = {
  en: { name: "Administration", hint: "People, posts, invitations and what else your role includes" },
  ur: { name: "انتظامیہ", hint: "افراد، عہدے، دعوت نامے اور جو کچھ آپ کے اختیار میں ہے" },
};

/** The way to the administration, for whoever has a role in it. */
export function AdminLink() {
  if (useModel().roles.value.length === 0) return null;
  const w = words.value.lang === "ur" ? WORDS.ur : WORDS.en;
  return (
    <a class="row self" href="#/admin">
      <Icon sign="group" />
      <span class="lines">
        <span class="name">{w.name}</span>
        <span class="quiet">{w.hint}</span>
      </span>
    </a>
  );
}
