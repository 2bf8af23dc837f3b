import { computed } from "@preact/signals";
import { go, route } from "../view/route.ts";
import type { Section } from "./sections.ts";

/** Where in the administration the reader is: `#/admin/people/ID/edit` is section `people`, rest `[ID, "edit"]`. */
interface Place {
  section: Section;
  rest: string[];
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

export const place = computed<Place>(() => {
  void route.value;
  const parts = location.hash.replace(/^#\/admin\/?/, "").split("/");
  const [section = "", ...rest] = parts.filter((part) => part !== "").map(decode);
  return { section: (section || "overview") as Section, rest };
});

const path = (parts: string[]): string => parts.map(encodeURIComponent).join("/");

export const address = (...parts: string[]): string => `#/admin/${path(parts)}`;

export const visit = (...parts: string[]): void => go({ panel: "admin", event: path(parts) });

/** One step up in the tree of places; from the top back to the conversations. */
export function leave(): void {
  const { section, rest } = place.value;
  if (rest.length > 0) visit(section, ...rest.slice(0, -1));
  else if (section !== "overview") visit();
  else go({});
}
